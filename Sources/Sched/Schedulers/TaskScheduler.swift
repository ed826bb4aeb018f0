/// Runs the tasks of a graph.
public protocol TaskScheduler {
  /// Runs all tasks, each after those that it depends on.
  ///
  /// Throws what is wrong with the graph (`TaskGraphError`) before anything runs, or with the
  /// machinery (`WorkerError`). A task that throws or crashes is in the results.
  func run(
    _ graph: TaskGraph, observers: [any TaskObserver], cancellation: CancellationFlag?,
    memo: MemoDirectory?
  ) throws -> TaskResults
}

extension TaskScheduler {
  /// The same without a memo directory.
  public func run(
    _ graph: TaskGraph, observers: [any TaskObserver] = [],
    cancellation: CancellationFlag? = nil
  ) throws -> TaskResults {
    try run(graph, observers: observers, cancellation: cancellation, memo: nil)
  }

  /// The same with results that are kept from run to run, and nobody who is told.
  public func run(_ graph: TaskGraph, memo: MemoDirectory) throws -> TaskResults {
    try run(graph, observers: [], cancellation: nil, memo: memo)
  }
}
