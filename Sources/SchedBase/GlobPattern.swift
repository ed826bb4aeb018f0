/// One component of a glob pattern, or a whole one for names: `*`, `?`, `[a-z]`, `{a,b}`.
public struct GlobPattern: Sendable {
  private enum Item: Sendable {
    case byte(UInt8)
    case any
    case many
    case set([ClosedRange<UInt8>], isNegated: Bool)
  }

  /// One of the alternatives that braces give.
  private enum Alternative: Sendable {
    /// One `*` and otherwise plain text, as most patterns are.
    case affixes(PercentPattern)
    case items([Item])
  }

  private let alternatives: [Alternative]
  /// Names that begin with a dot match only where the pattern begins with one.
  private let beginsWithDot: Bool

  public init(_ text: some Collection<UInt8>) {
    let expanded = Self.expandBraces(Array(text))
    alternatives = expanded.map(Self.alternative)
    beginsWithDot = expanded.contains { $0.first == UInt8(ascii: ".") }
  }

  /// Whether it is more than plain text.
  public static func isPattern(_ text: some Collection<UInt8>) -> Bool {
    text.contains { "*?[{".utf8.contains($0) }
  }

  /// Whether a name matches; dots at the beginning must be written.
  public func matches(name: some Collection<UInt8>) -> Bool {
    if name.first == UInt8(ascii: "."), !beginsWithDot { return false }
    return matches(name)
  }

  /// Whether the whole text matches; `*` and `?` do not match a slash.
  public func matches(_ text: some Collection<UInt8>) -> Bool {
    text.withContiguousStorageIfAvailable { matches(UnsafeRawBufferPointer($0)) }
      ?? matches(Array(text))
  }

  private func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    for alternative in alternatives {
      switch alternative {
      case .affixes(let affixes):
        guard let middle = affixes.stem(in: text, atLeast: 0) else { continue }
        if !text[middle].contains(UInt8(ascii: "/")) { return true }
      case .items(let items): if Self.match(items, text) { return true }
      }
    }
    return false
  }

  /// `{a,b}c` is `ac` and `bc`; an unclosed brace is itself.
  public static func expandBraces(_ text: [UInt8]) -> [[UInt8]] {
    guard let open = text.firstIndex(of: UInt8(ascii: "{")) else { return [text] }
    var depth = 0
    var parts: [[UInt8]] = [[]]
    for index in open..<text.count {
      let byte = text[index]
      if byte == UInt8(ascii: "{") {
        depth += 1
        if depth == 1 { continue }
      }
      if byte == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 {
          let tails = expandBraces(Array(text[(index + 1)...]))
          return parts.flatMap { part in
            expandBraces(Array(text[..<open]) + part).flatMap { head in tails.map { head + $0 } }
          }
        }
      }
      if byte == UInt8(ascii: ","), depth == 1 {
        parts.append([])
      } else {
        parts[parts.count - 1].append(byte)
      }
    }
    return [text]
  }

  private static func alternative(_ text: [UInt8]) -> Alternative {
    let pieces = text.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
    if pieces.count == 2, !text.contains(where: { "?[".utf8.contains($0) }) {
      return .affixes(PercentPattern(prefix: Array(pieces[0]), suffix: Array(pieces[1])))
    }
    return .items(items(text))
  }

  private static func items(_ text: [UInt8]) -> [Item] {
    var items: [Item] = []
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "*"): items.append(.many)
      case UInt8(ascii: "?"): items.append(.any)
      case UInt8(ascii: "["):
        if let (item, end) = set(text, index) {
          items.append(item)
          index = end
        } else {
          items.append(.byte(text[index]))
        }
      default: items.append(.byte(text[index]))
      }
      index += 1
    }
    return items
  }

  /// `[a-z]`, `[!a]`; nil where it is not closed.
  private static func set(_ text: [UInt8], _ start: Int) -> (Item, Int)? {
    var index = start + 1
    var isNegated = false
    if index < text.count, text[index] == UInt8(ascii: "!") || text[index] == UInt8(ascii: "^") {
      isNegated = true
      index += 1
    }
    var ranges: [ClosedRange<UInt8>] = []
    var isFirst = true
    while index < text.count {
      if text[index] == UInt8(ascii: "]"), !isFirst {
        return (.set(ranges, isNegated: isNegated), index)
      }
      isFirst = false
      let low = text[index]
      if index + 2 < text.count, text[index + 1] == UInt8(ascii: "-"),
        text[index + 2] != UInt8(ascii: "]")
      {
        let high = text[index + 2]
        if low <= high { ranges.append(low...high) }
        index += 3
      } else {
        ranges.append(low...low)
        index += 1
      }
    }
    return nil
  }

  private static func match(_ items: [Item], _ text: UnsafeRawBufferPointer) -> Bool {
    // The last star may take one byte more each time: linear for all but adversarial patterns.
    var (item, byte) = (items.startIndex, text.startIndex)
    var star: (item: Int, byte: Int)?
    while byte < text.endIndex {
      if item < items.endIndex, case .many = items[item] {
        star = (item, byte)
        item += 1
      } else if item < items.endIndex, matches(items[item], text[byte]) {
        item += 1
        byte += 1
      } else if let last = star, text[last.byte] != UInt8(ascii: "/") {
        star = (last.item, last.byte + 1)
        item = last.item + 1
        byte = last.byte + 1
      } else {
        return false
      }
    }
    while item < items.endIndex, case .many = items[item] { item += 1 }
    return item == items.endIndex
  }

  private static func matches(_ item: Item, _ byte: UInt8) -> Bool {
    switch item {
    case .byte(let own): own == byte
    case .any: byte != UInt8(ascii: "/")
    case .set(let ranges, let isNegated):
      byte != UInt8(ascii: "/") && ranges.contains { $0.contains(byte) } != isNegated
    case .many: false
    }
  }
}
