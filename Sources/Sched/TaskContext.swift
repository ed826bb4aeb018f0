/// What a task knows while it runs: its name, and the results of what it depends on.
public struct TaskContext: Sendable {
  public let name: TaskName
  /// Counts from 1.
  public let attempt: Int
  let results: ResultTable
  let ancestors: Set<TaskName>

  /// The result of a task that this one depends on, directly or not.
  public func result<Result>(of task: TaskHandle<Result>) throws(TaskResultError) -> Result {
    try result(of: task.name, as: Result.self)
  }

  /// The same by name; the type is checked.
  public func result<Result: Codable & Sendable>(of task: TaskName, as type: Result.Type)
    throws(TaskResultError) -> Result
  {
    guard ancestors.contains(task) else { throw .notAnAncestor(task) }
    return try results.value(of: task, as: type)
  }
}

/// Why a result cannot be had.
public enum TaskResultError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The asking task does not depend on it.
  case notAnAncestor(TaskName)
  case wrongType(TaskName, found: String)
  case notRun(TaskName)

  public var description: String {
    switch self {
    case .notAnAncestor(let task): "the task does not depend on '\(task)', whose result it asks for"
    case .wrongType(let task, let found): "the result of '\(task)' is of type \(found)"
    case .notRun(let task): "task '\(task)' has no result: it did not run to its end"
    }
  }
}

/// The results so far.
///
/// Written by the scheduler's thread, which also runs the tasks that read it.
final class ResultTable: @unchecked Sendable {
  private var values: [TaskName: any Sendable] = [:]

  func set(_ task: TaskName, _ value: any Sendable) { values[task] = value }

  func value<Result>(of task: TaskName, as type: Result.Type) throws(TaskResultError) -> Result {
    guard let value = values[task] else { throw .notRun(task) }
    guard let result = value as? Result else {
      throw .wrongType(task, found: "\(Swift.type(of: value))")
    }
    return result
  }
}
