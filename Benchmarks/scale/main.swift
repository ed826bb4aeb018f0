// SchedulerScale ACTIONS EDGES RANKS SLOTS: the real loop and the real coordinator of an MPI job over a layered graph
// in virtual time, on RANKS ranks of SLOTS slots, one in a thousand of which falls silent on the way; with several
// slots, every tenth action takes two processors. Prints the number of events.
//
// The graph itself is made of numbers only: what the process takes is what the loop and the coordinator take, and the
// simulated ranks (Benchmarks/simulation).

import SchedBase
import SchedEngine
import SchedGraph
import SchedMPI

/// A graph of `actions` in layers, each waiting for `edges / actions` of the layer before.
struct LayeredJudge: Judge {
  let count: Int
  let degree: Int
  let width: Int
  let hasLarge: Bool

  func duration(_ action: ActionID) -> UInt64 {
    // Some hundred different durations, without a table.
    10_000_000 + UInt64((action.index &* 2_654_435_761) & 0xFF) * 150_000
  }

  var texts: NoTexts { NoTexts() }
  func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    let layer = action.index / width
    guard layer > 0 else { return }
    for number in 0..<degree {
      let place = (action.index &* 7 &+ number &* 131) % width
      list.append(Dependency(ActionID((layer - 1) * width + place)))
    }
  }
  func prepare(_ actions: [ActionID]) -> [Diagnostic] { [] }
  func judge(_ action: ActionID, isForced: Bool) -> Judgement { .stale(.forced) }
  func assumeRun(_ action: ActionID) {}
  func start(_ action: ActionID, attempt: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(duration(action))
    return writer.bytes
  }
  func ended(_ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8])
    -> Completion
  { .succeeded(ActionSummary()) }
  func settle(_ action: ActionID) -> Completion { .succeeded(ActionSummary()) }
  func gaveUp(_ action: ActionID) {}
  func takeNotes() -> [Diagnostic] { [] }
  private func isLarge(_ action: ActionID) -> Bool { hasLarge && action.index % 10 == 0 }
  func attributeClass(of action: ActionID) -> UInt32 { isLarge(action) ? 1 : 0 }
  func poolLimit(_ pool: UInt32) -> UInt32 { .max }
  func attributes(of action: ActionID) -> ActionAttributes {
    var attributes = ActionAttributes()
    if isLarge(action) { attributes.resources.cpus = 2 }
    return attributes
  }
  func hasRecipe(_ action: ActionID) -> Bool { true }
  func isValue(_ action: ActionID) -> Bool { false }
  func expectedDuration(of action: ActionID) -> UInt64 { duration(action) }
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

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
guard numbers.count == 4 else { fatalError("usage: SchedulerScale ACTIONS EDGES RANKS SLOTS") }
let (count, edges, ranks, slots) = (numbers[0], numbers[1], numbers[2], numbers[3])
var loop = RunLoop(
  judge: LayeredJudge(
    count: count, degree: edges / count, width: max(count / 50, 1), hasLarge: slots > 1),
  executor: SimulatedJob(ranks: ranks, slots: slots, silent: ranks / 1_000, after: 1_000_000_000),
  observer: SilentObserver(), options: BuildOptions())
let result = loop.run((0..<count).map { ActionID($0) })
guard result.end == .succeeded, result.ran == count else { fatalError("not all ran") }
// A start and an end each.
print(2 * count)
