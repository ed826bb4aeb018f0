import SchedBase
import SchedGraph
import SchedSyntax

/// Writes a script, a description, or the value of a variable of the environment: literals as they
/// stand, lists quoted where the shell needs it, and holes for what is known only when the recipe
/// starts.
struct ScriptWriter {
  /// Bytes with holes, whose offsets count from its beginning.
  final class Text {
    var bytes = Buffer<UInt8>()
    var holes: [Hole] = []

    init() {}

    init(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { self.bytes.append(contentsOf: $0) } }

    /// Forgets everything and keeps the room.
    func removeAll() {
      bytes.removeAll()
      if !holes.isEmpty { holes.removeAll() }
    }

    fileprivate var end: UInt32 { UInt32(bytes.count) }
  }

  let evaluator: Evaluator
  let paths: PathTable
  let kind: ActionRow.Kind
  /// Variables that were used.
  private(set) var usedNames: [Int] = []

  private var tree: SyntaxTree { evaluator.tree }

  init(evaluator: Evaluator, paths: PathTable, kind: ActionRow.Kind) {
    self.evaluator = evaluator
    self.paths = paths
    self.kind = kind
  }

  // MARK: Scripts

  mutating func write(_ script: PreparedScript, to text: Text) throws(LoadError) {
    for piece in script.text.pieces {
      switch piece {
      case .literal(let range):
        script.text.withLiteral(range) { text.bytes.append(contentsOf: $0) }
      case .name(let name, let hole):
        guard let words = evaluator.words(of: name) else {
          try appendUnknown(hole, to: text)
          continue
        }
        if evaluator.scope.has(name) { usedNames.append(name) }
        try append(words, hole, script, to: &text.bytes)
      case .expression(let hole):
        guard let words = try appendUnknown(hole, to: text) else { continue }
        try append(words, hole, script, to: &text.bytes)
      }
    }
  }

  /// What is no variable and no name of the recipe; returns the words that are known now.
  @discardableResult
  private mutating func appendUnknown(_ hole: ScriptHole, to text: Text) throws(LoadError)
    -> Words?
  {
    if let late = try late(hole.expression) {
      try append(late, hole, to: text)
      return nil
    }
    note(hole.expression)
    if let (argument, isJSON) = verbatim(hole.expression) {
      try appendVerbatim(argument, isJSON: isJSON, inQuotes(of: hole), to: &text.bytes)
      return nil
    }
    return try evaluator.evaluate(hole.expression)
  }

  /// The quotes that stand around what is inserted as it stands: the author's.
  private func inQuotes(of hole: ScriptHole) -> UInt8 {
    hole.place == .json ? UInt8(ascii: "\"") : hole.surroundingQuote
  }

  private func append(
    _ words: Words, _ hole: ScriptHole, _ script: PreparedScript, to bytes: inout Buffer<UInt8>
  )
    throws(LoadError)
  {
    if hole.touchesText, words.count != 1 {
      throw .touchesText(
        count: words.count, quoted: hole.isInsideQuotes ? expression(in: hole) : nil,
        evaluator.range(hole.span))
    }
    if hole.place == .bare, hole.cautions.isEmpty {
      return appendQuoted(words, surroundedBy: hole.surroundingQuote, to: &bytes)
    }
    try appendWithCare(words, hole, script, to: &bytes)
  }

  /// What stands between the braces.
  private func expression(in hole: ScriptHole) -> [UInt8] {
    let text = tree.text(Span(Int(hole.span.lower) + 2, Int(hole.span.upper) - 2))
    let blank = UInt8(ascii: " ")
    return Array(text.drop { $0 == blank }.reversed().drop { $0 == blank }.reversed())
  }

  private func appendQuoted(
    _ words: Words, surroundedBy quote: UInt8, to bytes: inout Buffer<UInt8>
  ) {
    let needQuotes = words.needQuotes
    let keepsQuotes = quote != 0 && !needQuotes
    if keepsQuotes { bytes.append(quote) }
    if needQuotes {
      var text: [UInt8] = []
      for (index, word) in words.enumerated() {
        if index > 0 { text.append(UInt8(ascii: " ")) }
        WordText.appendForShell(word, to: &text)
      }
      bytes.append(text)
    } else {
      words.appendJoined(to: &bytes)
    }
    if keepsQuotes { bytes.append(quote) }
  }

