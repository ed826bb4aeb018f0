/// What a task knows while it runs: its name, and the results of what it depends on.
public struct TaskContext: Sendable {
  /// The task's own name.
  public let name: TaskName
  /// Counts from 1.
  public let attempt: Int
  let task: Int
  let plan: TaskPlan
  let results: any ResultSource

  init(task: Int, attempt: Int, plan: TaskPlan, results: any ResultSource) {
    name = plan.entries[task].name
    self.attempt = attempt
    self.task = task
    self.plan = plan
    self.results = results
  }

  /// The result of a task that this one depends on, directly or not.
  ///
  /// May be called from any thread, while the task runs.
  public func result<Result>(of task: TaskHandle<Result>) throws(TaskResultError) -> Result {
    try result(of: task.name, as: Result.self)
  }

  /// The same by name; the type is checked.
  public func result<Result: Codable & Sendable>(of task: TaskName, as type: Result.Type)
    throws(TaskResultError) -> Result
  {
    guard let index = plan.index[task], plan.depends(self.task, on: index) else {
      throw .notAnAncestor(task)
    }
    return try results.result(of: index, as: type)
  }
}

/// Why a result cannot be had.
public enum TaskResultError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The asking task does not depend on it.
  case notAnAncestor(TaskName)
  case wrongType(TaskName, found: String)
  case notRun(TaskName)
  /// The asking task has ended, and a thread of it goes on.
  case askedTooLate(TaskName)

  public var description: String {
    switch self {
    case .notAnAncestor(let task): "the task does not depend on '\(task)', whose result it asks for"
    case .wrongType(let task, let found): "the result of '\(task)' is of type \(found)"
    case .notRun(let task): "task '\(task)' has no result: it did not run to its end"
    case .askedTooLate(let task): "the result of '\(task)' is asked for by a task that has ended"
    }
  }
}
