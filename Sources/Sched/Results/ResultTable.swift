/// Where a task's results come from: this process, or by way of the coordinator.
package protocol ResultSource: Sendable {
  func result<Result: Codable & Sendable>(of task: Int, as type: Result.Type)
    throws(TaskResultError) -> Result
}

/// The results of one run by number: values that were made here, and bytes that came from elsewhere,
/// which are decoded when they are asked for.
///
/// Written by the scheduler's thread, which also runs the tasks that read it.
package final class ResultTable: ResultSource, @unchecked Sendable {
  private enum Stored {
    case nothing
    case value(any Sendable)
    case bytes([UInt8])
  }

  private let plan: TaskPlan
  private var stored: [Stored]

  package init(_ plan: TaskPlan) {
    self.plan = plan
    stored = Array(repeating: .nothing, count: plan.count)
  }

  func set(_ task: Int, _ value: any Sendable) { stored[task] = .value(value) }
  package func set(_ task: Int, bytes: [UInt8]) { stored[task] = .bytes(bytes) }

  /// The result as bytes; nil: there is none, or it cannot be encoded.
  package func bytes(of task: Int) -> [UInt8]? {
    switch stored[task] {
    case .nothing: nil
    case .value(let value): try? plan.entries[task].encode(value)
    case .bytes(let bytes): bytes
    }
  }

  package func result<Result: Codable & Sendable>(of task: Int, as type: Result.Type)
    throws(TaskResultError) -> Result
  {
    let name = plan.name(task)
    switch stored[task] {
    case .nothing: throw .notRun(name)
    case .value(let value):
      guard let result = value as? Result else {
        throw .wrongType(name, found: "\(Swift.type(of: value))")
      }
      return result
    case .bytes(let bytes):
      return try Self.decode(bytes, of: plan.entries[task], as: type)
    }
  }

  static func decode<Result: Codable & Sendable>(
    _ bytes: [UInt8], of entry: TaskGraph.Entry, as type: Result.Type
  ) throws(TaskResultError) -> Result {
    guard entry.type == type, let result = ResultCoding.decode(bytes, as: type) else {
      throw .wrongType(entry.name, found: "\(entry.type)")
    }
    return result
  }
}
