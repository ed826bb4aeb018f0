import SchedBase
import SchedGraph
import SchedSyntax

/// Turns a header and its recipe into an action of the graph: attributes, script, lists.
///
/// Used for headers that are written out, and for rules when they are applied. One for each evaluation:
/// its buffers are used again for each action.
final class ActionMaker {
  private let paths: PathTable
  private let script = ScriptWriter.Text()
  /// Of recipes without attributes but `@depfile`.
  private let noAttributes = RecipeAttributes()
  /// Of all lists but outputs and inputs.
  private var edges: [(path: PathID, list: EdgeList, place: SourceRange)] = []

  init(paths: PathTable) { self.paths = paths }

  /// What must be resolved when everything is read.
  struct Unresolved {
    var pool: (name: [UInt8], place: SourceRange)?
    /// Names that recipes take of the scope.
    var usedNames: [Int] = []
  }

  /// Adds the action to the builder.
  func add(
    _ header: Header, _ recipe: Recipe, _ evaluator: Evaluator, to builder: inout GraphBuilder
  ) throws(LoadError) -> Unresolved {
    evaluator.header = header
    defer { evaluator.header = nil }
    let settings = evaluator.scope.settings
    // Everything that can fail is done before the action is begun.
    let attributes = try attributes(of: recipe, evaluator, header)
    let shell = attributes.shell ?? settings.shell
    var writer = ScriptWriter(evaluator: evaluator, paths: paths, kind: header.kind)
    script.removeAll()
    if let shared = recipe.script {
      evaluator.shift = recipe.shift
      defer { evaluator.shift = 0 }
      try writer.write(PreparedScript.of(shared, evaluator, shell: shell), to: script)
    }
    edges.removeAll(keepingCapacity: true)
    let ignored = attributes.ignored ?? settings.ignored
    for index in header.inputPaths.indices where header.inputs.words.endsInSlash(index) {
      try ignore(ignored, in: header.inputPaths[index], header.inputs.places[index], &builder)
    }
    if !settings.uses.isEmpty { try addEdges(settings.uses, .uses, header, ignored, &builder) }
    for (list, words) in attributes.lists where list != .variables {
      try addEdges(words, list, header, ignored, &builder)
    }

    builder.beginAction(header.kind, directory: header.directory, place: header.place)
    header.addEdges(to: &builder)
    for edge in edges { builder.add(edge.path, to: edge.list, at: edge.place) }
    addVariables(settings.tracked, attributes, to: &builder)
    let environment = environment(settings.environment, attributes.environment)
    addValues(environment, to: &builder)
    if recipe.script != nil {
      builder.setRecipe(builder.addTemplate(script.bytes.elements, holes: script.holes))
    }
    if !environment.isEmpty {
      builder.setEnvironment(
        environment.map {
          EnvironmentEntry(
            name: $0.name,
            value: builder.addTemplate($0.text.bytes.elements, holes: $0.text.holes))
        })
    }
    if let description = attributes.description {
      builder.setDescription(builder.addText(description))
    }
    if let depfile = header.depfilePath { builder.setDepfile(depfile.path) }
    attributes.set(in: &builder, header.kind, shell: shell, ignored: ignored)
    builder.setRule(header.rule)
    builder.endAction()
    return Unresolved(pool: attributes.pool, usedNames: writer.usedNames)
  }

  /// What the attributes say; `@depfile`, which the header gets, is evaluated before the others, since
  /// `{{depfile}}` may stand in any of them.
  private func attributes(
    of recipe: Recipe, _ evaluator: Evaluator, _ header: Header
  ) throws(LoadError) -> RecipeAttributes {
    let prepared = PreparedAttributes.of(recipe, evaluator)
    if let prepared {
      if let word = prepared.depfile {
        let place = try word.evaluate(evaluator, into: &header.depfile)
        header.depfilePath = (
          try paths.path(header.depfile, 0, header.directory, place), place
        )
      }
      if let known = prepared.constant { return known }
    } else if let attribute = recipe.attributes.last(where: {
      AttributeName(evaluator.tree.text($0.name)) == .depfile
    }) {
      let place = try evaluator.evaluateWord(of: attribute, into: &header.depfile)
      header.depfilePath = (try paths.path(header.depfile, 0, header.directory, place), place)
      if recipe.attributes.count == 1, recipe.script != nil { return noAttributes }
    }
    if recipe.attributes.isEmpty { return noAttributes }
    let attributes = try AttributeReader.read(recipe, evaluator, header, paths)
    if let prepared, prepared.isConstant { prepared.constant = attributes }
    return attributes
  }

