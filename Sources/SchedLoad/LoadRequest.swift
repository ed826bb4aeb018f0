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
  /// Included files that were brought up to date since the build began: they are read.
  public var madeFirst: Set<PathID> = []

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
  /// what was loaded so far; then the loading begins again with them in `madeFirst`.
  case needsFirst([PathID], Loaded)
  case failed([Diagnostic], SourceMap)
}

/// A project as its Schedfiles say: the graph, and what is needed to say more of it.
public struct Loaded: TargetSource {
  public var graph: Graph
  public var sources: SourceMap
  /// What is no error and still worth saying.
  public var notes: [Diagnostic]
  public var params: [Param]
  /// All Schedfiles and included files that were read, in that order.
  public var filesRead: [PathID]
  let rules: RuleTable

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
    var builder = GraphBuilder(graph)
    do throws(LoadErrors) {
      let isMade = try rules.makeTargets(for: path, in: &builder)
      graph = builder.graph
      return isMade
    } catch {
      throw TargetSourceError(error.list)
    }
  }

  public func hint(forMissing path: PathID, in graph: Graph) -> String? {
    rules.hint(forMissing: path, in: graph)
  }
}

/// Several errors of one evaluation.
struct LoadErrors: Error {
  var list: [Diagnostic]
}

/// Reads and evaluates the project's Schedfiles.
///
/// Ids go into `paths`; `made` tells what earlier builds left, which globs do not see.
///
/// Evaluation is done again, with those paths hidden, when a glob saw what the resulting graph makes.
public func load(_ request: LoadRequest, paths: PathTable, made: some MadeFiles) -> LoadOutcome {
  var hidden: Set<PathID> = []
  var tasks: Set<PathID> = []
  var last: LoadOutcome?
  for _ in 0..<10 {
    let loader = Loader(
      request, paths: paths, hidden: hidden, knownTasks: tasks, isLeftover: made.isMadeAndUnedited)
    let outcome = loader.run()
    let seen = loader.globbedOutputs()
    if seen.isSubset(of: hidden), loader.lateTasks.isEmpty { return outcome }
    hidden.formUnion(seen)
    tasks.formUnion(loader.tasks.keys)
    last = outcome
  }
  return last!
}
