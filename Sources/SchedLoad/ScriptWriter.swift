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
        try append(words, hole, to: &text.bytes)
      case .expression(let hole): try appendUnknown(hole, to: text)
      }
    }
  }

  /// What is no variable and no name of the recipe.
  private mutating func appendUnknown(_ hole: ScriptHole, to text: Text) throws(LoadError) {
    let place = evaluator.range(hole.span)
    if let late = try late(hole.expression) {
      // `"{{raw(x)}}"`: the quotes are the author's.
      let isQuoted = late.rendering != .quoted && hole.surroundingQuote != 0
      if isQuoted { text.bytes.append(hole.surroundingQuote) }
      text.holes.append(
        Hole(
          offset: text.end, source: late.source, index: late.index,
          rendering: hole.isInsideQuotes && late.rendering == .quoted
            ? .insideQuotes : late.rendering,
          surroundingQuote: late.rendering == .quoted ? hole.surroundingQuote : 0,
          mustBeOneWord: hole.touchesText && late.rendering == .quoted, place: place))
      if isQuoted { text.bytes.append(hole.surroundingQuote) }
      return
    }
    note(hole.expression)
    if let (argument, isJSON) = verbatim(hole.expression) {
      if hole.surroundingQuote != 0 { text.bytes.append(hole.surroundingQuote) }
      try appendVerbatim(argument, isJSON: isJSON, to: &text.bytes)
      if hole.surroundingQuote != 0 { text.bytes.append(hole.surroundingQuote) }
      return
    }
    try append(try evaluator.evaluate(hole.expression), hole, to: &text.bytes)
  }

  private func append(_ words: Words, _ hole: ScriptHole, to bytes: inout Buffer<UInt8>)
    throws(LoadError)
  {
    if hole.touchesText, words.count != 1 {
      throw .touchesText(
        count: words.count, quoted: hole.isInsideQuotes ? expression(in: hole) : nil,
        evaluator.range(hole.span))
    }
    if hole.isInsideQuotes {
      if let word = words.first(where: { WordText.needsQuoting($0) && !$0.isEmpty }) {
        throw .needsQuotesInside(Array(word), evaluator.range(hole.span))
      }
      return words.appendJoined(to: &bytes)
    }
    appendQuoted(words, surroundedBy: hole.surroundingQuote, to: &bytes)
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

  private func appendVerbatim(_ id: ExpressionID, isJSON: Bool, to bytes: inout Buffer<UInt8>)
    throws(LoadError)
  {
    let words = try evaluator.evaluate(id)
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
