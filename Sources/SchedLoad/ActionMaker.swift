import SchedBase
import SchedGraph
import SchedSyntax

/// Turns a header and its recipe into an action of the graph: attributes, script, lists.
///
/// Used for headers that are written out, and for rules when they are applied. One for each evaluation:
/// its buffers are used again for each action.
final class ActionMaker {
  private let paths: PathTable
  private var script = ScriptWriter.Text()
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
    var attributes = AttributeReader(evaluator: evaluator, header: header, paths: paths)
    try attributes.read(recipe)
    // Everything that can fail is done before the action is begun.
    var writer = ScriptWriter(evaluator: evaluator, paths: paths, kind: header.kind)
    script.removeAll()
    if let text = recipe.script { try writer.write(text, to: &script) }
    var environment = attributes.environment
    if !settings.environment.isEmpty {
      let inherited = settings.environment.filter { entry in
        !environment.contains { $0.name == entry.name }
      }
      environment =
        inherited.map { EnvironmentValue(name: $0.name, text: ScriptWriter.Text(bytes: $0.value)) }
        + environment
    }

    edges.removeAll(keepingCapacity: true)
    for (index, path) in header.inputPaths.enumerated() {
      let (word, place) = header.inputs[index]
      if word.last == UInt8(ascii: "/") { builder.markDirectory(path) }
      edges.append((path, .inputs, place))
    }
    if !settings.uses.isEmpty { try addEdges(settings.uses, .uses, header, &builder) }
    for (list, words) in attributes.lists where list != .variables {
      try addEdges(words, list, header, &builder)
    }
    var depfile: PathID?
    if let place = attributes.depfilePlace {
      depfile = try paths.path(header.depfile[0], header.directory, place)
    }

    builder.beginAction(header.kind, directory: header.directory, place: header.place)
    for output in header.outputs {
      builder.add(output.path, to: .outputs, at: output.place)
      if output.isDirectory { builder.markDirectory(output.path) }
    }
    for edge in edges { builder.add(edge.path, to: edge.list, at: edge.place) }
    addVariables(settings.tracked, attributes.lists, to: &builder)
    addValues(environment, to: &builder)
    if let place = recipe.script {
      builder.setRecipe(
        builder.addTemplate(script.bytes, holes: script.holes),
        at: evaluator.tree.range(place.span))
    }
    if !environment.isEmpty {
      builder.setEnvironment(
        environment.map {
          EnvironmentEntry(
            name: $0.name, value: builder.addTemplate($0.text.bytes, holes: $0.text.holes))
        })
    }
    if let description = attributes.description {
      builder.setDescription(builder.addText(description))
    }
    if let depfile { builder.setDepfile(depfile) }
    builder.setAttributes(attributes.result(shell: settings.shell))
    builder.setRule(header.rule)
    builder.endAction()
    return Unresolved(pool: attributes.pool, usedNames: writer.usedNames)
  }

  private func addEdges(
    _ words: PlacedWords, _ list: EdgeList, _ header: Header, _ builder: inout GraphBuilder
  ) throws(LoadError) {
    for (word, place) in words {
      let path = try paths.path(word, header.directory, place)
      if word.last == UInt8(ascii: "/") { builder.markDirectory(path) }
      edges.append((path, list, place))
    }
  }

  /// Tracked variables, each once.
  private func addVariables(
    _ outer: PlacedWords, _ lists: [(list: EdgeList, words: PlacedWords)],
    to builder: inout GraphBuilder
  ) {
    if outer.isEmpty, lists.isEmpty { return }
    var seen: Set<PathID> = []
    for list in [outer] + lists.lazy.filter({ $0.list == .variables }).map(\.words) {
      for (name, place) in list {
        let path = name.withUnsafeBytes { paths.intern($0, in: PathRoot.variables.id) }
        if seen.insert(path).inserted { builder.add(path, to: .variables, at: place) }
      }
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
  func path(_ word: ArraySlice<UInt8>, _ directory: PathID, _ place: SourceRange)
    throws(LoadError) -> PathID
  {
    let path: PathID? = word.withUnsafeBytes { word in
      var hasNUL = word.isEmpty
      for byte in word where byte == 0 { hasNUL = true }
      if hasNUL { return nil }
      let slash = UInt8(ascii: "/")
      if word.count >= 2, word[0] == slash, word[1] == slash {
        // From the root, as settings of another directory say it.
        return intern(path: UnsafeRawBufferPointer(rebasing: word[2...]))
      }
      return intern(path: word, relativeTo: directory)
    }
    guard let path else { throw .badPath(Array(word), place) }
    return path
  }
}
