/// Reads what compilers write about the files that they read: rules in Make's language, of which
/// only the prerequisites count, whatever target they are named for.
///
/// Understood is what GCC, Clang and others write, as they mean it:
///
/// - names are separated by blanks; `\` at the end of a line joins the next one; CRLF ends a line;
/// - `\ `, `\#` and `\:` are the character itself, `$$` is `$`, and 2n+1 backslashes before a blank
///   are n backslashes and the blank; all other backslashes and dollars stand for themselves;
/// - a colon separates where a blank or the end of the line follows it, so `C:/x` is a name;
/// - `#` at the start of a word begins a comment (`# env-dep:HOME` of rustc).
///
/// Knows no disk and no paths: names are handed on as they are spelled.
public struct DepfileReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var line = 1
  private var ruleCount = 0
  /// The name that is being read, where it is not a run of `bytes` as it stands.
  private var unescaped: [UInt8] = []

  private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Calls `body` with each prerequisite in `bytes`, in order, repeats included; what it is lent is
  /// good during the call only.
  ///
  /// Linear; nothing is allocated per name.
  ///
  /// Returns how many rules there are: a file without any says nothing.
  ///
  /// Throws where the text is no list of rules, after the names before that place.
  @discardableResult
  public static func forEachPrerequisite(
    in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(DepfileError) -> Int {
    var reader = DepfileReader(bytes)
    while reader.position < bytes.count { try reader.readRule(body) }
    return reader.ruleCount
  }

  @discardableResult
  public static func forEachPrerequisite(
    in bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(DepfileError) -> Int {
    // `withUnsafeBytes` does not pass typed errors on.
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(DepfileError) in try forEachPrerequisite(in: buffer, body) }
    }
    return try result.get()
  }

  // MARK: Rules

  /// Reads one line of the language, joined lines included: targets, a colon, prerequisites.
  private mutating func readRule(_ body: (UnsafeRawBufferPointer) -> Void) throws(DepfileError) {
    var targets = 0
    while true {
      switch try nextWord() {
      case .end:
        if targets > 0 { throw DepfileError(.noColon, line: line) }
        return endLine()
      case .name, .unescapedName: targets += 1
      case .separator(let endsName):
        if targets == 0, !endsName { throw DepfileError(.noTarget, line: line) }
        ruleCount += 1
        return try readPrerequisites(body)
      }
    }
  }

  private mutating func readPrerequisites(_ body: (UnsafeRawBufferPointer) -> Void)
    throws(DepfileError)
  {
    while true {
      switch try nextWord() {
      case .end: return endLine()
      case .name(let range): body(UnsafeRawBufferPointer(rebasing: bytes[range]))
      case .unescapedName: unescaped.withUnsafeBytes(body)
      case .separator: throw DepfileError(.secondColon, line: line)
      }
    }
  }

  // MARK: Words

  private enum Word {
    case name(Range<Int>)
    /// It stands in `unescaped`.
    case unescapedName
    /// A colon; of the name before it in the same word, nobody wants to know more than that.
    case separator(endsName: Bool)
    /// The end of the line, which is not passed yet.
    case end
  }

  private mutating func nextWord() throws(DepfileError) -> Word {
    try skipBlanks()
    if isAtLineEnd { return .end }
    let start = position
    unescaped.removeAll(keepingCapacity: true)
    /// Where the bytes begin that are not in `unescaped` yet; once it is not `start`, it is used.
    var copied = start
    while true {
      skipPlain()
      guard position < bytes.count else { break }
      switch bytes[position] {
      case .blank, .tab, .newline: return word(from: start, copied: copied)
      case .return where isAtLineEnd: return word(from: start, copied: copied)
      case .colon where isFollowedByEndOfWord:
        position += 1
        return .separator(endsName: position - 1 > start)
      case .dollar where position + 1 < bytes.count && bytes[position + 1] == .dollar:
        unescaped.append(contentsOf: bytes[copied..<position])
        copied = position + 1
        position += 2
      case .backslash:
        if isContinuation { return word(from: start, copied: copied) }
        try readBackslashes(&copied)
      case 0: throw DepfileError(.nul, line: line)
      default: position += 1
      }
    }
    return word(from: start, copied: copied)
  }

  /// Passes bytes that stand for themselves: most of them.
  private mutating func skipPlain() {
    var end = position
    while end < bytes.count, bytes[end].isPlain { end += 1 }
    position = end
  }

  private mutating func word(from start: Int, copied: Int) -> Word {
    if copied == start { return .name(start..<position) }
    unescaped.append(contentsOf: bytes[copied..<position])
    return .unescapedName
  }

  /// At a run of backslashes: decides what they mean by their number and what follows them.
  private mutating func readBackslashes(_ copied: inout Int) throws(DepfileError) {
    var end = position
    while end < bytes.count, bytes[end] == .backslash { end += 1 }
    guard end < bytes.count else { throw DepfileError(.endsAfterBackslash, line: line) }
    let count = end - position
    /// How many of them are part of the name.
    let kept: Int
    switch bytes[end] {
    case .blank, .tab:
      if count.isMultiple(of: 2) { return position = end }
      kept = count / 2
    case .hash, .colon: kept = count - 1
    case .newline, .return:
      // The last one joins the next line.
      position = end - 1
      if !isContinuation { position = end }
      return
    default: return position = end
    }
    unescaped.append(contentsOf: bytes[copied..<position + kept])
    copied = end
    position = end + 1
  }

  // MARK: Blanks and line ends

  private mutating func skipBlanks() throws(DepfileError) {
    while position < bytes.count {
      switch bytes[position] {
      case .blank, .tab: position += 1
      case .backslash where isContinuation:
        position += bytes[position + 1] == .return ? 3 : 2
        line += 1
      case .hash:
        while position < bytes.count, bytes[position] != .newline {
          if bytes[position] == 0 { throw DepfileError(.nul, line: line) }
          position += 1
        }
      default: return
      }
    }
  }

  /// At LF, CRLF or the end of the file.
  private var isAtLineEnd: Bool { isLineEnd(at: position) }

  private func isLineEnd(at index: Int) -> Bool {
    guard index < bytes.count else { return true }
    if bytes[index] == .newline { return true }
    return bytes[index] == .return && index + 1 < bytes.count && bytes[index + 1] == .newline
  }

  /// At a backslash that joins the next line.
  private var isContinuation: Bool {
    position + 1 < bytes.count && isLineEnd(at: position + 1)
  }

  /// At a colon that ends a word.
  private var isFollowedByEndOfWord: Bool {
    if isLineEnd(at: position + 1) { return true }
    let next = bytes[position + 1]
    if next == .blank || next == .tab { return true }
    return next == .backslash && isLineEnd(at: position + 2) && position + 2 < bytes.count
  }

  private mutating func endLine() {
    guard position < bytes.count else { return }
    position += bytes[position] == .return ? 2 : 1
    line += 1
  }
}

