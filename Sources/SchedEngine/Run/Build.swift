import SchedBase
import SchedGraph
import SchedSystem

/// One run of sched over a graph: what a command line or a program asks the engine for.
///
/// `run` brings the requested paths up to date with an executor; `answer` says what it would do;
/// `explain` says why. All three judge by the same code.
public struct Build<Source: TargetSource> {
  public var graph: Graph
  public var source: Source
  public var state: State
  /// For messages that point into a text; listings are added to it.
  public var sources: SourceMap
  public var environment: Environment
  public var options: BuildOptions
  /// What the last run looked at, if it found nothing to do and a look at these tells whether that is
  /// still so: for `UpToDateMark`.
  public private(set) var lookedAt: [PathID]?

  public init(
    graph: Graph, source: Source, state: State, sources: SourceMap, environment: Environment,
    options: BuildOptions
  ) {
    self.graph = graph
    self.source = source
    self.state = state
    self.sources = sources
    self.environment = environment
    self.options = options
  }

  /// Brings the requested paths and all that they depend on up to date, and writes the state.
  public mutating func run<E: Executor, O: BuildObserver>(
    _ requested: [PathID], executor: E, observer: inout O
  ) -> BuildResult {
    var judge = makeJudge(requested, isDryRun: false) { executor.grantedCPUs($0) }
    var actions: [ActionID] = []
    if let refusal = find(requested, &judge, &actions) { return refusal }
    let began = Clock.monotonic()
    // The loop's alone: what it changes of it is not copied.
    var loop = RunLoop(
      judge: consume judge, executor: executor, observer: observer, options: options)
    var result = loop.run(actions)
    observer = loop.observer
    if let note = loop.judge.noteOfUnseenNames() { observer.note(note) }
    SpooledOutput.removeLeft()
    loop.judge.files.stop()
    // A twentieth of the build's time, so that the next one need not read them.
    if result.ran > 0 { loop.judge.files.settle(within: (Clock.monotonic() - began) / 20) }
    take(loop.judge)
    if result.ran == 0, result.end == .succeeded { lookedAt = loop.judge.lookedAt() }
    do throws(StateError) {
      try state.finish(ranSomething: result.ran > 0)
    } catch {
      // What stopped the build is not said twice.
      if !result.diagnostics.contains(error.diagnostic) {
        result.diagnostics.append(error.diagnostic)
      }
      if result.end == .succeeded { result.end = .failed }
    }
    return result
  }

  /// What a build would do, in the order in which it would be found; actions that are up to date
  /// are left out.
  ///
  /// Values are computed with `executor` where their inputs are up to date.
  public mutating func answer<E: Executor, O: BuildObserver>(
    _ requested: [PathID], executor: E, observer: inout O
  ) -> (answers: [(action: ActionID, answer: DryAnswer)], result: BuildResult) {
    let (loop, result) = dryRun(requested, executor, observer, keepsExplanations: false)
    observer = loop?.observer ?? observer
    return (loop?.answers ?? [], result)
  }

  /// What is wrong with the requested paths and all that they depend on, without running anything.
  public mutating func check<E: Executor, O: BuildObserver>(
    _ requested: [PathID], executor: E, observer: inout O
  ) -> BuildResult {
    var judge = makeJudge(requested, isDryRun: true) { executor.grantedCPUs($0) }
    var actions: [ActionID] = []
    if let refusal = find(requested, &judge, &actions) { return refusal }
    var loop = RunLoop(
      judge: consume judge, executor: executor, observer: observer, options: options,
      isDryRun: true)
    let result = loop.check(actions)
    observer = loop.observer
    loop.executor.shutDown()
    take(loop.judge)
    return result
  }

  /// Why actions are stale: every fact that differs, for each action that would run or may run.
  public mutating func explain<E: Executor, O: BuildObserver>(
    _ requested: [PathID], executor: E, observer: inout O
  ) -> (explanations: [Explanation], result: BuildResult) {
    let (loop, result) = dryRun(requested, executor, observer, keepsExplanations: true)
    observer = loop?.observer ?? observer
    guard let loop else { return ([], result) }
    let explanations = loop.answers.map { action, answer in
      Explanation(
        action: action, answer: answer, reasons: loop.judge.explanations[action] ?? [])
    }
    return (explanations, result)
  }

  private mutating func dryRun<E: Executor, O: BuildObserver>(
    _ requested: [PathID], _ executor: E, _ observer: O, keepsExplanations: Bool
  ) -> (RunLoop<FileJudge<Source>, E, O>?, BuildResult) {
    var judge = makeJudge(requested, isDryRun: true) { executor.grantedCPUs($0) }
    judge.keepsExplanations = keepsExplanations
    var actions: [ActionID] = []
    if let refusal = find(requested, &judge, &actions) { return (nil, refusal) }
    var loop = RunLoop(
      judge: consume judge, executor: executor, observer: observer, options: options,
      isDryRun: true)
    let result = loop.run(actions)
    take(loop.judge)
    return (loop, result)
  }

  // MARK: Pieces

  func makeJudge(
    _ requested: [PathID], isDryRun: Bool, cpus: @escaping (Resources) -> Int
  ) -> FileJudge<Source> {
    FileJudge(
      graph: graph, source: source, state: state, sources: sources, requested: requested,
      options: options, isDryRun: isDryRun, environment: environment,
      files: FileView(
        state: state, clock: state.isReadOnly ? TrustClock() : TrustClock.probing(),
        readsEverything: options.readsEverything),
      cpusGranted: cpus)
  }

  /// The actions that make what was asked for; a source that is there is nothing to do.
  func find(
    _ requested: [PathID], _ judge: inout FileJudge<Source>, _ actions: inout [ActionID]
  ) -> BuildResult? {
    var problems: [Diagnostic] = []
    for path in requested {
      let makers = judge.makers(ofRequested: path)
      if let output = judge.otherNames.output(called: path) { judge.requested.insert(output) }
      if makers.isEmpty, let problem = judge.problem(ofRequested: path) { problems.append(problem) }
      actions.append(contentsOf: makers)
    }
    guard !problems.isEmpty else { return nil }
    var refused = BuildResult(end: .refused)
    refused.diagnostics = problems
    return refused
  }

  mutating func take(_ judge: FileJudge<Source>) {
    graph = judge.graph
    source = judge.source
    sources = judge.sources
  }
}

/// Why one action runs, or may run.
public struct Explanation: Sendable {
  public var action: ActionID
  public var answer: DryAnswer
  /// Every fact that differs; empty where only what comes before it is uncertain.
  public var reasons: [StaleReason]
}
