import HeapModule
import SchedBase
import SchedEngine
import SchedGraph

/// Runs nothing, in virtual time: an action ends when the clock has gone on by its duration, which is
/// all that its request holds.
///
/// The clock jumps from end to end. An action runs on the machine with the most free slots, each worth a
/// processor; memory and GPUs are never short. Starting and ending are O(log actions that run).
public struct SimulatedExecutor: Executor {
  private struct End: Comparable {
    /// Nanoseconds.
    var time: UInt64
    /// The earlier start comes first among ends of one moment.
    var order: UInt32
    var action: ActionID
    var attempt: UInt32
    var machine: UInt32
    var slots: UInt32

    static func < (a: End, b: End) -> Bool { (a.time, a.order) < (b.time, b.order) }
  }

  /// Actions start in the order of the Schedfile, first come, first served: what the longest path
  /// first is held against.
  public var isSerial = false
  /// How many actions can run at once.
  public let slots: Int
  private var machines: FreeMachines
  private var running = Heap<End>()
  private var started: UInt32 = 0
  /// The virtual time, nanoseconds: when nothing runs any more, the makespan.
  public private(set) var clock: UInt64 = 0
  /// Slots times the time for which they were taken, nanoseconds.
  public private(set) var busy: UInt64 = 0

  /// `machines` of `slots` slots and as many processors each.
  public init(machines: Int, slots: Int) {
    self.slots = machines * slots
    self.machines = FreeMachines(count: machines, slots: slots)
  }

  /// At most the processors of one machine.
  public func grantedCPUs(_ resources: Resources) -> Int {
    min(Int(resources.cpus), machines.slots)
  }

  public func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }

  public func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    let slots = grantedCPUs(resources)
    // What is `@local` runs on the first machine.
    return isLocal ? machines.free(on: 0) >= slots : machines.mostFree >= slots
  }

  public mutating func start(_ request: ActionRequest) {
    let slots = grantedCPUs(request.resources)
    var reader = ByteReader(request.payload)
    guard let duration = try? reader.read(UInt64.self) else {
      preconditionFailure("internal error: a simulated request without a duration")
    }
    let machine = request.isLocal ? 0 : machines.first
    machines.take(slots, of: machine)
    let (time, overflow) = clock.addingReportingOverflow(duration)
    started += 1
    running.insert(
      End(
        time: overflow ? .max : time, order: started, action: request.id,
        attempt: request.attempt, machine: UInt32(machine), slots: UInt32(slots)))
    busy += duration &* UInt64(slots)
  }

  public mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    guard let end = running.popMin() else { return .timeout }
    clock = end.time
    machines.give(Int(end.slots), to: Int(end.machine))
    return .ended(end.action, attempt: end.attempt, .succeeded, payload: [])
  }

  public func cancel() {}
  public func shutDown() {}
}

/// Which of many equal machines has how many free slots: the one with the most is at hand.
private struct FreeMachines {
  let slots: Int
  private var free: [Int32]
  /// For each number of free slots machines that had so many when they were put there.
  private var buckets: [[UInt32]]
  /// The most free slots of a machine.
  private(set) var mostFree: Int

  init(count: Int, slots: Int) {
    self.slots = slots
    free = Array(repeating: Int32(slots), count: count)
    buckets = Array(repeating: [], count: slots + 1)
    buckets[slots] = (0..<UInt32(count)).reversed()
    mostFree = slots
  }

  func free(on machine: Int) -> Int { Int(free[machine]) }

  /// A machine with the most free slots; there is one with any.
  var first: Int { Int(buckets[mostFree].last!) }

  mutating func take(_ count: Int, of machine: Int) { set(machine, free(on: machine) - count) }
  mutating func give(_ count: Int, to machine: Int) { set(machine, free(on: machine) + count) }

  private mutating func set(_ machine: Int, _ count: Int) {
    free[machine] = Int32(count)
    buckets[count].append(UInt32(machine))
    mostFree = max(mostFree, count)
    // Entries whose machine has another number now are dropped when they come to the end.
    while mostFree > 0 {
      while let last = buckets[mostFree].last, free(on: Int(last)) != mostFree {
        buckets[mostFree].removeLast()
      }
      if !buckets[mostFree].isEmpty { return }
      mostFree -= 1
    }
  }
}
