import SchedBase
import SchedDigest
import SchedGraph

/// Receives, in a fixed order, every fact that decides whether an action is stale.
///
/// One conformer hashes the facts, the other keeps them for `sched why`; neither can forget one.
protocol FactSink {
  mutating func bytes(_ label: FactLabel, _ value: UnsafeRawBufferPointer)
  /// A file, directory or task and what it is now.
  mutating func path(_ label: FactLabel, _ path: PathID, _ identity: Identity)
  /// A named text: a variable or value; nil: not set.
  mutating func text(_ label: FactLabel, _ name: UnsafeRawBufferPointer, _ value: [UInt8]?)
}

/// What a fact says.
///
/// The raw values are in the state (docs/formats.md).
enum FactLabel: UInt8 {
  /// The version of this walk.
  case format = 1
  case recipe = 2
  case interpreter = 3
  case directory = 4
  case output = 5
  case depfile = 6
  case environment = 7
  case variable = 8
  case value = 9
  case arguments = 10
  case input = 11
  case uses = 12
  case listing = 13
  case listed = 14
  case discovered = 15
  /// `@depfile-dir`, where there is one.
  case depfileDirectory = 16
}

/// What the graph does not know of an action, as it is now: gathered by the judge, then walked.
struct WorldFacts {
  /// Of the header's inputs, `@uses`, `@inputs-from`, what those list, and what the depfile named,
  /// in this order.
  var identities: [Identity] = []
  /// What `@inputs-from` named, as last read.
  var listed: [PathID] = []
  /// What the action's depfile named last.
  var discovered: [PathID] = []
  /// Tracked variables in the order of the list; nil: not set.
  var variables: [[UInt8]?] = []
  /// The texts of values in the order of the list; nil: none yet.
  var values: [[UInt8]?] = []
  /// The words after `--`.
  var arguments: [[UInt8]] = []
}

/// The one walk over all facts of an action.
///
/// Everything that decides staleness is in here, and nothing else: times, job counts, descriptions,
/// order-only inputs and the machine are not facts.
enum FactWalk {
  /// Raised when the walk changes: every action is stale once, and says that this is why.
  static let format: UInt8 = 1

  /// All facts of an action.
  ///
  /// O(text and lists of the action).
  static func walk<Sink: FactSink>(
    _ action: ActionID, _ graph: Graph, _ paths: PathTable, _ world: WorldFacts,
    includingArguments: Bool = true, into sink: inout Sink
  ) {
    withUnsafeBytes(of: format) { sink.bytes(.format, $0) }
    walkGraph(action, graph, paths, into: &sink)
    for (index, path) in graph.variables(of: action).enumerated() {
      paths.withName(of: path) { sink.text(.variable, $0, world.variables[index]) }
    }
    for (index, path) in graph.values(of: action).enumerated() {
      paths.withText(of: path) { sink.text(.value, $0, world.values[index]) }
    }
    if includingArguments, usesArguments(action, graph) {
      joined(world.arguments).withUnsafeBytes { sink.bytes(.arguments, $0) }
    }
    var identities = world.identities[...]
    func walk(_ label: FactLabel, _ list: some Sequence<PathID>) {
      for path in list { sink.path(label, path, identities.removeFirst()) }
    }
    walk(.input, graph.list(.inputs, of: action))
    walk(.uses, graph.list(.uses, of: action))
    walk(.listing, graph.listings(of: action))
    walk(.listed, world.listed)
    walk(.discovered, world.discovered)
  }

  private static func walkGraph<Sink: FactSink>(
    _ action: ActionID, _ graph: Graph, _ paths: PathTable, into sink: inout Sink
  ) {
    let row = graph.actions[action]
    withText(ofRecipe: row.recipe, graph, paths) { sink.bytes(.recipe, $0) }
    joined(graph.attributes(of: action).shell).withUnsafeBytes { sink.bytes(.interpreter, $0) }
    paths.withText(of: row.directory) { sink.bytes(.directory, $0) }
    for output in graph.outputs(of: action) { sink.path(.output, output, .unknown) }
    if let depfile = row.depfile {
      sink.path(.depfile, depfile, .unknown)
      let attributes = graph.attributes(of: action)
      if let directory = attributes.depfileDirectory {
        joined([paths.text(of: directory), attributes.depfileAlias])
          .withUnsafeBytes { sink.bytes(.depfileDirectory, $0) }
      }
    }
    for entry in graph.environment(of: action) {
      let value = description(of: entry.value, graph, paths)
      entry.name.withUnsafeBytes { sink.text(.environment, $0, value) }
    }
  }

  /// Whether the script, or a variable that it is given, takes the words after `--`.
  static func usesArguments(_ action: ActionID, _ graph: Graph) -> Bool {
    func takesArguments(_ template: Template) -> Bool {
      template.holeCount > 0
        && graph.holes[template.holeRange].contains { $0.source == .args }
    }
    let row = graph.actions[action]
    return takesArguments(row.recipe)
      || (row.environment != 0
        && graph.environment(of: action).contains { takesArguments($0.value) })
  }

  /// Words with their lengths, which cannot be confused.
  static func joined(_ words: [[UInt8]]) -> [UInt8] {
    var writer = ByteWriter()
    for word in words { writer.write(bytes: word) }
    return writer.bytes
  }

  /// Lends a recipe's bytes; without holes as they lie in the graph.
  private static func withText(
    ofRecipe recipe: Template, _ graph: Graph, _ paths: PathTable,
    _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    if recipe.holeCount == 0 {
      graph.text.withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[recipe.text.range]))
      }
    } else {
      description(of: recipe, graph, paths).withUnsafeBytes(body)
    }
  }

  /// A template with its holes named: `{{revision}}`, `{{args[0]}}`, `{{raw(x)}}`.
  static func description(of template: Template, _ graph: Graph, _ paths: PathTable) -> [UInt8] {
    let text = graph.bytes(template.text)
    guard template.holeCount > 0 else { return Array(text) }
    var result: [UInt8] = []
    var position = 0
    for hole in graph.holes[template.holeRange] {
      let end = Int(hole.offset)
      result.append(contentsOf: text[text.startIndex + position..<text.startIndex + end])
      position = end
      append(hole, paths, to: &result)
    }
    result.append(contentsOf: text[(text.startIndex + position)...])
    return result
  }

  private static func append(_ hole: Hole, _ paths: PathTable, to text: inout [UInt8]) {
    var name: [UInt8] = []
    switch hole.source {
    case .value(let path): paths.append(path, to: &name)
    case .args: name.append(contentsOf: "args".utf8)
    case .cpus: name.append(contentsOf: "cpus".utf8)
    }
    if let index = hole.index { name.append(contentsOf: "[\(index)]".utf8) }
    if hole.surroundingQuote != 0 { text.append(hole.surroundingQuote) }
    switch hole.rendering {
    case .quoted, .insideQuotes, .hereDocument, .alwaysQuoted:
      text.append(contentsOf: Array("{{".utf8) + name + Array("}}".utf8))
    case .raw: text.append(contentsOf: Array("{{raw(".utf8) + name + Array(")}}".utf8))
    case .json: text.append(contentsOf: Array("{{json(".utf8) + name + Array(")}}".utf8))
    }
    if hole.surroundingQuote != 0 { text.append(hole.surroundingQuote) }
  }
}