  // MARK: Places that take less

  /// Words where quotes do not help, or not always.
  private func appendWithCare(
    _ words: Words, _ hole: ScriptHole, _ script: PreparedScript, to bytes: inout Buffer<UInt8>
  ) throws(LoadError) {
    let range = evaluator.range(hole.span)
    func refuse(where isWrong: (Words.Item) -> Bool) throws(LoadError) {
      guard let word = words.first(where: isWrong) else { return }
      throw .wordDoesNotFit(Array(word), hole.place, range)
    }
    switch hole.place {
    case .bare:
      if hole.surroundingQuote == 0, words.contains(where: { Self.mustQuote($0, hole.cautions) }) {
        return appendEachQuoted(words, to: &bytes)
      }
      appendQuoted(words, surroundedBy: hole.surroundingQuote, to: &bytes)
    case .bareInBackquotes:
      guard words.needQuotes || words.contains(where: { Self.mustQuote($0, hole.cautions) }) else {
        return appendQuoted(words, surroundedBy: hole.surroundingQuote, to: &bytes)
      }
      var text: [UInt8] = []
      for (index, word) in words.enumerated() {
        if index > 0 { text.append(UInt8(ascii: " ")) }
        WordText.appendForBackquotes(
          word, areQuoted: hole.cautions.contains(.inQuotedBackquotes), to: &text)
      }
      bytes.append(text)
    case .comment:
      // Whatever does not end it.
      try refuse { $0.contains { "\n`\\".utf8.contains($0) } }
      words.appendJoined(to: &bytes)
    case .quoted, .hereDocument, .parameter, .arithmetic, .brackets:
      try refuse { WordText.needsQuoting($0) && !$0.isEmpty }
      try checkName(words, hole, range)
      if hole.cautions.contains(.mayEndDocument) {
        try checkDocument(words, hole, script, bytes, range)
      }
      words.appendJoined(to: &bytes)
    case .backquotes, .unsure:
      try refuse { WordText.needsQuoting($0) }
      try checkName(words, hole, range)
      words.appendJoined(to: &bytes)
    case .foreign:
      try refuse { word in word.isEmpty || !word.allSatisfy { (0x30...0x39).contains($0) } }
      words.appendJoined(to: &bytes)
    case .json: try appendJSON(words, range, to: &bytes)
    case .behindDollar, .delimiter: throw .holeDoesNotFit(expression(in: hole), hole.place, range)
    }
  }

  /// Whether the shell would take the word for more than a word though it needs no quotes.
  private static func mustQuote(_ word: Words.Item, _ cautions: HoleCautions) -> Bool {
    if cautions.contains(.behindName), let first = word.first, isNameByte(first) { return true }
    if cautions.contains(.inBraces),
      word.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") })
    {
      return true
    }
    return cautions.contains(.beforeRedirection) && word.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
  }

  private func appendEachQuoted(_ words: Words, to bytes: inout Buffer<UInt8>) {
    var text: [UInt8] = []
    for (index, word) in words.enumerated() {
      if index > 0 { text.append(UInt8(ascii: " ")) }
      WordText.appendQuoted(word, to: &text)
    }
    bytes.append(text)
  }

  /// `"$dir{{x}}"`: a letter would go on with the name.
  private func checkName(_ words: Words, _ hole: ScriptHole, _ range: SourceRange) throws(LoadError)
  {
    guard hole.cautions.contains(.behindName), let first = words.first?.first,
      Self.isNameByte(first)
    else { return }
    throw .holeBehindName(expression(in: hole), range)
  }

  private func checkDocument(
    _ words: Words, _ hole: ScriptHole, _ script: PreparedScript,
    _ written: borrowing Buffer<UInt8>,
    _ range: SourceRange
  ) throws(LoadError) {
    let line = tree.bytes[Int(hole.span.upper)...].prefix { $0 != 0x0A && $0 != 0x0D }
    let rest = line.prefix { $0 != UInt8(ascii: "{") }
    let endsDocument = WordText.mayEndDocument(
      words.joined(), behind: written.elements, before: rest, isWhole: rest.count == line.count,
      in: script.text.literals)
    if endsDocument { throw .endsDocument(words.joined(), range) }
  }

