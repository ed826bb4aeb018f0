import SchedBase
import SchedEngine
import SchedGraph

/// Decides for tasks: each runs, after those that it depends on.
struct TaskJudge: Judge {
  let run: TaskRun

  var texts: TaskTexts { TaskTexts(run: run) }

  func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    for task in run.plan.dependencies(of: action.index) {
      list.append(Dependency(ActionID(Int(task))))
    }
  }

  func prepare(_ actions: [ActionID]) -> [Diagnostic] { [] }
  func judge(_ action: ActionID, isForced: Bool) -> Judgement {
    run.isMemoised(action.index) ? .upToDate : .stale(.always)
  }
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
  func attributeClass(of action: ActionID) -> UInt32 { UInt32(clamping: entry(action).cpus) }
  func poolLimit(_ pool: UInt32) -> UInt32 { .max }
  func attributes(of action: ActionID) -> ActionAttributes {
    var attributes = ActionAttributes()
    attributes.resources.cpus = UInt32(clamping: entry(action).cpus)
    return attributes
  }
  private func entry(_ action: ActionID) -> TaskGraph.Entry { run.plan.entries[action.index] }
  func hasRecipe(_ action: ActionID) -> Bool { true }
  func isValue(_ action: ActionID) -> Bool { false }

  /// A priority outweighs any length of path.
  func expectedDuration(of action: ActionID) -> UInt64 {
    let entry = entry(action)
    let expected = entry.expected ?? run.memo?.lastDuration(of: action.index) ?? .milliseconds(1)
    let (seconds, attoseconds) = expected.components
    let nanoseconds =
      UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
    return nanoseconds &+ UInt64(clamping: entry.priority) &* Self.priorityStep
  }

  /// Nanoseconds of about 11 days.
  private static let priorityStep: UInt64 = 1 << 50

  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic {
    .error("\(TaskGraphError.cycle(cycle.map { run.plan.name($0.index) }))")
  }

  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    .error("task '\(run.plan.name(action.index))' fits nowhere")
  }
}

struct TaskTexts: ActionTexts {
  let run: TaskRun

  func name(of action: ActionID) -> [UInt8] { Array(run.plan.name(action.index).text.utf8) }
  func title(of action: ActionID) -> [UInt8] {
    let description = run.plan.entries[action.index].description
    return description.isEmpty ? name(of: action) : Array(description.utf8)
  }

  func outputs(of action: ActionID) -> [[UInt8]] { [] }
  func depfile(of action: ActionID) -> [UInt8] { [] }
  func recipe(of action: ActionID) -> [UInt8] { [] }
  func interpreter(of action: ActionID) -> [[UInt8]] { [] }
  func isValue(_ action: ActionID) -> Bool { false }
  func hasConsole(_ action: ActionID) -> Bool { false }
}
