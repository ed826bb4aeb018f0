import HeapModule
import SchedBase
import SchedEngine
import SchedGraph

/// Runs nothing, in virtual time: an action ends when the clock has gone on by its duration, which is
/// all that its request holds.
///
/// The clock jumps from end to end. Which rank an action gets, and what waits at a rank behind another,
/// is decided as in an MPI job. Messages take no time; memory and GPUs are never short. Starting and
/// ending are O(log actions that run).
public struct SimulatedExecutor: Executor {
  private struct End: Comparable {
    /// Nanoseconds.
    var time: UInt64
    /// The earlier start comes first among ends of one moment.
    var order: UInt32
    var action: SimulatedRanks.Action

    static func < (a: End, b: End) -> Bool { (a.time, a.order) < (b.time, b.order) }
    static func == (a: End, b: End) -> Bool { (a.time, a.order) == (b.time, b.order) }
  }

  /// Actions start in the order of the Schedfile, first come, first served: what the longest path
  /// first is held against.
  public var isSerial = false
  private var ranks: SimulatedRanks
  private var running = Heap<End>()
  private var started: UInt32 = 0
  /// What begins at this moment.
  private var begun: [SimulatedRanks.Action] = []
  /// The virtual time, nanoseconds: when nothing runs any more, the makespan.
  public private(set) var clock: UInt64 = 0
  /// Slots times the time for which they were taken, nanoseconds; only of those that `slots` counts.
  public private(set) var busy: UInt64 = 0

  /// So many ranks of an MPI job, or one machine, each with so many slots and as many processors.
  public init(machines: Int, slots: Int) {
    ranks = SimulatedRanks(count: machines, slots: slots)
    // From the start: what ranks take is not what actions or edges take.
    running.reserveCapacity(min(machines.multipliedClamped(by: slots), 1 << 20))
  }

  /// How many actions can run at once that need not run on rank 0.
  public var slots: Int { ranks.slots }

  /// The slots of rank 0 where it runs nothing else than what must run there.
  public var slotsForLocal: Int? { ranks.isCounted(0) ? nil : ranks.localSlots }

  /// At most the processors of one machine.
  public func grantedCPUs(_ resources: Resources) -> Int { ranks.grantedCPUs(resources) }

  public func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }

  public func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    ranks.admits(resources, isLocal: isLocal)
  }

  public mutating func start(_ request: ActionRequest) {
    var reader = ByteReader(request.payload)
    guard let duration = try? reader.read(UInt64.self) else {
      preconditionFailure("internal error: a simulated request without a duration")
    }
    ranks.take(
      request.id, attempt: request.attempt, request.resources, isLocal: request.isLocal,
      duration: duration, at: clock, begun: &begun)
    runBegun()
  }

  private mutating func runBegun() {
    for action in begun {
      let (time, overflow) = clock.addingReportingOverflow(action.duration)
      started += 1
      running.insert(End(time: overflow ? .max : time, order: started, action: action))
      if ranks.isCounted(action.allocation.rank) {
        busy = busy.addingClamped(
          action.duration.multipliedClamped(by: UInt64(clamping: action.allocation.cpus)))
      }
    }
    begun.removeAll(keepingCapacity: true)
  }

  public mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    // Nothing more can be started now: a rank that is idle gets what waits elsewhere.
    while let time = ranks.recallTime, let next = running.min, max(time, clock) < next.time {
      clock = max(time, clock)
      ranks.recall(at: clock, begun: &begun)
      runBegun()
    }
    guard let end = running.popMin() else { return .timeout }
    clock = end.time
    ranks.give(end.action, at: clock, begun: &begun)
    runBegun()
    return .ended(end.action.id, attempt: end.action.attempt, .succeeded, payload: [])
  }

  public func cancel() {}
  public func shutDown() {}
}