  /// What is set for the recipe: its own values stand over those of the settings.
  private func environment(
    _ inherited: [(name: [UInt8], value: [UInt8])], _ own: [EnvironmentValue]
  ) -> [EnvironmentValue] {
    if inherited.isEmpty { return own }
    let others = inherited.filter { entry in !own.contains { $0.name == entry.name } }
    return others.map { EnvironmentValue(name: $0.name, text: ScriptWriter.Text($0.value)) } + own
  }

  private func addEdges(
    _ words: PlacedWords, _ list: EdgeList, _ header: Header, _ ignored: [[UInt8]]?,
    _ builder: inout GraphBuilder
  ) throws(LoadError) {
    for (word, place) in words {
      let path = try paths.path(word, header.directory, place)
      if word.last == UInt8(ascii: "/") {
        if list != .after { try ignore(ignored, in: path, place, &builder) }
        builder.markDirectory(path)
      }
      edges.append((path, list, place))
    }
  }

  /// A directory has one identity, whoever reads it.
  private func ignore(
    _ patterns: [[UInt8]]?, in directory: PathID, _ place: SourceRange,
    _ builder: inout GraphBuilder
  ) throws(LoadError) {
    guard builder.ignore(patterns, in: directory) else {
      throw .ignoredOtherwise(paths.text(of: directory), place)
    }
  }

  /// Tracked variables, each once.
  private func addVariables(
    _ outer: PlacedWords, _ attributes: RecipeAttributes, to builder: inout GraphBuilder
  ) {
    if outer.isEmpty, attributes.lists.isEmpty { return }
    var seen: Set<PathID> = []
    func add(_ name: Words.Item, _ place: SourceRange) {
      let path = paths.intern(Array(name), in: PathRoot.variables.id)
      if seen.insert(path).inserted { builder.add(path, to: .variables, at: place) }
    }
    for (name, place) in outer { add(name, place) }
    for (list, words) in attributes.lists where list == .variables {
      for (name, place) in words { add(name, place) }
    }
  }

  /// The values that are filled in when the recipe starts, each once.
  private func addValues(_ environment: [EnvironmentValue], to builder: inout GraphBuilder) {
    if script.holes.isEmpty, environment.isEmpty { return }
    var seen: Set<PathID> = []
    for holes in [script.holes] + environment.map(\.text.holes) {
      for hole in holes {
        guard case .value(let path) = hole.source, seen.insert(path).inserted else { continue }
        builder.add(path, to: .values, at: hole.place)
      }
    }
  }
}

extension PathTable {
  /// A word of a Schedfile as a path from `directory`.
  func path(_ word: some Collection<UInt8>, _ directory: PathID, _ place: SourceRange)
    throws(LoadError) -> PathID
  {
    if word.count > PathTable.maximumNameLength { throw .pathTooLong(word.count, place) }
    let path: PathID?? = word.withContiguousStorageIfAvailable { word in
      self.path(UnsafeRawBufferPointer(word), directory)
    }
    guard let path = path ?? nil else { throw .badPath(Array(word), place) }
    return path
  }

  /// The same of one word of a list.
  func path(_ words: Words, _ index: Int, _ directory: PathID, _ place: SourceRange)
    throws(LoadError) -> PathID
  {
    guard let path = words.withBytes(of: index, { path($0, directory) }) else {
      let count = words[index].count
      if count > PathTable.maximumNameLength { throw .pathTooLong(count, place) }
      throw .badPath(Array(words[index]), place)
    }
    return path
  }

  /// nil: no path can be written so.
  private func path(_ word: UnsafeRawBufferPointer, _ directory: PathID) -> PathID? {
    var hasNUL = word.isEmpty || word.count > PathTable.maximumNameLength
    for byte in word where byte == 0 { hasNUL = true }
    if hasNUL { return nil }
    let slash = UInt8(ascii: "/")
    if word.count >= 2, word[0] == slash, word[1] == slash {
      // From the root, as settings of another directory say it.
      return intern(path: UnsafeRawBufferPointer(rebasing: word[2...]))
    }
    return intern(path: word, relativeTo: directory)
  }
}
