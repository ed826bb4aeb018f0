import SchedBase
import SchedSyntax

/// What is the same in a recipe's attributes for all actions that take it, found once: a rule, or a recipe
/// in a loop, makes many.
final class PreparedAttributes {
  let depfile: PreparedWord?
  /// Whether the others hold no expressions.
  let isConstant: Bool
  /// What these say, once they were read for an action.
  var constant: RecipeAttributes?

  private init(_ recipe: Recipe, _ evaluator: Evaluator) {
    let tree = evaluator.tree
    func isDepfile(_ attribute: Attribute) -> Bool {
      AttributeName(tree.text(attribute.name)) == .depfile
    }
    depfile = recipe.attributes.last(where: isDepfile).map {
      PreparedWord($0, tree, evaluator.names)
    }
    isConstant = recipe.attributes.allSatisfy { isDepfile($0) || !tree.hasHoles(in: $0) }
  }

  /// Those of a recipe that is evaluated again; nil for the first time, which mostly is the only one.
  static func of(_ recipe: Recipe, _ evaluator: Evaluator) -> PreparedAttributes? {
    // Nobody else puts something there.
    if let known = recipe.prepared { return unsafeDowncast(known, to: PreparedAttributes.self) }
    guard recipe.isEvaluated else {
      recipe.isEvaluated = true
      return nil
    }
    let prepared = PreparedAttributes(recipe, evaluator)
    recipe.prepared = prepared
    return prepared
  }
}

/// Literals and names in their order.
struct PreparedText {
  enum Piece {
    /// Bytes of `literals`.
    case literal(Range<Int>)
    /// A variable, a name of the recipe, or a value.
    case name(Int, ScriptHole)
    case expression(ScriptHole)
  }

  private(set) var literals: [UInt8] = []
  private(set) var pieces: [Piece] = []

  mutating func append(_ literal: some Sequence<UInt8>) {
    let start = literals.count
    literals.append(contentsOf: literal)
    pieces.append(.literal(start..<literals.count))
  }

  mutating func append(_ hole: ScriptHole, _ tree: SyntaxTree, _ names: NameTable) {
    if case .name = tree[hole.expression].kind {
      pieces.append(.name(names.id(of: hole.expression, in: tree), hole))
    } else {
      pieces.append(.expression(hole))
    }
  }

  /// Lends a literal.
  @inline(__always)
  func withLiteral(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    literals.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}

/// An attribute of one word.
final class PreparedWord {
  private let attribute: Attribute
  private let text: PreparedText
  /// Of the word; nil: it is more than one of literals and names.
  private let span: Span?

  init(_ attribute: Attribute, _ tree: SyntaxTree, _ names: NameTable) {
    self.attribute = attribute
    var text = PreparedText()
    let words = tree.words(attribute.words)
    for part in words.first.map({ tree.parts(of: $0) }) ?? [] {
      switch part.kind {
      case .literal: text.append(tree.text(part.span))
      case .byte(let byte): text.append([byte])
      case .hole(let id):
        text.append(
          ScriptHole(expression: id, span: part.span), tree, names)
      }
    }
    self.text = text
    let isSimple = text.pieces.allSatisfy { if case .expression = $0 { false } else { true } }
    span = words.count == 1 && isSimple ? words.first?.span : nil
  }

  /// Evaluates to exactly one word, which `words` has afterwards, and gives its place.
  func evaluate(_ evaluator: Evaluator, into words: inout Words) throws(LoadError) -> SourceRange {
    if let span, appendPieces(evaluator, to: &words) { return evaluator.range(span) }
    words.removeAll()
    return try evaluator.evaluateWord(of: attribute, into: &words)
  }

  /// Returns false where a name does not stand for one word.
  private func appendPieces(_ evaluator: Evaluator, to words: inout Words) -> Bool {
    for piece in text.pieces {
      switch piece {
      case .literal(let range): text.withLiteral(range) { words.extend(with: $0) }
      case .name(let name, _):
        guard let item = evaluator.words(of: name), item.count == 1 else { return false }
        words.extend(withWord: 0, of: item)
      case .expression: return false
      }
    }
    words.endWord()
    return true
  }
}

/// A script, as what reads it reads it.
final class PreparedScript {
  let text: PreparedText
  /// Of the first line `#!…`.
  private let firstLine: ScriptLanguage?
  /// Whether some hole stands where shells read in different ways.
  private let isUnsure: Bool
  /// Whether it is read in one way where no `@shell` is.
  private let isPlain: Bool
  /// For what is not any shell.
  private var readings: [ScriptLanguage: PreparedScript] = [:]

  private init(
    _ segments: some Sequence<Segment>, _ script: Script, _ tree: SyntaxTree, _ names: NameTable
  ) {
    var text = PreparedText()
    var isUnsure = false
    var firstLine: ScriptLanguage?
    for segment in segments {
      switch segment {
      case .literal(let span):
        if span.lower == script.span.lower { firstLine = Self.firstLine(tree.text(span)) }
        text.append(Self.withShellLineEnds(tree.text(span)))
      case .hole(let hole):
        isUnsure = isUnsure || hole.place == .unsure
        text.append(hole, tree, names)
      }
    }
    self.text = text
    self.isUnsure = isUnsure
    self.firstLine = firstLine
    isPlain = firstLine == nil && !isUnsure
  }

  private static func firstLine(_ literal: ArraySlice<UInt8>) -> ScriptLanguage? {
    ScriptLanguage(firstLine: literal.prefix { $0 != UInt8(ascii: "\n") })
  }

  /// Line ends of the file are the shell's line ends.
  private static func withShellLineEnds(_ literal: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard literal.contains(UInt8(ascii: "\r")) else { return literal }
    var bytes: ArraySlice<UInt8> = []
    var previous: UInt8 = 0
    for byte in literal {
      if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: "\r") { bytes.removeLast() }
      bytes.append(byte)
      previous = byte
    }
    return bytes
  }

  /// The script, prepared when it is first asked for; `shell` is what `@shell` names, nil: `/bin/sh`.
  static func of(_ script: SharedScript, _ evaluator: Evaluator, shell: Words?) -> PreparedScript {
    let common = common(script, evaluator)
    if shell == nil, common.isPlain { return common }
    let language =
      common.firstLine ?? shell.map { ScriptLanguage(interpreter: $0) } ?? .shell(.posix)
    // The parser took it for any shell.
    if case .shell(let dialect) = language, dialect == .any || !common.isUnsure { return common }
    if let known = common.readings[language] { return known }
    let tree = evaluator.tree
    let reading = PreparedScript(
      tree.segments(of: script.text, readAs: language), script.text, tree, evaluator.names)
    common.readings[language] = reading
    return reading
  }

  private static func common(_ script: SharedScript, _ evaluator: Evaluator) -> PreparedScript {
    // Nobody else puts something there.
    if let prepared = script.prepared { return unsafeDowncast(prepared, to: PreparedScript.self) }
    let tree = evaluator.tree
    let prepared = PreparedScript(
      tree.segments[script.text.segmentRange], script.text, tree, evaluator.names)
    script.prepared = prepared
    return prepared
  }
}

extension SyntaxTree {
  /// Whether the attribute says something that is to be evaluated.
  fileprivate func hasHoles(in attribute: Attribute) -> Bool {
    let isInWords = words(attribute.words).contains { word in
      parts(of: word).contains { part in
        if case .hole = part.kind { true } else { false }
      }
    }
    guard !isInWords, let text = attribute.text else { return isInWords }
    return segments[text.segmentRange].contains { segment in
      if case .hole = segment { true } else { false }
    }
  }
}