  private func appendJSON(_ words: Words, _ range: SourceRange, to bytes: inout Buffer<UInt8>)
    throws(LoadError)
  {
    guard words.count == 1, let word = words.first else {
      throw .notOneWordInString(count: words.count, range)
    }
    guard String(validating: Array(word), as: UTF8.self) != nil else {
      throw .wordDoesNotFit(Array(word), .json, range)
    }
    var text: [UInt8] = []
    WordText.appendJSON(word, to: &text)
    bytes.append(text)
  }

  /// What is known only when the recipe starts.
  private func append(_ late: Late, _ hole: ScriptHole, to text: Text) throws(LoadError) {
    let range = evaluator.range(hole.span)
    // `"{{raw(x)}}"`: the quotes are the author's.
    let outer = late.rendering == .quoted ? 0 : inQuotes(of: hole)
    let rendering =
      late.rendering == .quoted ? try self.rendering(of: late, hole, range) : late.rendering
    if outer != 0 { text.bytes.append(outer) }
    text.holes.append(
      Hole(
        offset: text.end, source: late.source, index: late.index, rendering: rendering,
        surroundingQuote: rendering == .quoted ? hole.surroundingQuote : 0,
        mustBeOneWord: hole.touchesText && late.rendering == .quoted, place: range))
    if outer != 0 { text.bytes.append(outer) }
  }

  private func rendering(of late: Late, _ hole: ScriptHole, _ range: SourceRange)
    throws(LoadError) -> Hole.Rendering
  {
    switch hole.place {
    case .bare:
      if hole.cautions.isEmpty || hole.surroundingQuote != 0 { return .quoted }
      return .alwaysQuoted
    case .hereDocument where !hole.cautions.contains(.behindName): return .hereDocument
    case .json:
      if late.source == .args, late.index == nil { throw .notOneWordInString(count: nil, range) }
      return .json
    case .foreign where late.source == .cpus: return .insideQuotes
    case .foreign, .behindDollar, .delimiter:
      throw .holeDoesNotFit(expression(in: hole), hole.place, range)
    case .bareInBackquotes, .quoted, .hereDocument, .comment, .parameter, .arithmetic, .brackets,
      .backquotes, .unsure:
      if hole.cautions.contains(.behindName) { throw .holeBehindName(expression(in: hole), range) }
      return .insideQuotes
    }
  }

  // MARK: raw and json

  /// The argument of `raw(x)` and `json(x)`.
  private func verbatim(_ id: ExpressionID) -> (argument: ExpressionID, isJSON: Bool)? {
    guard case .call(let name, let arguments) = tree[id].kind, arguments.count == 1 else {
      return nil
    }
    switch String(decoding: tree.text(name), as: UTF8.self) {
    case "raw": return (arguments[0], false)
    case "json": return (arguments[0], true)
    default: return nil
    }
  }

  private func appendVerbatim(
    _ id: ExpressionID, isJSON: Bool, _ quote: UInt8, to bytes: inout Buffer<UInt8>
  ) throws(LoadError) {
    let words = try evaluator.evaluate(id)
    if quote != 0 { bytes.append(quote) }
    defer { if quote != 0 { bytes.append(quote) } }
    if !isJSON {
      words.appendJoined(to: &bytes)
    } else {
      var text: [UInt8] = []
      if isOneWordByForm(id), let word = words.first {
        WordText.appendJSON(word, to: &text)
      } else {
        WordText.appendJSON(list: words, to: &text)
      }
      bytes.append(text)
    }
  }

  /// An index, `stem`, `depfile`, `join(…)`, a string.
  private func isOneWordByForm(_ id: ExpressionID) -> Bool {
    switch tree[id].kind {
    case .index, .string: true
    case .call(let name, _): tree.text(name).elementsEqual("join".utf8)
    case .name:
      tree.text(tree[id].span).elementsEqual("stem".utf8)
        || tree.text(tree[id].span).elementsEqual("depfile".utf8)
    }
  }

  // MARK: Known only when the recipe starts

  private struct Late {
    var source: Hole.Source
    var index: Int32?
    var rendering: Hole.Rendering
  }

