import SchedSystem

/// The runs that this process has made, in order: a worker that is started in the third one returns,
/// in its own first and second, the results that its parent had.
///
/// So results are kept as long as the process lives.
package final class RunHistory: @unchecked Sendable {
  package static let shared = RunHistory()

  private let lock = Mutex()
  private var results: [TaskResults?] = []

  private init() {}

  /// Makes a run of a graph.
  ///
  /// Inside a task it is none of the program's own. In a worker it is the parent's: an earlier one is
  /// given back, and the one that the worker is for is served.
  package func run(_ graph: TaskGraph, _ body: (_ number: Int) throws -> TaskResults) throws
    -> TaskResults
  {
    guard !InsideTask.isTrue else { return try body(0) }
    let number = begin()
    if let worker = try WorkerProcess.current.get() {
      let results = try worker.take(part: number, in: graph)
      end(number, results)
      return results
    }
    let results = try body(number)
    end(number, results)
    return results
  }

  /// The number of a run that begins, from 0.
  package func begin() -> Int {
    lock.locked {
      results.append(nil)
      return results.count - 1
    }
  }

  package func end(_ number: Int, _ outcome: TaskResults) {
    lock.locked { results[number] = outcome }
  }

  /// Of an earlier run.
  package subscript(number: Int) -> TaskResults? {
    lock.locked { results.indices.contains(number) ? results[number] : nil }
  }
}
