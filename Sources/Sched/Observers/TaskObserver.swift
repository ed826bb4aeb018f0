/// Where a run stands.
public struct TaskCounts: Equatable, Sendable {
  /// Tasks of the graph.
  public var total = 0
  /// Tasks that have started and not ended.
  public var running = 0
  /// Tasks that have a result.
  public var succeeded = 0
  /// Failed or crashed.
  public var failed = 0
  /// Tasks that will never run: told when the scheduling ends.
  public var notRun = 0

  /// Before anything has started.
  public init(total: Int = 0) { self.total = total }

  /// Tasks that have not started.
  public var waiting: Int { total - running - ended }

  /// Tasks of which nothing more will come.
  public var ended: Int { succeeded + failed + notRun }
}

/// Where a task runs.
public struct WorkerID: Hashable, Sendable, CustomStringConvertible {
  /// 0: the scheduler's own process; else a worker process, or the rank.
  public let number: Int

  /// The worker of that number.
  public init(_ number: Int) { self.number = number }
  /// The scheduler's own process.
  public static let here = WorkerID(0)

  public var description: String { number == 0 ? "here" : "worker \(number)" }
}

/// Receives what happens in a run, in order, from the scheduler's thread.
public protocol TaskObserver {
  /// Before the first task starts.
  func schedulingStarted(_ counts: TaskCounts)
  /// A task begins; `counts` has it among those that run.
  func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts)
  /// A task has ended; `counts` has it among those that have.
  func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts)
  /// After the last task has ended.
  func schedulingEnded(_ counts: TaskCounts)
}

extension TaskObserver {
  public func schedulingStarted(_ counts: TaskCounts) {}
  public func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts) {}
  public func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts) {}
  public func schedulingEnded(_ counts: TaskCounts) {}
}
