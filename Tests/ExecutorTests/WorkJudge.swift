import SchedBase
import SchedEngine
import SchedGraph

/// Everything is stale and takes as long as it says.
struct WorkJudge: Judge {
  let durations: [UInt64]
  let dependencies: [[Int]]
  let cpus: [UInt32]

  var texts: NoTexts { NoTexts() }
  func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    for other in dependencies[action.index] { list.append(Dependency(ActionID(other))) }
  }
  func prepare(_ actions: [ActionID]) -> [Diagnostic] { [] }
  func judge(_ action: ActionID, isForced: Bool) -> Judgement { .stale(.forced) }
  func assumeRun(_ action: ActionID) {}
  func start(_ action: ActionID, attempt: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(durations[action.index])
    return writer.bytes
  }
  func ended(_ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8])
    -> Completion
  { .succeeded(ActionSummary()) }
  func settle(_ action: ActionID) -> Completion { .succeeded(ActionSummary()) }
  func gaveUp(_ action: ActionID) {}
  func takeNotes() -> [Diagnostic] { [] }
  func attributeClass(of action: ActionID) -> UInt32 { cpus[action.index] }
  func poolLimit(_ pool: UInt32) -> UInt32 { .max }
  func attributes(of action: ActionID) -> ActionAttributes {
    var attributes = ActionAttributes()
    attributes.resources.cpus = cpus[action.index]
    return attributes
  }
  func hasRecipe(_ action: ActionID) -> Bool { true }
  func isValue(_ action: ActionID) -> Bool { false }
  func expectedDuration(of action: ActionID) -> UInt64 { durations[action.index] }
  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic { .error("cycle") }
  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    .error("refused")
  }
}

struct NoTexts: ActionTexts {
  func name(of action: ActionID) -> [UInt8] { [] }
  func title(of action: ActionID) -> [UInt8] { [] }
  func outputs(of action: ActionID) -> [[UInt8]] { [] }
  func depfile(of action: ActionID) -> [UInt8] { [] }
  func recipe(of action: ActionID) -> [UInt8] { [] }
  func interpreter(of action: ActionID) -> [[UInt8]] { [] }
  func isValue(_ action: ActionID) -> Bool { false }
  func hasConsole(_ action: ActionID) -> Bool { false }
}

/// Keeps in which order actions started.
struct StartRecorder: BuildObserver {
  private(set) var started: [ActionID] = []

  mutating func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts
  ) { started.append(action) }
  func actionPrinted(
    _ action: ActionID, _ bytes: [UInt8], to stream: PrintedText.Stream
  ) {}
  func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {}
  func note(_ diagnostic: Diagnostic) {}
  func tick(_ counts: BuildCounts) {}
}
