import SchedBase

/// What differs between two texts, line by line, as people read it: `- old`, `+ new`.
enum LineDiff {
  /// More than this shows nothing that the first lines did not.
  private static let maximumLines = 12
  /// Above this many pairs of lines, the changed part is shown as removed and added as a whole.
  private static let maximumPairs = 1_000_000

  static func lines(was old: [UInt8], now new: [UInt8]) -> [String] {
    var a = split(old)[...]
    var b = split(new)[...]
    while let first = a.first, first == b.first {
      a.removeFirst()
      b.removeFirst()
    }
    while let last = a.last, last == b.last {
      a.removeLast()
      b.removeLast()
    }
    let changes =
      a.count * b.count <= maximumPairs
      ? differences(Array(a), Array(b)) : a.map { ("-", $0) } + b.map { ("+", $0) }
    var lines = changes.prefix(maximumLines).map { "\($0.sign) \(printable($0.line))" }
    if changes.count > maximumLines {
      lines.append("… and \(changes.count - maximumLines) more lines")
    }
    return lines
  }

  private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  /// By the longest common subsequence; old lines before the new ones that replace them.
  private static func differences(_ a: [ArraySlice<UInt8>], _ b: [ArraySlice<UInt8>])
    -> [(sign: String, line: ArraySlice<UInt8>)]
  {
    // common[i][j]: the most lines that a[i...] and b[j...] have in common.
    var common = Array(
      repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : max(common[i + 1][j], common[i][j + 1])
      }
    }
    var changes: [(sign: String, line: ArraySlice<UInt8>)] = []
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if i < a.count, j < b.count, a[i] == b[j] {
        (i, j) = (i + 1, j + 1)
      } else if i < a.count, j == b.count || common[i + 1][j] >= common[i][j + 1] {
        changes.append(("-", a[i]))
        i += 1
      } else {
        changes.append(("+", b[j]))
        j += 1
      }
    }
    return changes
  }
}
