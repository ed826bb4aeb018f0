import SchedBase
import SchedGraph
import SchedSyntax

/// Turns a header and its recipe into an action of the graph: attributes, script, lists.
///
/// Used for headers that are written out, and for rules when they are applied.
struct ActionMaker {
  let paths: PathTable
  let evaluator: Evaluator
  let header: Header

  private var tree: SyntaxTree { evaluator.tree }
  private var scope: Scope { evaluator.scope }

  /// What must be resolved when everything is read.
  struct Unresolved {
    var pool: (name: [UInt8], place: SourceRange)?
    /// Names that recipes take of the scope.
    var usedNames: [Int] = []
  }

  /// Adds the action to the builder.
  func add(_ recipe: Recipe, to builder: inout GraphBuilder) throws(LoadError) -> Unresolved {
    var unresolved = Unresolved()
    var attributes = AttributeReader(evaluator: evaluator, header: header, paths: paths)
    try attributes.read(recipe)
    // Everything that can fail is done before the action is begun.
    var writer = ScriptWriter(
      evaluator: attributes.evaluatorForScript, paths: paths, kind: header.kind)
    let script = try recipe.script.map { (script) throws(LoadError) in try writer.write(script) }
    var environment: [(name: [UInt8], text: ScriptWriter.Text)] = []
    for entry in scope.settings.environment
    where !attributes.environment.contains(where: { $0.name == entry.name }) {
      environment.append((entry.name, ScriptWriter.Text(bytes: entry.value)))
    }
    for entry in attributes.environment { environment.append((entry.name, entry.text)) }

    var edges: [(path: PathID, list: EdgeList, place: SourceRange)] = []
    for (word, place) in header.inputs { try addEdge(word, .inputs, place, &edges, &builder) }
    for (word, place) in scope.settings.uses + attributes.uses {
      try addEdge(word, .uses, place, &edges, &builder)
    }
    for (word, place) in attributes.after { try addEdge(word, .after, place, &edges, &builder) }
    for (word, place) in attributes.listings {
      try addEdge(word, .listings, place, &edges, &builder)
    }
    let depfile = try attributes.depfile.map { (entry) throws(LoadError) in
      try path(entry.word, entry.place)
    }

    builder.beginAction(header.kind, directory: header.directory, place: header.place)
    for output in header.outputs {
      builder.add(output.path, to: .outputs, at: output.place)
      if output.isDirectory { builder.markDirectory(output.path) }
    }
    for edge in edges { builder.add(edge.path, to: edge.list, at: edge.place) }
    var seen: Set<PathID> = []
    for (name, place) in scope.settings.tracked + attributes.tracked {
      let path = paths.intern(name, in: PathRoot.variables.id)
      if seen.insert(path).inserted { builder.add(path, to: .variables, at: place) }
    }
    for text in [script].compactMap({ $0 }) + environment.map(\.text) {
      for hole in text.holes {
        guard case .value(let path) = hole.source, seen.insert(path).inserted else { continue }
        builder.add(path, to: .values, at: hole.place)
      }
    }
    if let script, let place = recipe.script {
      builder.setRecipe(
        builder.addTemplate(script.bytes, holes: script.holes), at: tree.range(place.span))
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
    builder.setAttributes(attributes.result(shell: scope.settings.shell, kind: header.kind))
    builder.setRule(header.rule)
    builder.endAction()
    unresolved.pool = attributes.pool
    unresolved.usedNames = writer.usedNames
    return unresolved
  }

  private func addEdge(
    _ word: [UInt8], _ list: EdgeList, _ place: SourceRange,
    _ edges: inout [(path: PathID, list: EdgeList, place: SourceRange)],
    _ builder: inout GraphBuilder
  ) throws(LoadError) {
    let path = try path(word, place)
    if word.last == UInt8(ascii: "/") { builder.markDirectory(path) }
    edges.append((path, list, place))
  }

  private func path(_ word: [UInt8], _ place: SourceRange) throws(LoadError) -> PathID {
    if word.isEmpty || word.contains(0) { throw .badPath(word, place) }
    // From the root, as settings of another directory say it.
    if word.starts(with: "//".utf8) { return paths.intern(path: Array(word.dropFirst(2))) }
    return paths.intern(path: word, relativeTo: header.directory)
  }
}
