import SchedEngine
import SchedExecutors
import SchedGraph
import SchedSystem

/// The real coordinator in virtual time, with simulated workers in place of MPI: what it costs for
/// each action on many ranks (Benchmarks/simulation).
///
/// An action takes as long as its request says, which holds nothing else. The time of the coordinator
/// itself is none of the virtual time: it sleeps as it would between two looks for messages, and takes
/// in what has come until then.
package struct SimulatedJob: Executor {
  private let coordinator: Coordinator<SimulatedWorkers, NoRunner>
  private var executor: RankExecutor<SimulatedWorkers, NoRunner>

  /// Brings the ranks together, each on a host of its own.
  ///
  /// Precondition: so many that rank 0 runs no recipes. `silent` of the workers fall silent after
  /// `silence` nanoseconds: they are given up, and what they had starts again.
  package init(ranks: Int, slots: Int, silent: Int, after silence: UInt64) {
    precondition(!Placement.coordinatorWorks(amongRanks: ranks))
    let workers = SimulatedWorkers(
      ranks: ranks, slots: slots, silent: silent, after: silence)
    let now = { workers.time }
    let welcome = Welcome(
      root: [], markerPath: [], marker: [], environment: [], grace: 0, latencyWait: 0,
      separatesStreams: false, host: [],
      bootID: [], processID: 0)
    let assembly: Assembly<SimulatedWorkers>
    do throws(AssemblyError) {
      assembly = try Assembly(
        workers, welcome, own: workers.hello(of: 0), slots: .count(slots), epoch: 1, now: now,
        sleep: workers.pass)
    } catch {
      preconditionFailure("internal error: simulated ranks do not fit together: \(error)")
    }
    coordinator = Coordinator(
      assembly, NoRunner(workers: workers),
      makeWaits: { FileWaits(host: [], limit: 0, helpers: nil, now: now, look: { _ in .init() }) },
      grace: 0,
      host: HostWatch(isGone: { _ in false }, end: { _ in }, endRecipes: { _ in }), now: now)
    executor = RankExecutor(coordinator: coordinator)
  }

  package var isSerial: Bool { executor.isSerial }
  /// What actions read is no matter here.
  package var hasSeveralHosts: Bool { false }

  package func grantedCPUs(_ resources: Resources) -> Int { executor.grantedCPUs(resources) }
  package func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? {
    executor.refusal(resources, isLocal: isLocal)
  }
  package func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    executor.canTake(resources, isLocal: isLocal)
  }
  package mutating func start(_ request: ActionRequest) { executor.start(request) }
  package var hasEvents: Bool { executor.hasEvents }
  package mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    executor.nextEvent(timeout: timeout)
  }
  package mutating func cancel() { executor.cancel() }
  package mutating func shutDown() { executor.shutDown() }
}

/// Rank 0's own side: it runs nothing, and while it sleeps the others have their turns.
struct NoRunner: RankRunner {
  let workers: SimulatedWorkers

  var running: Int { 0 }
  func start(_ order: RunOrder) { preconditionFailure("internal error: rank 0 runs nothing here") }
  func wait(timeout: UInt64, into events: inout [RunnerEvent]) { workers.pass(timeout) }
  func cancel() {}
}