/// A depfile that is no list of rules.
public struct DepfileError: Error, Equatable, Sendable {
  public enum Problem: Equatable, Sendable {
    /// Names without a colon between targets and prerequisites.
    case noColon
    /// A colon without a target before it.
    case noTarget
    /// A colon among the prerequisites.
    case secondColon
    case nul
    /// The file ends after a backslash: it was not written to its end.
    case endsAfterBackslash
  }

  public var problem: Problem
  /// Counts from 1.
  public var line: Int

  public init(_ problem: Problem, line: Int) {
    self.problem = problem
    self.line = line
  }
}

extension DepfileError: CustomStringConvertible {
  /// As it stands in a message: `line 3: expected ':' after the target`.
  public var description: String {
    switch problem {
    case .noColon: "line \(line): expected ':' after the target"
    case .noTarget: "line \(line): expected a target before ':'"
    case .secondColon: "line \(line): expected end of line, found a second ':'"
    case .nul: "line \(line): found a NUL byte"
    case .endsAfterBackslash: "line \(line): the file ends after '\\'"
    }
  }
}

extension UInt8 {
  /// Stands for itself anywhere in a name: all above `:` but the backslash, and those between `$` and it.
  @inline(__always)
  fileprivate var isPlain: Bool { self > .dollar && self != .colon && self != .backslash }

  fileprivate static let blank = UInt8(ascii: " ")
  fileprivate static let tab = UInt8(ascii: "\t")
  fileprivate static let newline = UInt8(ascii: "\n")
  fileprivate static let `return` = UInt8(ascii: "\r")
  fileprivate static let colon = UInt8(ascii: ":")
  fileprivate static let dollar = UInt8(ascii: "$")
  fileprivate static let backslash = UInt8(ascii: "\\")
  fileprivate static let hash = UInt8(ascii: "#")
}