  /// `{{v}}`, `{{v[0]}}`, `{{raw(v)}}`, `{{json(v)}}` of a value, `args` or `cpus`; nil for what is
  /// known now.
  private func late(_ id: ExpressionID) throws(LoadError) -> Late? {
    switch tree[id].kind {
    case .name:
      return try lateSource(id).map { Late(source: $0, rendering: .quoted) }
    case .index(let base, let index):
      guard case .name = tree[base].kind, let source = try lateSource(base) else {
        return nil
      }
      return Late(source: source, index: Int32(clamping: index), rendering: .quoted)
    case .call:
      guard let (argument, isJSON) = verbatim(id), var inner = try late(argument) else {
        return nil
      }
      inner.rendering = isJSON ? .json : .raw
      return inner
    case .string: return nil
    }
  }

  private func lateSource(_ id: ExpressionID) throws(LoadError) -> Hole.Source? {
    let name = evaluator.names.id(of: id, in: tree)
    if let special = RecipeName(rawValue: name) {
      switch special {
      case .args:
        guard kind == .task else { throw .argsOutsideTask(evaluator.range(tree[id].span)) }
        return .args
      case .cpus: return .cpus
      case .in, .out, .stem, .depfile: return nil
      }
    }
    if evaluator.scope.has(name) { return nil }
    // A value may be declared later: it is looked up when everything is read.
    return .value(tentative(evaluator.names.names[name]))
  }

  /// The name of a value in the recipe's own directory, until it is known which one is meant.
  private func tentative(_ name: [UInt8]) -> PathID {
    let directory = evaluator.scope.directory
    let home =
      paths.isRoot(directory)
      ? PathRoot.values.id
      : paths.intern(path: paths.text(of: directory), relativeTo: PathRoot.values.id)
    return paths.intern(name, in: home)
  }

  private mutating func note(_ id: ExpressionID) {
    switch tree[id].kind {
    case .name:
      let name = evaluator.names.id(of: id, in: tree)
      if evaluator.scope.has(name) { usedNames.append(name) }
    case .index(let base, _): note(base)
    case .call(_, let arguments): for argument in arguments { note(argument) }
    case .string: break
    }
  }

  // MARK: Words with holes

  /// The words after `@env NAME=`, joined by one space.
  mutating func write(words: [Word], skipping count: Int, to text: Text) throws(LoadError) {
    var isFirst = true
    for (number, word) in words.enumerated() {
      let parts = tree.parts(of: word)
      if parts.count == 1, let part = parts.first, number > 0, case .hole(let id) = part.kind,
        part.quoting == .bare, let late = try late(id)
      {
        if !isFirst { text.bytes.append(UInt8(ascii: " ")) }
        isFirst = false
        text.holes.append(hole(late, text, part.span))
        continue
      }
      try append(word, number == 0 ? count : 0, &isFirst, to: text)
    }
  }

  private func hole(_ late: Late, _ text: Text, _ span: Span) -> Hole {
    Hole(
      offset: text.end, source: late.source, index: late.index,
      rendering: late.rendering == .quoted ? .raw : late.rendering, place: evaluator.range(span))
  }

  /// One word, whose first `count` bytes (the name and `=`) are left out.
  private mutating func append(
    _ word: Word, _ count: Int, _ isFirst: inout Bool, to text: Text
  ) throws(LoadError) {
    // A word that has a late hole is one word; all others may be several.
    var parts = Array(tree.parts(of: word))
    if count > 0, let first = parts.first {
      parts[0].span = Span(Int(first.span.lower) + count, Int(first.span.upper))
    }
    var words = Words([UInt8]())
    var holes: [Hole] = []
    for part in parts {
      switch part.kind {
      case .literal: words = words.combined(with: Words(tree.text(part.span)))
      case .byte(let byte): words = words.combined(with: Words([byte]))
      case .hole(let id):
        if let late = try late(id) {
          guard words.count == 1 else {
            throw .touchesText(count: words.count, evaluator.range(part.span))
          }
          var hole = hole(late, text, part.span)
          hole.offset += UInt32(words[0].count) + (isFirst ? 0 : 1)
          holes.append(hole)
        } else {
          note(id)
          let items = try evaluator.evaluate(id)
          words = words.combined(with: part.quoting == .double ? Words(items.joined()) : items)
        }
      }
    }
    for word in words {
      if !isFirst { text.bytes.append(UInt8(ascii: " ")) }
      isFirst = false
      text.bytes.append(word)
    }
    text.holes += holes
  }
}
