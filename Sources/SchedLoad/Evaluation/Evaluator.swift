import SchedBase
import SchedSyntax

/// Evaluates words and expressions of one file in one scope.
///
/// Throws facts; the loader collects them.
final class Evaluator {
  /// A word's text with the places of `%` that its author wrote as a pattern.
  struct PatternWord {
    var bytes: [UInt8]
    var percents: [Int]
  }

  /// The words of a header.
  struct PatternWords {
    var placed = PlacedWords()
    /// Each `%` that was written as a pattern: the word, and the offset in it.
    var percents: [(word: Int, offset: Int)] = []

    /// One word by itself.
    subscript(index: Int) -> PatternWord {
      PatternWord(
        bytes: Array(placed.words[index]),
        percents: percents.filter { $0.word == index }.map(\.offset))
    }

    /// Forgets all words and keeps the room.
    mutating func removeAll() {
      placed.removeAll()
      percents.removeAll()
    }
  }

  let tree: SyntaxTree
  let names: NameTable
  let functions: Functions
  let scope: Scope
  /// While a recipe is evaluated: what `in`, `out`, `stem` and `depfile` are taken of.
  var header: Header?
  /// How far behind its text the script stands.
  var shift: UInt32 = 0
  /// Whether a name is that of a value, which is no variable: only for better messages.
  private let isValue: (_ name: [UInt8], _ directory: PathID) -> Bool

  init(
    tree: SyntaxTree, names: NameTable, functions: Functions, scope: Scope,
    isValue: @escaping (_ name: [UInt8], _ directory: PathID) -> Bool
  ) {
    self.tree = tree
    self.names = names
    self.functions = functions
    self.scope = scope
    self.isValue = isValue
  }

  /// The place of what stands in the file; of what stands in a script, while one is written.
  func range(_ span: Span) -> SourceRange { tree.range(span).moved(by: shift) }

  // MARK: Words

  func evaluate(_ list: WordList) throws(LoadError) -> Words {
    var result = Words()
    for word in tree.words(list) { try append(word, to: &result) }
    return result
  }

  /// Each word that the list comes to, with the place of the word that it is of.
  func evaluateWithPlaces(_ list: WordList) throws(LoadError) -> PlacedWords {
    var result = PlacedWords()
    try evaluate(list, into: &result)
    return result
  }

  func evaluate(_ list: WordList, into result: inout PlacedWords) throws(LoadError) {
    for index in list.range {
      let word = tree.words[index]
      try append(word, to: &result.words)
      result.place(at: range(word.span))
    }
  }

  func evaluate(_ word: Word) throws(LoadError) -> Words {
    var result = Words()
    try append(word, to: &result)
    return result
  }

  /// Evaluates to exactly one word and gives its place.
  func evaluateWord(of attribute: Attribute, into words: inout Words) throws(LoadError)
    -> SourceRange
  {
    var place = attribute.span
    for word in tree.words(attribute.words) {
      let count = words.count
      try append(word, to: &words)
      if words.count > count { place = word.span }
    }
    guard words.count == 1 else {
      throw .attributeNeedsOneWord(
        String(decoding: tree.text(attribute.name), as: UTF8.self), found: words.count,
        range(attribute.span))
    }
    return range(place)
  }

  /// What one hole of a word comes to: in double quotes one item.
  private func items(_ expression: ExpressionID, _ quoting: Part.Quoting) throws(LoadError) -> Words
  {
    let items = try evaluate(expression)
    return quoting == .double && items.count != 1 ? Words(items.joined()) : items
  }

  func append(_ word: Word, to result: inout Words) throws(LoadError) {
    let range = word.partRange
    for index in range {
      let part = tree.parts[index]
      switch part.kind {
      case .literal: tree.withText(part.span) { result.extend(with: $0) }
      case .byte(let byte): result.extend(with: byte)
      case .hole(let expression):
        if range.count == 1, part.quoting == .bare {
          return result.append(contentsOf: try evaluate(expression))
        }
        let items = try items(expression, part.quoting)
        guard items.count == 1 else {
          let heads = Words(result.takeUnended()).combined(with: items)
          let rest = tree.parts[(index + 1)..<range.upperBound]
          return result.append(contentsOf: try combine(heads, with: rest))
        }
        result.extend(withWord: 0, of: items)
      }
    }
    result.endWord()
  }

  /// Every combination, the left one varying slowest.
  private func combine(_ heads: Words, with parts: ArraySlice<Part>) throws(LoadError) -> Words {
    var words = heads
    for part in parts {
      switch part.kind {
      case .literal: words = words.combined(with: Words(tree.text(part.span)))
      case .byte(let byte): words = words.combined(with: Words([byte]))
      case .hole(let expression): words = words.combined(with: try items(expression, part.quoting))
      }
    }
    return words
  }

