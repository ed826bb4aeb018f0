import SchedBase
import SchedEngine
import SchedGraph

/// Decides for tasks: each runs, after those that it depends on.
struct TaskJudge: Judge {
  let run: TaskRun

  var texts: TaskTexts { TaskTexts(run: run) }

  func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    for name in run.entry(action).dependencies {
      if let index = run.graph.index[name] { list.append(Dependency(ActionID(index))) }
    }
  }

  func prepare(_ actions: [ActionID]) -> [Diagnostic] { [] }
  func judge(_ action: ActionID, isForced: Bool) -> Judgement { .stale(.always) }
  func assumeRun(_ action: ActionID) {}
  func start(_ action: ActionID, attempt: UInt32) -> [UInt8] { [] }

  func ended(
    _ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8]
  ) -> Completion {
    outcome == .succeeded ? .succeeded(ActionSummary()) : .failed(ActionSummary())
  }

  func settle(_ action: ActionID) -> Completion { .succeeded(ActionSummary()) }
  func gaveUp(_ action: ActionID) {}
  func takeNotes() -> [Diagnostic] { [] }
  func attributeClass(of action: ActionID) -> UInt32 { 0 }
  func poolLimit(_ pool: UInt32) -> UInt32 { .max }
  func attributes(of action: ActionID) -> ActionAttributes { ActionAttributes() }
  func hasRecipe(_ action: ActionID) -> Bool { true }
  func isValue(_ action: ActionID) -> Bool { false }

  /// A priority outweighs any length of path.
  func expectedDuration(of action: ActionID) -> UInt64 {
    let entry = run.entry(action)
    let expected = entry.expected ?? .milliseconds(1)
    let (seconds, attoseconds) = expected.components
    let nanoseconds =
      UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
    return nanoseconds &+ UInt64(clamping: entry.priority) &* Self.priorityStep
  }

  /// Nanoseconds of about 11 days.
  private static let priorityStep: UInt64 = 1 << 50

  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic {
    .error("\(TaskGraphError.cycle(cycle.map { run.entry($0).name }))")
  }

  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    .error("task '\(run.entry(action).name)' fits nowhere")
  }
}

struct TaskTexts: ActionTexts {
  let run: TaskRun

  func name(of action: ActionID) -> [UInt8] { Array(run.entry(action).name.text.utf8) }
  func title(of action: ActionID) -> [UInt8] {
    let description = run.entry(action).description
    return description.isEmpty ? name(of: action) : Array(description.utf8)
  }

  func outputs(of action: ActionID) -> [[UInt8]] { [] }
  func depfile(of action: ActionID) -> [UInt8] { [] }
  func recipe(of action: ActionID) -> [UInt8] { [] }
  func interpreter(of action: ActionID) -> [[UInt8]] { [] }
  func isValue(_ action: ActionID) -> Bool { false }
  func hasConsole(_ action: ActionID) -> Bool { false }
}

/// Calls functions in this process, one at a time.
struct FunctionExecutor: Executor {
  let run: TaskRun
  /// Not serial in the sense of the loop: the most urgent ready task comes first.
  let isSerial = false
  private var ended: (id: ActionID, attempt: UInt32, outcome: ActionOutcome)?

  init(run: TaskRun) { self.run = run }

  func grantedCPUs(_ resources: Resources) -> Int { 1 }
  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }
  func canTake(_ resources: Resources, isLocal: Bool) -> Bool { ended == nil }

  mutating func start(_ request: ActionRequest) {
    let isGood = run.call(request.id, attempt: Int(request.attempt))
    ended = (request.id, request.attempt, isGood ? .succeeded : .failed(status: 1))
  }

  mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    guard let (id, attempt, outcome) = ended else { return .timeout }
    ended = nil
    return .ended(id, attempt: attempt, outcome, payload: [])
  }

  func cancel() {}
  func shutDown() {}
}

/// The library tells its own observers.
struct NoObserver: BuildObserver {
  func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {}
  func actionPrinted(_ action: ActionID, _ bytes: [UInt8]) {}
  func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {}
  func note(_ diagnostic: Diagnostic) {}
  func tick(_ counts: BuildCounts) {}
}
