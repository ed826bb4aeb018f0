import SchedBase
import SchedGraph
import SchedSyntax

/// What the attributes of a recipe say, but for `@depfile`.
final class RecipeAttributes {
  /// What `@uses`, `@after`, `@inputs-from` and `@env NAME` name.
  fileprivate(set) var lists: [(list: EdgeList, words: PlacedWords)] = []
  fileprivate(set) var environment: [EnvironmentValue] = []
  fileprivate(set) var description: [UInt8]?
  fileprivate(set) var pool: (name: [UInt8], place: SourceRange)?
  fileprivate var attributes = ActionAttributes()
  fileprivate(set) var shell: Words?
  fileprivate var when: Bool?
  /// `@ignore`.
  fileprivate(set) var ignored: [[UInt8]]?

  /// Those of a recipe that has none.
  init() {}

  /// Says how an action of that kind runs; `shell` and `ignored` are what counts with the settings.
  func set(
    in builder: inout GraphBuilder, _ kind: ActionRow.Kind, shell: Words?, ignored: [[UInt8]]?
  ) {
    let isAlways = when ?? (kind != .file)
    // Mostly nothing is to be changed in a copy.
    if shell == nil, ignored == nil, !isAlways { return builder.setAttributes(attributes) }
    var result = attributes
    if let shell { result.shell = shell.arrays }
    if ignored != nil { result.ignored = ignored }
    if isAlways { result.flags.insert(.always) }
    builder.setAttributes(result)
  }
}

/// Reads the attributes of one recipe.
struct AttributeReader {
  private let evaluator: Evaluator
  private let header: Header
  private let paths: PathTable

  private let result = RecipeAttributes()
  private var seen: [AttributeName] = []

  init(evaluator: Evaluator, header: Header, paths: PathTable) {
    self.evaluator = evaluator
    self.header = header
    self.paths = paths
  }

  private var tree: SyntaxTree { evaluator.tree }

  /// Reads all of them; the header has its `depfile` already, which may stand in any of them.
  static func read(
    _ recipe: Recipe, _ evaluator: Evaluator, _ header: Header, _ paths: PathTable
  ) throws(LoadError) -> RecipeAttributes {
    var reader = AttributeReader(evaluator: evaluator, header: header, paths: paths)
    for attribute in recipe.attributes {
      try reader.read(attribute, hasScript: recipe.script != nil)
    }
    return reader.result
  }

  private func text(of name: Span) -> String { String(decoding: tree.text(name), as: UTF8.self) }

  private mutating func read(_ attribute: Attribute, hasScript: Bool) throws(LoadError) {
    let place = evaluator.range(attribute.name)
    guard let name = AttributeName(tree.text(attribute.name)) else {
      let text = text(of: attribute.name)
      throw .unknownAttribute(Array(text.utf8), place, near: AttributeName.nearest(to: text))
    }
    if !hasScript, header.kind != .task { throw .attributeNeedsScript(name.rawValue, place) }
    if !name.isRepeatable {
      if seen.contains(name) { throw .attributeTwice(name.rawValue, place) }
      seen.append(name)
    }
    switch name {
    case .desc: result.description = try text(attribute)
    case .uses: result.lists.append((.uses, try words(attribute)))
    case .after: result.lists.append((.after, try words(attribute)))
    case .inputsFrom: result.lists.append((.listings, try words(attribute)))
    case .depfile: break
    case .depfileDirectory: try readDepfileDirectory(attribute)
    case .env:
      let found = try environmentNames(attribute.words, evaluator, paths, header.kind)
      if !found.tracked.isEmpty { result.lists.append((.variables, found.tracked)) }
      result.environment += found.values
    case .ignore: result.ignored = try ignoredNames(words(attribute))
    case .shell: result.shell = try evaluator.evaluate(attribute.words)
    case .when: result.when = try parseWhen(try word(attribute))
    case .pool:
      let (name, place) = try word(attribute)
      result.pool = (name, place)
    case .console: try flag(attribute, [.console, .local])
    case .local: try flag(attribute, .local)
    case .keep: try flag(attribute, .keep)
    case .secondary: try flag(attribute, .secondary)
    case .temporary: try flag(attribute, [.temporary, .secondary])
    case .cache:
      let (text, place) = try word(attribute)
      guard text.elementsEqual("off".utf8) else { throw .badCache(text, place) }
      result.attributes.flags.insert(.cacheOff)
    case .cpus, .mem, .gpus, .timeout, .retries: try readNumber(name, attribute)
    }
  }

