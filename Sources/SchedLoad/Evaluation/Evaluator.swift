import SchedBase
import SchedSyntax

/// Evaluates words and expressions of one file in one scope.
///
/// Throws facts; the loader collects them.
struct Evaluator {
  /// Names that mean something in a recipe only.
  struct RecipeNames {
    var inputs: Words = []
    var outputs: Words = []
    var stem: Words?
    var depfile: Words?
    var isTask = false
  }

  /// A word's text with the places of `%` that its author wrote as a pattern.
  struct PatternWord {
    var bytes: [UInt8]
    var percents: [Int]
  }

  let tree: SyntaxTree
  let names: NameTable
  let functions: Functions
  var scope: Scope
  var recipe: RecipeNames?
  /// Whether a name is that of a value, which is no variable: only for better messages.
  var isValue: (_ name: [UInt8], _ directory: PathID) -> Bool

  // MARK: Words

  func evaluate(_ list: WordList) throws(LoadError) -> Words {
    var result: Words = []
    for word in tree.words(list) { try append(word, to: &result) }
    return result
  }

  /// Each word that the list comes to, with the place of the word that it is of.
  func evaluateWithPlaces(_ list: WordList) throws(LoadError) -> [(
    word: [UInt8], place: SourceRange
  )] {
    var result: [(word: [UInt8], place: SourceRange)] = []
    for word in tree.words(list) {
      let place = tree.range(word.span)
      for text in try evaluate(word) { result.append((text, place)) }
    }
    return result
  }

  func evaluate(_ word: Word) throws(LoadError) -> Words {
    var result: Words = []
    try append(word, to: &result)
    return result
  }

  private func append(_ word: Word, to result: inout Words) throws(LoadError) {
    let parts = tree.parts(of: word)
    if parts.count == 1, let part = parts.first {
      switch part.kind {
      case .literal: return result.append(Array(tree.text(part.span)))
      case .hole(let expression) where part.quoting == .bare:
        return result.append(contentsOf: try evaluate(expression))
      default: break
      }
    }
    // Every combination, the left one varying slowest.
    var texts: Words = [[]]
    for part in parts {
      switch part.kind {
      case .literal:
        for index in texts.indices { texts[index].append(contentsOf: tree.text(part.span)) }
      case .byte(let byte): for index in texts.indices { texts[index].append(byte) }
      case .hole(let expression):
        let items = try evaluate(expression)
        if part.quoting == .double {
          let joined = items.joined(separator: [UInt8(ascii: " ")])
          for index in texts.indices { texts[index].append(contentsOf: joined) }
        } else {
          texts = texts.flatMap { text in items.map { text + $0 } }
        }
      }
    }
    result.append(contentsOf: texts)
  }

  /// The words of a header: `%` counts where it is written outside single quotes.
  func evaluatePatterns(_ list: WordList) throws(LoadError) -> [(
    word: PatternWord, place: SourceRange
  )] {
    var result: [(word: PatternWord, place: SourceRange)] = []
    for word in tree.words(list) {
      let place = tree.range(word.span)
      for pattern in try evaluatePattern(word) { result.append((pattern, place)) }
    }
    return result
  }

  private func evaluatePattern(_ word: Word) throws(LoadError) -> [PatternWord] {
    var texts = [PatternWord(bytes: [], percents: [])]
    for part in tree.parts(of: word) {
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
        let items = try evaluate(expression)
        if part.quoting == .double {
          let joined = items.joined(separator: [UInt8(ascii: " ")])
          for index in texts.indices { texts[index].bytes.append(contentsOf: joined) }
        } else {
          texts = texts.flatMap { text in
            items.map { PatternWord(bytes: text.bytes + $0, percents: text.percents) }
          }
        }
      }
    }
    return texts
  }

  // MARK: Expressions

  func evaluate(_ id: ExpressionID) throws(LoadError) -> Words {
    let expression = tree[id]
    let place = tree.range(expression.span)
    switch expression.kind {
    case .name: return try lookUp(id)
    case .string(let word):
      // A string is one word; a list in it is joined.
      var text: [UInt8] = []
      for part in tree.parts(of: word) {
        switch part.kind {
        case .literal: text.append(contentsOf: tree.text(part.span))
        case .byte(let byte): text.append(byte)
        case .hole(let inner):
          text.append(contentsOf: try evaluate(inner).joined(separator: [UInt8(ascii: " ")]))
        }
      }
      return [text]
    case .index(let base, let index):
      let items = try evaluate(base)
      let position = index < 0 ? items.count + index : index
      guard items.indices.contains(position) else {
        throw .indexOutside(index, count: items.count, place)
      }
      return [items[position]]
    case .call(let name, let arguments):
      var values: [Words] = []
      for argument in arguments { values.append(try evaluate(argument)) }
      let argumentPlaces = arguments.map { tree.range(tree[$0].span) }
      return try functions.call(
        Array(tree.text(name)), values,
        Functions.Call(
          name: tree.range(name), place: place, arguments: argumentPlaces,
          directory: scope.directory))
    }
  }

  private func lookUp(_ id: ExpressionID) throws(LoadError) -> Words {
    let name = names.id(of: id, in: tree)
    if let value = scope[name] { return value }
    let text = names.names[name]
    let place = tree.range(tree[id].span)
    if let special = RecipeName(rawValue: name) {
      guard let recipe else { throw .notInRecipe(text, place) }
      switch special {
      case .in: return recipe.inputs
      case .out: return recipe.outputs
      case .stem: if let stem = recipe.stem { return stem }
      case .depfile: if let depfile = recipe.depfile { return depfile }
      case .args, .cpus: throw .valueInExpression(text, place)
      }
      throw .notInRecipe(text, place)
    }
    if isValue(text, scope.directory) {
      throw recipe == nil ? .valueOutsideRecipe(text, place) : .valueInExpression(text, place)
    }
    throw .unknownName(text, place, near: nearestName(to: text, among: knownNames))
  }

  var knownNames: Words { scope.known.map { names.names[$0] } }

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
