import SchedBase
import SchedGraph
import SchedSystem

/// What a build would take that runs every recipe of what was asked for.
public struct Simulation<E: Executor> {
  public var result: BuildResult
  /// Where it ran: it knows the makespan.
  public var executor: E
  /// Nanoseconds of all recipes, each times the processors that it takes.
  public var work: UInt64
  /// The part of it that must run on rank 0.
  public var localWork: UInt64
  /// Nanoseconds of all recipes, one after the other.
  public var oneByOne: UInt64
  /// The actions of the longest path, in their order, with the nanoseconds that each takes.
  public var longestPath: [(action: ActionID, duration: UInt64)]
  /// Recipes, and how many of them have no recorded duration.
  public var count: Int
  public var unknownCount: Int
  /// How many have an `@inputs-from` of which no build has recorded what it names.
  public var unlistedCount: Int
}

extension Build {
  /// Runs the real loop over all that was asked for with an executor of virtual time, as if everything
  /// were stale: recorded durations, those that are `given` instead (nanoseconds, by what an action makes),
  /// and estimates for the rest.
  ///
  /// Looks at no file and writes nothing. What `@inputs-from` names is what it named in the last build.
  public mutating func simulate<E: Executor>(
    _ requested: [PathID], executor: E, given: [PathID: UInt64]
  ) -> Simulation<E> {
    var inner = makeJudge(requested, isDryRun: true) { executor.grantedCPUs($0) }
    var actions: [ActionID] = []
    if let refusal = find(requested, &inner, &actions) {
      return Simulation(
        result: refusal, executor: executor, work: 0, localWork: 0, oneByOne: 0, longestPath: [],
        count: 0,
        unknownCount: 0, unlistedCount: 0)
    }
    var loop = RunLoop(
      judge: SimulationJudge(inner: inner, given: given), executor: executor,
      observer: SilentObserver(), options: BuildOptions())
    let result = loop.run(actions)
    // What listings name came in later.
    if loop.judge.hasWaited { _ = loop.findLongestPaths() }
    let judge = loop.judge
    take(judge.inner)
    let recipes = loop.wanted.filter { judge.hasRecipe($0) }
    func work(_ actions: some Sequence<ActionID>) -> UInt64 {
      actions.reduce(0) { sum, action in
        let cpus = executor.grantedCPUs(judge.attributes(of: action).resources)
        return sum.addingClamped(
          judge.expectedDuration(of: action).multipliedClamped(by: UInt64(clamping: cpus)))
      }
    }
    return Simulation(
      result: result, executor: loop.executor, work: work(recipes),
      localWork: work(recipes.lazy.filter { judge.attributes(of: $0).flags.contains(.local) }),
      oneByOne: recipes.reduce(0) { $0.addingClamped(judge.expectedDuration(of: $1)) },
      longestPath: loop.longestPath(),
      count: recipes.count, unknownCount: recipes.count { !judge.isKnown($0) },
      unlistedCount: judge.unlisted.count)
  }
}

extension RunLoop {
  /// The longest path through all that was wanted; empty where nothing was stale.
  func longestPath() -> [(action: ActionID, duration: UInt64)] {
    let known = wanted.filter { $0.index < remaining.count }
    var next = known.max { remaining[$0.index] < remaining[$1.index] }
    var path: [(action: ActionID, duration: UInt64)] = []
    while let action = next {
      if judge.hasRecipe(action) { path.append((action, judge.expectedDuration(of: action))) }
      next = nil
      dependents.forEachDependent(of: action) { dependent in
        guard dependent.index < remaining.count else { return }
        if next.map({ remaining[$0.index] < remaining[dependent.index] }) ?? true {
          next = dependent
        }
      }
    }
    return path
  }
}

/// A judge for which every recipe is stale and takes as long as it did; files are not looked at.
struct SimulationJudge<Source: TargetSource>: Judge {
  var inner: FileJudge<Source>
  let given: [PathID: UInt64]
  /// Actions that have been told to wait for what their listings name.
  private var listed: Set<ActionID> = []
  /// Those of which nothing is recorded that says what their listings name.
  private(set) var unlisted: Set<ActionID> = []

  init(inner: FileJudge<Source>, given: [PathID: UInt64]) {
    self.inner = inner
    self.given = given
  }

  /// Whether some action has got dependencies when it was judged.
  var hasWaited: Bool { !listed.isEmpty }

  var texts: GraphTexts { inner.texts }

  mutating func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    inner.appendDependencies(of: action, to: &list)
  }

  func makers(of group: MakerGroupID) -> [ActionID] { inner.makers(of: group) }

  mutating func prepare(_ actions: [ActionID]) -> [Diagnostic] {
    inner.want(actions)
    return []
  }

  mutating func judge(_ action: ActionID, isForced: Bool) -> Judgement {
    if !inner.graph.listings(of: action).isEmpty, listed.insert(action).inserted {
      let makers = makersOfListed(action)
      if !makers.isEmpty { return .waits(LateMakers(required: makers)) }
    }
    return hasRecipe(action) ? .stale(.forced) : .upToDate
  }

  /// The makers of what the listings of an action named when it ran last.
  private mutating func makersOfListed(_ action: ActionID) -> [ActionID] {
    let bytes = inner.state.record(of: inner.graph.outputs(of: action))
      .map { inner.state.facts(of: $0) }
    guard let bytes, !bytes.isEmpty, let facts = try? FactRecord(decoding: bytes) else {
      unlisted.insert(action)
      return []
    }
    var makers: [ActionID] = []
    for path in facts.listed {
      inner.askForRule(path)
      for maker in inner.makers(of: path) where maker != action && !makers.contains(maker) {
        makers.append(maker)
      }
    }
    return makers
  }

  func assumeRun(_ action: ActionID) {}

  func start(_ action: ActionID, attempt: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(expectedDuration(of: action))
    return writer.bytes
  }

  func ended(_ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8])
    -> Completion
  {
    .succeeded(ActionSummary())
  }

  func settle(_ action: ActionID) -> Completion { .succeeded(ActionSummary()) }
  func gaveUp(_ action: ActionID) {}
  func takeNotes() -> [Diagnostic] { [] }
  func attributeClass(of action: ActionID) -> UInt32 { inner.attributeClass(of: action) }
  func poolLimit(_ pool: UInt32) -> UInt32 { inner.poolLimit(pool) }
  func attributes(of action: ActionID) -> ActionAttributes { inner.attributes(of: action) }
  func hasRecipe(_ action: ActionID) -> Bool { inner.hasRecipe(action) }
  func isValue(_ action: ActionID) -> Bool { inner.isValue(action) }

  func expectedDuration(of action: ActionID) -> UInt64 {
    givenDuration(of: action) ?? inner.expectedDuration(of: action)
  }

  private func givenDuration(of action: ActionID) -> UInt64? {
    given.isEmpty
      ? nil : inner.graph.outputs(of: action).lazy.compactMap { given[$0] }.first
  }

  /// Whether the duration was recorded or given.
  func isKnown(_ action: ActionID) -> Bool {
    givenDuration(of: action) != nil
      || DurationEstimates.recorded(action, inner.graph, inner.state) != nil
  }

  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic { inner.diagnostic(forCycle: cycle) }

  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    inner.diagnostic(for: refusal, of: action)
  }
}