  /// A directory, and what it is called where the compiler runs.
  private mutating func readDepfileDirectory(_ attribute: Attribute) throws(LoadError) {
    let words = try words(attribute)
    guard !header.depfile.isEmpty else {
      throw .attributeNotHere(
        text(of: attribute.name), evaluator.range(attribute.span),
        reason: "this recipe has no '@depfile'")
    }
    var all: [(word: [UInt8], place: SourceRange)] = []
    for (word, place) in words { all.append((Array(word), place)) }
    guard let directory = all.first, all.count <= 2 else {
      throw .depfileDirectoryWords(found: all.count, evaluator.range(attribute.span))
    }
    result.attributes.depfileDirectory = try paths.path(
      directory.word, header.directory, directory.place)
    guard all.count == 2 else { return }
    guard all[1].word.first == UInt8(ascii: "/") else {
      throw .depfileDirectoryWords(found: 1, all[1].place)
    }
    result.attributes.depfileAlias = all[1].word
  }

  private mutating func readNumber(_ name: AttributeName, _ attribute: Attribute) throws(LoadError)
  {
    let (text, place) = try word(attribute)
    switch name {
    case .cpus:
      if text.elementsEqual("all".utf8) {
        result.attributes.resources.cpus = Resources.allCPUs
      } else {
        result.attributes.resources.cpus = try number(name.rawValue, text, place, atLeast: 1)
      }
    case .gpus:
      result.attributes.resources.gpus = try number(name.rawValue, text, place, atLeast: 0)
    case .retries: result.attributes.retries = try number(name.rawValue, text, place, atLeast: 0)
    case .mem:
      guard let size = Self.size(text) else { throw .badSize(text, place) }
      result.attributes.resources.memory = size
    case .timeout:
      guard let duration = Self.milliseconds(text), duration > 0 else {
        throw .badDuration(text, place)
      }
      result.attributes.timeout = duration
    default: preconditionFailure("internal error: an attribute that nobody reads")
    }
  }

  // MARK: Values of attributes

  private func words(_ attribute: Attribute) throws(LoadError) -> PlacedWords {
    try evaluator.evaluateWithPlaces(attribute.words)
  }

  private func word(_ attribute: Attribute) throws(LoadError) -> (word: [UInt8], place: SourceRange)
  {
    var words = Words()
    let place = try evaluator.evaluateWord(of: attribute, into: &words)
    return (Array(words[0]), place)
  }

  private mutating func flag(_ attribute: Attribute, _ flags: ActionAttributes.Flags)
    throws(LoadError)
  {
    let words = try words(attribute)
    guard words.isEmpty else {
      throw .attributeNotHere(
        text(of: attribute.name), evaluator.range(attribute.span), reason: "it takes no words")
    }
    if flags.contains(.keep) || flags.contains(.secondary), header.kind != .file {
      throw .attributeNotHere(
        text(of: attribute.name), evaluator.range(attribute.span), reason: "only files are outputs")
    }
    result.attributes.flags.formUnion(flags)
  }

  /// `@desc`: lists joined by one space, nothing quoted.
  private func text(_ attribute: Attribute) throws(LoadError) -> [UInt8] {
    guard let script = attribute.text else { return [] }
    var text: [UInt8] = []
    for segment in tree.segments[script.segmentRange] {
      switch segment {
      case .literal(let span): text.append(contentsOf: tree.text(span))
      case .hole(let hole):
        let name = Array(tree.text(tree[hole.expression].span))
        do throws(LoadError) {
          text += try evaluator.evaluate(hole.expression).joined()
        } catch {
          if case .valueInExpression = error {
            throw .valueInDescription(name, evaluator.range(hole.span))
          }
          throw error
        }
      }
    }
    while let last = text.last, last == 0x20 || last == 0x09 { text.removeLast() }
    return text
  }

  private func parseWhen(_ entry: (word: [UInt8], place: SourceRange)) throws(LoadError) -> Bool {
    if entry.word.elementsEqual("always".utf8) { return true }
    if entry.word.elementsEqual("changed".utf8) { return false }
    throw .badWhen(entry.word, entry.place)
  }

