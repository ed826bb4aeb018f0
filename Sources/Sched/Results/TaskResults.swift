/// How one task ended.
public enum TaskOutcome: Equatable, Sendable {
  /// The time that its function took; zero where an earlier run's result was taken.
  case succeeded(Duration)
  /// Its function threw, and the message is the error's text; or its process ended by itself.
  case failed(message: String)
  /// The process that it ran in was ended by a signal: it trapped, or was killed.
  case crashed(signal: Int32)
  /// A task that it depends on, directly or not, failed; or the run was stopped.
  case notRun(because: TaskName?)

  /// Whether it ran and did not succeed.
  public var isFailure: Bool {
    switch self {
    case .failed, .crashed: true
    case .succeeded, .notRun: false
    }
  }
}

/// What a run leaves: the results by task, and how each task ended.
public struct TaskResults: Sendable {
  package let plan: TaskPlan
  package let table: ResultTable
  package let outcomes: [TaskOutcome]
  package let endings: [Int]

  package init(plan: TaskPlan, table: ResultTable, outcomes: [TaskOutcome], endings: [Int]) {
    self.plan = plan
    self.table = table
    self.outcomes = outcomes
    self.endings = endings
  }

  /// The result of a task.
  ///
  /// Throws `TaskResultError`: it did not run to its end, or is of another type. O(size of the result).
  public subscript<Result>(task: TaskHandle<Result>) -> Result {
    get throws(TaskResultError) { try result(of: task.name, as: Result.self) }
  }

  /// The same by name; the type is checked.
  public func result<Result: Codable & Sendable>(of task: TaskName, as type: Result.Type)
    throws(TaskResultError) -> Result
  {
    guard let index = plan.index[task] else { throw .notRun(task) }
    return try table.result(of: index, as: type)
  }

  /// How a task ended; one that is none of the graph did not run.
  public func outcome(of task: TaskName) -> TaskOutcome {
    plan.index[task].map { outcomes[$0] } ?? .notRun(because: nil)
  }

  /// Tasks that ran, in the order in which they ended.
  public var order: [TaskName] { endings.map { plan.name($0) } }

  /// Tasks that failed or crashed, in the order in which they did.
  public var failures: [TaskName] {
    endings.filter { outcomes[$0].isFailure }.map { plan.name($0) }
  }

  /// Whether every task ran well.
  public var succeeded: Bool {
    outcomes.allSatisfy { if case .succeeded = $0 { true } else { false } }
  }
}
