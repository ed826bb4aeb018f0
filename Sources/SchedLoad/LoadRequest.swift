import SchedBase
import SchedGraph
import SchedSystem

/// What is to be loaded.
///
/// The working directory is the project's root.
public struct LoadRequest {
  /// The Schedfile, from the root.
  public var schedfile: [UInt8]
  /// `NAME=VALUE` of the command line, in its order.
  public var overrides: [(name: [UInt8], value: [UInt8])]
  public var environment: Environment
  /// The command builds: an included file that a target makes is made first.
  ///
  /// Otherwise it is read as it lies there.
  public var builds: Bool
  /// Rules take what earlier builds left as sources (`--allow-leftovers`).
  public var allowsLeftovers = false
  /// What earlier builds left may not be read by `include`, `subdir` or `lines`.
  public var refusesLeftovers = false
  /// Included files that were brought up to date since the build began: they are read.
  public var madeFirst: Set<PathID> = []
  /// `shell()` runs its command; else it gives nothing.
  public var runsCommands = true
  /// Where nothing is built, the evaluation ends at an included file that is to be made first; else it goes
  /// on without it.
  var stopsAtMissing = false

  public init(
    schedfile: [UInt8], overrides: [(name: [UInt8], value: [UInt8])] = [],
    environment: Environment, builds: Bool
  ) {
    self.schedfile = schedfile
    self.overrides = overrides
    self.environment = environment
    self.builds = builds
  }
}

public enum LoadOutcome {
  case loaded(Loaded)
  /// These files are included and made by a target above: they are to be brought up to date with
  /// what was loaded so far; then the loading begins again with them in `madeFirst`. For a command that
  /// builds nothing: they are not there, and the rest cannot be evaluated without them.
  case needsFirst([PathID], Loaded)
  case failed([Diagnostic], SourceMap)
}

/// A project as its Schedfiles say: the graph, and what is needed to say more of it.
public struct Loaded: TargetSource {
  public var graph: Graph
  public var sources = SourceMap()
  /// What is no error and still worth saying; nothing where the graph was kept.
  public var notes: [Diagnostic] = []
  /// What is to be said to whoever builds, too.
  public var warnings: [Diagnostic] = []
  public var params: [Param] = []
  /// All Schedfiles and included files that were read, in that order.
  public var filesRead: [PathID] = []
  /// What `adopt` names: files, and directories.
  public internal(set) var adopted: [PathID] = []
  public internal(set) var adoptedDirectories: [PathID] = []
  /// False: it is as an earlier command left it.
  public internal(set) var wasEvaluated = true
  /// Included files that a target makes and that are not there, with the places that name them.
  public var missing: [(path: PathID, place: SourceRange)] = []
  let source: RuleSource
  var questions = Questions()
  /// It was evaluated, or some of its sources have new signatures.
  var isWorthKeeping = true

  init(graph: Graph, source: RuleSource) {
    self.graph = graph
    self.source = source
  }

  /// What the command line can set.
  public struct Param: Equatable, Sendable {
    public var name: [UInt8]
    public var value: [[UInt8]]
    public var choices: [[UInt8]]
  }

  public mutating func makeTarget(for path: PathID, in graph: inout Graph)
    throws(TargetSourceError) -> Bool
  {
    if graph.producer(of: path) != nil { return true }
    guard let rules = source.rules(for: path) else { return false }
    // The builder has the only reference to the columns, so that they grow in place.
    var builder = GraphBuilder(graph)
    graph = Graph()
    do throws(LoadErrors) {
      let isMade = try rules.makeTargets(for: path, in: &builder)
      graph = builder.graph
      return isMade
    } catch {
      graph = builder.graph
      throw TargetSourceError(error.list)
    }
  }

  public var hasAskedOutside: Bool { source.wasAsked }

  public func hint(forMissing path: PathID, in graph: Graph) -> String? {
    source.all?.hint(forMissing: path, in: graph)
  }

  // MARK: Keeping

  func encode(to writer: inout ColumnWriter) {
    writer.write(column: filesRead)
    writer.write(column: adopted)
    writer.write(column: adoptedDirectories)
    writer.short.write(UInt32(params.count))
    for param in params {
      writer.short.write(bytes: param.name)
      for list in [param.value, param.choices] {
        writer.short.write(UInt32(list.count))
        for word in list { writer.short.write(bytes: word) }
      }
    }
    writer.short.write(UInt32(source.patterns.count))
    for pattern in source.patterns {
      writer.short.write(bytes: pattern.prefix)
      writer.short.write(bytes: pattern.suffix)
    }
    writer.short.write(UInt32(sources.files.count))
    for id in sources.files.ids { writer.short.write(bytes: Array(sources.files[id].name.utf8)) }
  }