  private func number(_ name: String, _ text: [UInt8], _ place: SourceRange, atLeast least: UInt32)
    throws(LoadError) -> UInt32
  {
    let digits = text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    guard let number = UInt32(String(decoding: text, as: UTF8.self)), number < UInt32.max else {
      guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw .badNumber(name, text, place)
      }
      throw .numberTooLarge(name, text, limit: UInt32.max - 1, place)
    }
    guard number >= least else { throw .badNumber(name, text, place) }
    return number
  }

  /// `K M G T`, powers of 1024; without a letter bytes.
  static func size(_ text: [UInt8]) -> UInt64? {
    var digits = text[...]
    var shift: UInt64 = 0
    if let letter = digits.last, let index = Array("KMGT".utf8).firstIndex(of: letter) {
      shift = UInt64(index + 1) * 10
      digits.removeLast()
    }
    guard let number = decimal(digits), let size = scaled(number, by: 1 << shift), size > 0 else {
      return nil
    }
    return size
  }

  /// One number and `ms s m h d`.
  static func milliseconds(_ text: [UInt8]) -> UInt64? {
    let units: [(String, UInt64)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    for (unit, factor) in units where text.suffix(unit.utf8.count).elementsEqual(unit.utf8) {
      guard let number = decimal(text.dropLast(unit.utf8.count)) else { continue }
      return scaled(number, by: factor)
    }
    return nil
  }

  /// A number with digits and perhaps a fraction, in thousandths.
  private static func decimal(_ text: ArraySlice<UInt8>) -> UInt64? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = UInt64(String(decoding: parts.first ?? [], as: UTF8.self)),
      whole < 1 << 40, parts[0].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    guard parts.count == 2 else { return whole * 1000 }
    let digits = parts[1]
    guard !digits.isEmpty, digits.count <= 3, digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let padded =
      String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: 3 - digits.count)
    return whole * 1000 + UInt64(padded)!
  }

  private static func scaled(_ thousandths: UInt64, by factor: UInt64) -> UInt64? {
    let (product, overflow) = thousandths.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product / 1000
  }
}

/// `@env NAME=WORDS`.
struct EnvironmentValue {
  var name: [UInt8]
  var text: ScriptWriter.Text

  /// The text if all of it is known.
  var constant: [UInt8]? { text.holes.isEmpty ? Array(text.bytes.elements) : nil }
}

/// Reads the words of `@env`: names that are tracked, or one name that is set to all words after
/// its `=`.
///
/// The name and `=` are cut off before words are formed.
func environmentNames(
  _ list: WordList, _ evaluator: Evaluator, _ paths: PathTable, _ kind: ActionRow.Kind
) throws(LoadError) -> (tracked: PlacedWords, values: [EnvironmentValue]) {
  let tree = evaluator.tree
  let words = Array(tree.words(list))
  if let first = words.first, let part = tree.parts(of: first).first, case .literal = part.kind,
    part.quoting == .bare
  {
    let text = tree.text(part.span)
    if let sign = text.firstIndex(of: UInt8(ascii: "=")) {
      let name = Array(text[..<sign])
      guard isVariableName(name) else {
        throw .badEnvironmentName(name, evaluator.range(first.span))
      }
      var writer = ScriptWriter(evaluator: evaluator, paths: paths, kind: kind)
      let value = ScriptWriter.Text()
      try writer.write(words: words, skipping: name.count + 1, to: value)
      return (PlacedWords(), [EnvironmentValue(name: name, text: value)])
    }
  }
  let names = try evaluator.evaluateWithPlaces(list)
  for (name, place) in names where !isVariableName(name) {
    throw .badEnvironmentName(Array(name), place)
  }
  return (names, [])
}

/// Reads the words of `@ignore`: patterns of single names.
func ignoredNames(_ words: PlacedWords) throws(LoadError) -> [[UInt8]] {
  for (word, place) in words where word.isEmpty || word.contains(UInt8(ascii: "/")) {
    throw .badIgnoredName(Array(word), place)
  }
  return words.words.arrays
}

/// What the environment takes as a name: anything but `=` and NUL, not empty.
private func isVariableName(_ name: some Collection<UInt8>) -> Bool {
  !name.isEmpty && !name.contains(UInt8(ascii: "=")) && !name.contains(0)
}
