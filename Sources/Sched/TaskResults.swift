/// How one task ended.
public enum TaskOutcome: Equatable, Sendable {
  case succeeded(Duration)
  /// Its function threw; the message is the error's text.
  case failed(message: String)
  /// A task that it depends on, directly or not, failed; or the run was stopped.
  case notRun(because: TaskName?)
}

/// What a run leaves: the results by task, and how each task ended.
public struct TaskResults: Sendable {
  let table: ResultTable
  let outcomes: [TaskName: TaskOutcome]
  /// Tasks that ran, in the order in which they ended.
  public let order: [TaskName]

  public subscript<Result>(task: TaskHandle<Result>) -> Result {
    get throws(TaskResultError) { try table.value(of: task.name, as: Result.self) }
  }

  /// The same by name.
  public func result<Result: Codable & Sendable>(of task: TaskName, as type: Result.Type)
    throws(TaskResultError) -> Result
  {
    try table.value(of: task, as: type)
  }

  public func outcome(of task: TaskName) -> TaskOutcome {
    outcomes[task] ?? .notRun(because: nil)
  }

  /// Tasks whose function threw, in the order in which they did.
  public var failures: [TaskName] {
    order.filter { if case .failed = outcome(of: $0) { true } else { false } }
  }

  /// Whether every task ran well.
  public var succeeded: Bool {
    outcomes.values.allSatisfy { if case .succeeded = $0 { true } else { false } }
  }
}

/// Where a run stands.
public struct TaskCounts: Equatable, Sendable {
  public var total = 0
  public var running = 0
  public var succeeded = 0
  public var failed = 0
  public var notRun = 0

  /// Tasks that have not started.
  public var waiting: Int { total - running - succeeded - failed - notRun }
}

/// Receives what happens in a run, in order, from the scheduler's thread.
public protocol TaskObserver {
  func schedulingStarted(_ counts: TaskCounts)
  func taskStarted(_ name: TaskName, _ counts: TaskCounts)
  func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts)
  func schedulingEnded(_ counts: TaskCounts)
}

extension TaskObserver {
  public func schedulingStarted(_ counts: TaskCounts) {}
  public func taskStarted(_ name: TaskName, _ counts: TaskCounts) {}
  public func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts) {}
  public func schedulingEnded(_ counts: TaskCounts) {}
}
