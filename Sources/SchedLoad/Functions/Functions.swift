import SchedBase
import SchedSystem

/// The functions of expressions: each takes lists and gives a list.
final class Functions {
  /// Where a call stands.
  struct Call {
    var name: SourceRange
    var place: SourceRange
    var arguments: [SourceRange]
    /// The directory of its Schedfile.
    var directory: PathID
  }

  let world: World
  let paths: PathTable
  let glob: Glob
  /// Whether a target makes this file: it cannot be read while the graph is being made.
  let isMade: (PathID) -> Bool

  /// Told of each file that is read.
  let noteReading: (PathID, SourceRange) -> Void

  init(
    world: World, paths: PathTable, glob: Glob, isMade: @escaping (PathID) -> Bool,
    noteReading: @escaping (PathID, SourceRange) -> Void
  ) {
    self.noteReading = noteReading
    self.world = world
    self.paths = paths
    self.glob = glob
    self.isMade = isMade
  }

  static let names = [
    "glob", "map", "filter", "exclude", "dir", "name", "stem", "ext", "sort", "unique", "count",
    "join", "split", "replace", "lines", "env", "which", "shell", "json", "raw",
  ]

  func call(_ name: [UInt8], _ arguments: [Words], _ call: Call) throws(LoadError) -> Words {
    let function = String(decoding: name, as: UTF8.self)
    func check(_ counts: ClosedRange<Int>, _ expected: String) throws(LoadError) {
      guard counts.contains(arguments.count) else {
        throw .wrongArgumentCount(
          function: function, expected: expected, found: arguments.count, call.place)
      }
    }
    func one(_ index: Int, _ what: String) throws(LoadError) -> [UInt8] {
      guard arguments[index].count == 1 else {
        throw .notOneWord(
          function: function, argument: what, found: arguments[index].count, call.arguments[index])
      }
      return Array(arguments[index][0])
    }
    switch function {
    case "glob":
      try check(1...Int.max, "one or more patterns")
      return try globbed(arguments.flatMap { $0.arrays }, call)
    case "map":
      try check(3...3, "a list, a pattern and a pattern")
      return try map(
        arguments[0], try one(1, "the first pattern"), try one(2, "the second pattern"), call)
    case "filter", "exclude":
      try check(2...Int.max, "a list and one or more patterns")
      let patterns = arguments.dropFirst().flatMap { $0 }.map { GlobPattern($0) }
      let wantsMatch = function == "filter"
      return Words(
        list: arguments[0].lazy.filter { item in
          patterns.contains { $0.matches(item) } == wantsMatch
        })
    case "dir", "name", "stem", "ext":
      try check(1...1, "a list")
      return Words(list: arguments[0].lazy.map { Self.component(function, of: $0) })
    case "sort":
      try check(1...1, "a list")
      return Words(list: arguments[0].sorted { $0.precedes($1) })
    case "unique":
      try check(1...1, "a list")
      var seen: Set<Words.Item> = []
      return Words(list: arguments[0].filter { seen.insert($0).inserted })
    case "count":
      try check(1...1, "a list")
      return Words(String(arguments[0].count).utf8)
    case "join":
      try check(2...2, "a list and a separator")
      return Words(Array(arguments[0].joined(separator: try one(1, "the separator"))))
    case "split":
      try check(1...2, "a word and perhaps a separator")
      return split(
        try one(0, "the text"), by: arguments.count == 2 ? try one(1, "the separator") : nil)
    case "replace":
      try check(3...3, "a list, a text and a text")
      let (from, to) = (try one(1, "the text to find"), try one(2, "the text to put in"))
      return Words(list: arguments[0].lazy.map { Self.replace(in: $0, from, to) })
    case "lines":
      try check(1...1, "a file")
      return try lines(try one(0, "the file"), call)
    case "env":
      try check(1...2, "a name and perhaps a default")
      let value = world.variable(try one(0, "the name"))
      if let value, !value.isEmpty { return Self.words(of: value) }
      return arguments.count == 2 ? arguments[1] : Words()
    case "which":
      try check(1...1, "a name")
      return world.program(try one(0, "the name")).map { Words($0) } ?? Words()
    case "shell":
      try check(1...1, "a command")
      do throws(ShellError) {
        return Self.words(
          of: try world.output(ofCommand: arguments[0].joined(), in: call.directory))
      } catch {
        throw .shellFailed(reason: error.reason, call.place)
      }
    case "json":
      try check(1...1, "a list")
      var text: [UInt8] = []
      WordText.appendJSON(list: arguments[0], to: &text)
      return Words(text)
    case "raw":
      try check(1...1, "a list")
      return arguments[0]
    default:
      throw .unknownFunction(name, call.name, near: nearestName(to: function, among: Self.names))
    }
  }

