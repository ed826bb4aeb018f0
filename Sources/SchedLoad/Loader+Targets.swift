import SchedBase
import SchedGraph
import SchedSyntax

// Headers become actions, rules, or additions to other headers.
extension Loader {
  func define(_ target: Target, _ tree: SyntaxTree, _ scope: Scope, isRootFile: Bool)
    throws(LoadError)
  {
    let evaluator = evaluator(tree, scope)
    let place = tree.range(target.header)
    outputs.removeAll()
    try evaluator.evaluatePatterns(target.outputs, into: &outputs)
    if outputs.placed.isEmpty { throw .emptyOutputs(place) }
    if !outputs.percents.isEmpty { return try defineRule(target, outputs, evaluator, place) }
    inputs.removeAll()
    try evaluator.evaluatePatterns(target.inputs, into: &inputs)
    if let percent = inputs.percents.first {
      let (word, place) = inputs.placed[percent.word]
      throw .percentOnlyInInputs(Array(word), place)
    }
    guard let recipe = target.recipe, recipe.script != nil else {
      return try addInputs(target, outputs.placed, inputs.placed, tree, scope)
    }
    let header = headers.take(.file, directory: scope.directory, place: place)
    for (word, place) in outputs.placed {
      header.add(try output(word, scope.directory, place, in: header))
    }
    header.outputWords.append(contentsOf: outputs.placed.words)
    header.inputs.append(contentsOf: inputs.placed)
    try header.resolveInputs(paths)
    try checkMakers(of: header)
    if isRootFile, firstTarget == nil { firstTarget = (header.outputs[0].path, place) }
    try add(header, recipe, evaluator, to: &builder)
  }

  /// One output: its word as written and its path.
  private func output(
    _ word: Words.Item, _ directory: PathID, _ place: SourceRange, in header: Header
  ) throws(LoadError) -> Header.Output {
    let path = try paths.path(word, directory, place)
    if header.outputs.contains(where: { $0.path == path }) {
      throw .outputTwice(Array(word), place)
    }
    let isDirectory = word.last == UInt8(ascii: "/")
    if paths.isRoot(path) || isOurs(path) || filesRead.contains(path)
      || (isDirectory && filesRead.contains { paths.isWithin($0, path) })
    {
      throw .rootOrStateAsOutput(Array(word), place)
    }
    return Header.Output(path: path, isDirectory: isDirectory, place: place)
  }

  func isOurs(_ path: PathID) -> Bool {
    paths.withName(of: paths.top(of: path)) { name in
      name.first == UInt8(ascii: ".")
        && (name.elementsEqual(".sched".utf8) || name.elementsEqual(".git".utf8))
    }
  }

  /// Each file has one maker, and one that makes a directory as a whole makes all that is in it.
  private func checkMakers(of header: Header) throws(LoadError) {
    for (index, output) in header.outputs.enumerated() {
      func word() -> [UInt8] { Array(header.outputWords[index]) }
      if let maker = builder.graph.producer(of: output.path) {
        throw .secondMaker(word(), output.place, first: builder.graph.actions[maker].place)
      }
      if !tasks.isEmpty, let task = tasks[output.path] {
        throw .taskAndTarget(word(), output.place, first: task.place)
      }
      guard let outer = madeDirectory(above: output.path),
        !header.outputs.contains(where: { $0.path == outer })
      else { continue }
      throw .outputInsideDirectory(
        word(), directory: paths.text(of: outer), output.place,
        first: builder.graph.actions[builder.graph.producer(of: outer)!].place)
    }
  }

  func madeDirectory(above path: PathID) -> PathID? {
    guard !builder.graph.directories.isEmpty else { return nil }
    return paths.ancestor(of: path) {
      builder.graph.isDirectory($0) && builder.graph.producer(of: $0) != nil
    }
  }

  // MARK: Tasks and values

  func defineTask(
    _ name: Word, _ target: Target, _ tree: SyntaxTree, _ scope: Scope, isRootFile: Bool
  ) throws(LoadError) {
    let evaluator = evaluator(tree, scope)
    let words = try evaluator.evaluate(name)
    let place = tree.range(name.span)
    guard words.count == 1 else { throw .attributeNeedsOneWord("task", found: words.count, place) }
    try refuseInvisible(Array(words[0]), place)
    let file = try paths.path(words[0], scope.directory, place)
    if let other = tasks[file] { throw .secondMaker(Array(words[0]), place, first: other.place) }
    if let maker = builder.graph.producer(of: file) {
      throw .taskAndTarget(Array(words[0]), place, first: builder.graph.actions[maker].place)
    }
    let task = paths.intern(path: paths.text(of: file), relativeTo: PathRoot.tasks.id)
    tasks[file] = (task, place)
    let header = headers.take(
      .task, directory: scope.directory, place: tree.range(target.header))
    header.add(Header.Output(path: task, isDirectory: false, place: place))
    header.outputWords.append(words[0])
    try evaluator.evaluate(target.inputs, into: &header.inputs)
    try header.resolveInputs(paths)
    if isRootFile, firstTarget == nil { firstTarget = (task, place) }
    try add(header, target.recipe ?? Recipe.none, evaluator, to: &builder)
  }