  mutating func decode(from reader: inout ColumnReader) throws(ByteReader.Malformed) {
    filesRead = try reader.readColumn()
    adopted = try reader.readColumn()
    adoptedDirectories = try reader.readColumn()
    for _ in 0..<(try reader.readCount(ofSize: 12)) {
      var param = Param(name: try reader.readBytes(), value: [], choices: [])
      for _ in 0..<(try reader.readCount(ofSize: 4)) {
        param.value.append(try reader.readBytes())
      }
      for _ in 0..<(try reader.readCount(ofSize: 4)) {
        param.choices.append(try reader.readBytes())
      }
      params.append(param)
    }
    for _ in 0..<(try reader.readCount(ofSize: 8)) {
      let prefix = try reader.readBytes()
      source.patterns.append(PercentPattern(prefix: prefix, suffix: try reader.readBytes()))
    }
    for _ in 0..<(try reader.readCount(ofSize: 4)) {
      sources.add(name: String(decoding: try reader.readBytes(), as: UTF8.self), bytes: [])
    }
  }

  /// Reads the texts that places point into; they are those that were read before.
  mutating func readSources() -> Bool {
    var read = SourceMap()
    for id in sources.files.ids {
      let name = sources.files[id].name
      guard let bytes = try? Files.read(Array(name.utf8)) else { return false }
      read.add(name: name, bytes: bytes)
    }
    sources = read
    return true
  }
}

/// Several errors of one evaluation.
struct LoadErrors: Error {
  var list: [Diagnostic]
}

/// Reads and evaluates the project's Schedfiles, or takes the graph that was kept of them.
///
/// Ids go into `paths`; `made` tells what earlier builds left, which globs do not see.
public func load(
  _ request: LoadRequest, paths: PathTable, made: some MadeFiles, kept: KeptGraph? = nil
) -> LoadOutcome {
  if let kept, request.madeFirst.isEmpty,
    let loaded = kept.load(request, paths, isLeftover: made.isMadeAndUnedited)
  {
    return .loaded(loaded)
  }
  var (outcome, rules, _) = evaluateAll(request, paths, made.isMadeAndUnedited)
  if case .failed = outcome, rules.hasMissing {
    // The errors may only be that what the file says is missing.
    var request = request
    request.stopsAtMissing = true
    (outcome, rules, _) = evaluateAll(request, paths, made.isMadeAndUnedited)
  }
  if case .loaded(let loaded) = outcome, rules.patterns.isEmpty {
    // Only a message about an error could ask again; until then the texts and trees may go.
    loaded.source.evaluate = { evaluateAll(request, paths, made.isMadeAndUnedited).rules }
    rules.loader = nil
  }
  return outcome
}

/// What became of the settings of an earlier build.
public enum SettingsOutcome {
  case makes(Loaded)
  /// A param has no such choice any more: nothing can be built with them.
  case isGone
  /// Nobody can say what they make.
  case failed
}

/// Evaluates the project's Schedfiles with the settings of an earlier build, for a look at what they make.
public func evaluate(
  _ request: LoadRequest, paths: PathTable, made: some MadeFiles
) -> SettingsOutcome {
  let (outcome, rules, isChoiceGone) = evaluateAll(request, paths, made.isMadeAndUnedited)
  guard case .loaded(let loaded) = outcome else { return isChoiceGone ? .isGone : .failed }
  if rules.patterns.isEmpty { rules.loader = nil }
  return .makes(loaded)
}

/// Evaluation is done again, with those paths hidden, when a glob saw what the resulting graph makes.
func evaluateAll(
  _ request: LoadRequest, _ paths: PathTable, _ isLeftover: @escaping (PathID) -> Bool
) -> (outcome: LoadOutcome, rules: RuleTable, isChoiceGone: Bool) {
  var hidden: Set<PathID> = []
  var tasks: Set<PathID> = []
  var adopted = AdoptedFiles()
  var last: Loader?
  for _ in 0..<10 {
    let loader = Loader(
      request, paths: paths, hidden: hidden, knownTasks: tasks, knownAdopted: adopted,
      isLeftover: isLeftover)
    last = loader
    let outcome = loader.run()
    let seen = loader.globbedOutputs()
    loader.letGo()
    if seen.isSubset(of: hidden), loader.lateTasks.isEmpty, !loader.hidesAdopted {
      loader.rules.hasMissing = !loader.missing.isEmpty
      return (outcome, loader.rules, loader.isChoiceGone)
    }
    adopted = loader.adopted
    loader.rules.loader = nil
    hidden.formUnion(seen)
    tasks.formUnion(loader.tasks.keys)
  }
  last?.rules.loader = last
  let problem = LoadError.tooManyGlobRounds.diagnostic
  return (.failed([problem], last!.sources), last!.rules, false)
}