  /// Text from outside is split at spaces, tabs and line ends, and nothing else.
  static func words(of text: [UInt8]) -> Words {
    Words(list: text.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D })
  }

  private func globbed(_ patterns: [[UInt8]], _ call: Call) throws(LoadError) -> Words {
    do throws(SystemError) {
      if patterns.count == 1 { return try glob.matches(patterns[0], from: call.directory) }
      var found: Set<Words.Item> = []
      for pattern in patterns {
        found.formUnion(try glob.matches(pattern, from: call.directory))
      }
      return Words(list: found.sorted { $0.precedes($1) })
    } catch {
      throw .cannotRead(error.message, call.place, hint: nil)
    }
  }

  private func map(_ items: Words, _ from: [UInt8], _ to: [UInt8], _ call: Call) throws(LoadError)
    -> Words
  {
    guard let source = PercentPattern(from) else { throw .badPattern(from, call.arguments[1]) }
    let pieces = Words(
      list: to.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false))
    var result = Words()
    for index in items.indices {
      let isMatch = items.withBytes(of: index) { item in
        guard let stem = source.stem(in: item, atLeast: 1) else { return false }
        let text = UnsafeRawBufferPointer(rebasing: item[stem])
        result.append(of: pieces, joinedBy: text.assumingMemoryBound(to: UInt8.self))
        return true
      }
      guard isMatch else {
        throw .noMatch(function: "map", item: Array(items[index]), pattern: from, call.arguments[0])
      }
    }
    return result
  }

  /// `a/b.tar.gz`: `a`, `b.tar.gz`, `b.tar`, `.gz`.
  private static func component(_ function: String, of path: Words.Item) -> ArraySlice<UInt8> {
    var trimmed = Array(path)[...]
    while trimmed.count > 1, trimmed.last == UInt8(ascii: "/") { trimmed.removeLast() }
    let slash = trimmed.lastIndex(of: UInt8(ascii: "/"))
    let name = slash.map { trimmed[($0 + 1)...] } ?? trimmed
    if function == "dir" {
      guard let slash else { return [UInt8(ascii: ".")] }
      return slash == trimmed.startIndex ? [UInt8(ascii: "/")] : trimmed[..<slash]
    }
    if function == "name" { return name }
    // A dot at the beginning is part of the name.
    let dot = name.dropFirst().lastIndex(of: UInt8(ascii: "."))
    if function == "stem" { return dot.map { name[..<$0] } ?? name }
    return dot.map { name[$0...] } ?? []
  }

  private func split(_ text: [UInt8], by separator: [UInt8]?) -> Words {
    guard let separator, !separator.isEmpty else { return Self.words(of: text) }
    var parts = Words()
    var rest = text[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    parts.append(rest)
    return parts
  }

  private static func replace(in word: Words.Item, _ from: [UInt8], _ to: [UInt8])
    -> ArraySlice<UInt8>
  {
    let text = Array(word)[...]
    guard !from.isEmpty else { return text }
    var result: ArraySlice<UInt8> = []
    var rest = text
    while let range = rest.firstRange(of: from) {
      result.append(contentsOf: rest[..<range.lowerBound])
      result.append(contentsOf: to)
      rest = rest[range.upperBound...]
    }
    return result + rest
  }

  private func lines(_ file: [UInt8], _ call: Call) throws(LoadError) -> Words {
    let path = try paths.path(file, call.directory, call.place)
    if isMade(path) { throw .readsMadeFile(file, call.place) }
    noteReading(path, call.place)
    do throws(SystemError) {
      let text = try world.read(path)
      var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      return Words(list: lines.lazy.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 })
    } catch {
      throw .cannotRead(error.message, call.place, hint: nil)
    }
  }
}
