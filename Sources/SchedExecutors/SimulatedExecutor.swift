import HeapModule
import SchedBase
import SchedEngine
import SchedGraph

/// Runs nothing, in virtual time: an action ends when the clock has gone on by its duration, which is
/// all that its request holds.
///
/// The clock jumps from end to end. Room is counted as on real machines: `machines` ledgers, an action on
/// the one with the most free slots, its processors cut to what one has.
public struct SimulatedExecutor: Executor {
  private struct End: Comparable {
    /// Nanoseconds.
    var time: UInt64
    /// The earlier start comes first among ends of one moment.
    var order: Int
    var action: ActionID
    var attempt: UInt32
    var machine: Int
    var share: ResourceLedger.Share
    var cpus: Int

    static func < (a: End, b: End) -> Bool { (a.time, a.order) < (b.time, b.order) }
    static func == (a: End, b: End) -> Bool { a.order == b.order }
  }

  /// Actions start in the order of the Schedfile, first come, first served: what the longest path
  /// first is held against.
  public var isSerial = false
  /// How many actions can run at once.
  public let slots: Int
  private var ledgers: [ResourceLedger]
  private var running = Heap<End>()
  private var started = 0
  /// The virtual time, nanoseconds: when nothing runs any more, the makespan.
  public private(set) var clock: UInt64 = 0
  /// Slots times the time for which they were taken, nanoseconds.
  public private(set) var busy: UInt64 = 0

  /// `machines` of `slots` slots and as many processors each; memory and GPUs are never short.
  public init(machines: Int, slots: Int) {
    self.slots = machines * slots
    ledgers = Array(
      repeating: ResourceLedger(
        slots: slots, cores: slots, memory: .max, gpus: (0..<64).map { "\($0)" }),
      count: machines)
  }

  public func grantedCPUs(_ resources: Resources) -> Int { ledgers[0].cpus(resources) }
  public func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }

  public func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    machine(for: resources, isLocal) != nil
  }

  /// What is `@local` runs on the first.
  private func machine(for resources: Resources, _ isLocal: Bool) -> Int? {
    if isLocal || ledgers.count == 1 { return ledgers[0].fits(resources) ? 0 : nil }
    return ledgers.indices.filter { ledgers[$0].fits(resources) }.max {
      ledgers[$0].freeSlots < ledgers[$1].freeSlots
    }
  }

  public mutating func start(_ request: ActionRequest) {
    guard let machine = machine(for: request.resources, request.isLocal) else {
      preconditionFailure("internal error: started without room")
    }
    var reader = ByteReader(request.payload)
    guard let duration = try? reader.read(UInt64.self) else {
      preconditionFailure("internal error: a simulated request without a duration")
    }
    let share = ledgers[machine].take(request.resources)
    let cpus = min(ledgers[machine].cpus(request.resources), ledgers[machine].slots)
    let (time, overflow) = clock.addingReportingOverflow(duration)
    started += 1
    running.insert(
      End(
        time: overflow ? .max : time, order: started, action: request.id,
        attempt: request.attempt, machine: machine, share: share, cpus: cpus))
    busy += duration &* UInt64(cpus)
  }

  public mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    guard let end = running.popMin() else { return .timeout }
    clock = end.time
    ledgers[end.machine].give(end.share)
    return .ended(end.action, attempt: end.attempt, .succeeded, payload: [])
  }

  public func cancel() {}
  public func shutDown() {}
}