  func defineValue(_ name: Span, _ target: Target, _ tree: SyntaxTree, _ scope: Scope)
    throws(LoadError)
  {
    let text = try definedName(name, tree)
    let place = tree.range(name)
    let value = valuePath(text, in: scope.directory)
    if let first = values[value] { throw .valueTwice(text, place, first: first) }
    values[value] = place
    let header = headers.take(
      .value, directory: scope.directory, place: tree.range(target.header))
    header.add(Header.Output(path: value, isDirectory: false, place: place))
    header.outputWords.append(text)
    let evaluator = evaluator(tree, scope)
    try evaluator.evaluate(target.inputs, into: &header.inputs)
    try header.resolveInputs(paths)
    try add(header, target.recipe ?? Recipe.none, evaluator, to: &builder)
  }

  // MARK: Rules

  private func defineRule(
    _ target: Target, _ outputs: Evaluator.PatternWords, _ evaluator: Evaluator,
    _ place: SourceRange
  ) throws(LoadError) {
    let directory = evaluator.scope.directory
    var patterns: [Rule.Output] = []
    for (index, place) in zip(outputs.placed.indices, outputs.placed.places) {
      let word = outputs[index]
      guard let percent = word.percents.first else { throw .percentMissing(word.bytes, place) }
      guard word.percents.count == 1 else { throw .percentTwice(word.bytes, place) }
      patterns.append(
        Rule.Output(
          pattern: rulePattern(word.bytes, percent, directory),
          written: Words(list: [word.bytes[..<percent], word.bytes[(percent + 1)...]]),
          isDirectory: word.bytes.last == UInt8(ascii: "/"), place: place))
    }
    guard let recipe = target.recipe, recipe.script != nil else { throw .ruleWithoutRecipe(place) }
    var inputs = Evaluator.PatternWords()
    try evaluator.evaluatePatterns(target.inputs, into: &inputs)
    rules.add(
      Rule(
        outputs: patterns,
        inputs: zip(inputs.placed.indices, inputs.placed.places).map {
          Rule.Input(inputs[$0], place: $1)
        },
        recipe: recipe, evaluator: evaluator, place: place))
  }

  /// The pattern from the root: its directory's path in front, `./` and doubled slashes taken out.
  private func rulePattern(_ word: [UInt8], _ percent: Int, _ directory: PathID) -> PercentPattern {
    // `%` is no slash and no dot, so that it keeps its place in a normalised path.
    let isAbsolute = word.first == UInt8(ascii: "/")
    var parts: [[UInt8]] =
      isAbsolute || paths.isRoot(directory) ? [] : [paths.text(of: directory)]
    for part in word.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
      if part.elementsEqual("..".utf8), let last = parts.last, !last.elementsEqual("..".utf8) {
        parts.removeLast()
      } else {
        parts.append(Array(part))
      }
    }
    let text =
      (isAbsolute ? [UInt8(ascii: "/")] : []) + Array(parts.joined(separator: [UInt8(ascii: "/")]))
    let isLiteralBefore = word[..<percent].count { $0 == UInt8(ascii: "%") }
    var position = text.startIndex
    var left = isLiteralBefore
    while position < text.count {
      if text[position] == UInt8(ascii: "%") {
        if left == 0 { break }
        left -= 1
      }
      position += 1
    }
    return PercentPattern(
      prefix: inTree(Array(text[..<position])), suffix: Array(text[(position + 1)...]))
  }

  /// What stands before the `%` as paths are written that the pattern is held against: one of the tree
  /// from its root, however its directory is spelled.
  private func inTree(_ prefix: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    guard prefix.first == slash || prefix.starts(with: "../".utf8),
      let end = prefix.lastIndex(of: slash)
    else { return prefix }
    let directory = paths.intern(path: prefix[...end])
    if directory == PathRoot.fileSystem.id { return prefix }
    let text = paths.isRoot(directory) ? [] : paths.text(of: directory) + [slash]
    return text + prefix[(end + 1)...]
  }

  // MARK: More inputs

  private func addInputs(
    _ target: Target, _ outputs: PlacedWords, _ inputs: PlacedWords, _ tree: SyntaxTree,
    _ scope: Scope
  ) throws(LoadError) {
    if let recipe = target.recipe, let attribute = recipe.attributes.first {
      let name = String(decoding: tree.text(attribute.name), as: UTF8.self)
      guard AttributeName(rawValue: name) != nil else {
        throw .unknownAttribute(
          Array(name.utf8), tree.range(attribute.name), near: AttributeName.nearest(to: name))
      }
      throw .attributeNeedsScript(name, tree.range(attribute.span))
    }
    var more: [(path: PathID, place: SourceRange)] = []
    for (word, place) in inputs {
      let path = try paths.path(word, scope.directory, place)
      if word.last == UInt8(ascii: "/") {
        guard builder.ignore(scope.settings.ignored, in: path) else {
          throw .ignoredOtherwise(paths.text(of: path), place)
        }
        builder.markDirectory(path)
      }
      more.append((path, place))
    }
    for (word, place) in outputs {
      additions.append((try paths.path(word, scope.directory, place), more, place))
    }
  }
}

extension SchedSyntax.Recipe {
  /// That of a task without one.
  static var none: Recipe { Recipe(attributes: [], script: nil) }
}