  /// The words of a header: `%` counts where it is written outside single quotes.
  func evaluatePatterns(_ list: WordList, into result: inout PatternWords) throws(LoadError) {
    for index in list.range {
      let word = tree.words[index]
      if hasPercent(word) {
        try appendPattern(tree.parts(of: word), to: &result)
      } else {
        try append(word, to: &result.placed.words)
      }
      result.placed.place(at: range(word.span))
    }
  }

  private func hasPercent(_ word: Word) -> Bool {
    for index in word.partRange where tree.parts[index].hasPercent { return true }
    return false
  }

  private func appendPattern(_ parts: ArraySlice<Part>, to result: inout PatternWords)
    throws(LoadError)
  {
    var texts = [PatternWord(bytes: [], percents: [])]
    for part in parts {
      switch part.kind {
      case .literal:
        let bytes = tree.text(part.span)
        let offsets =
          part.quoting == .single
          ? []
          : bytes.indices.filter { bytes[$0] == UInt8(ascii: "%") }.map { $0 - bytes.startIndex }
        for index in texts.indices {
          let start = texts[index].bytes.count
          texts[index].percents += offsets.map { start + $0 }
          texts[index].bytes.append(contentsOf: bytes)
        }
      case .byte(let byte): for index in texts.indices { texts[index].bytes.append(byte) }
      case .hole(let expression):
        let items = try items(expression, part.quoting)
        texts = texts.flatMap { text in
          items.map { PatternWord(bytes: text.bytes + $0, percents: text.percents) }
        }
      }
    }
    for text in texts {
      let word = result.placed.words.count
      result.percents += text.percents.map { (word, $0) }
      result.placed.words.append(text.bytes)
    }
  }

  // MARK: Expressions

  func evaluate(_ id: ExpressionID) throws(LoadError) -> Words {
    let expression = tree[id]
    switch expression.kind {
    case .name: return try lookUp(id)
    case .string(let word):
      // A string is one word; a list in it is joined.
      var text = Words()
      for part in tree.parts(of: word) {
        switch part.kind {
        case .literal: text.extend(with: tree.text(part.span))
        case .byte(let byte): text.extend(with: byte)
        case .hole(let inner): text.extend(with: try evaluate(inner).joined())
        }
      }
      text.endWord()
      return text
    case .index(let base, let index):
      let items = try evaluate(base)
      let position = index < 0 ? items.count + index : index
      guard items.indices.contains(position) else {
        throw .indexOutside(index, count: items.count, range(expression.span))
      }
      return Words(items[position])
    case .call(let name, let arguments):
      var values: [Words] = []
      for argument in arguments { values.append(try evaluate(argument)) }
      let argumentPlaces = arguments.map { range(tree[$0].span) }
      return try functions.call(
        Array(tree.text(name)), values,
        Functions.Call(
          name: range(name), place: range(expression.span), arguments: argumentPlaces,
          directory: scope.directory))
    }
  }

  /// The words of a variable, or of a name of the recipe.
  func words(of name: Int) -> Words? { scope[name] ?? header?.words(of: name) }

  private func lookUp(_ id: ExpressionID) throws(LoadError) -> Words {
    let name = names.id(of: id, in: tree)
    if let words = words(of: name) { return words }
    let text = names.names[name]
    let place = range(tree[id].span)
    if let special = RecipeName(rawValue: name) {
      let isLate = header != nil && (special == .args || special == .cpus)
      throw isLate ? .valueInExpression(text, place) : .notInRecipe(text, place)
    }
    if isValue(text, scope.directory) {
      throw header == nil ? .valueOutsideRecipe(text, place) : .valueInExpression(text, place)
    }
    throw .unknownName(text, place, near: nearestName(to: text, among: knownNames))
  }

  private var knownNames: [[UInt8]] { scope.known.map { names.names[$0] } }

  // MARK: Conditions

  func evaluate(_ condition: Condition) throws(LoadError) -> Bool {
    switch condition {
    case .value(let expression): return try !evaluate(expression).isEmpty
    case .not(let inner): return try !evaluate(inner)
    case .and(let left, let right):
      guard try evaluate(left) else { return false }
      return try evaluate(right)
    case .or(let left, let right):
      if try evaluate(left) { return true }
      return try evaluate(right)
    case .comparison(let left, let comparison, let right):
      let (left, right) = (try evaluate(left), try evaluate(right))
      switch comparison {
      case .equal: return left == right
      case .notEqual: return left != right
      case .isIn: return left.allSatisfy { right.contains($0) }
      case .isNotIn: return !left.allSatisfy { right.contains($0) }
      }
    }
  }
}
