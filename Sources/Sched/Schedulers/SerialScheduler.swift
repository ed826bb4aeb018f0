import SchedBase
import SchedEngine
import SchedGraph

/// Runs tasks one after the other in this process, by the run loop of the command line.
public struct SerialScheduler: TaskScheduler {
  /// After a failure, what does not depend on it still runs.
  public var keepGoing: Bool

  /// `keepGoing`: after a failure, what does not depend on it still runs.
  public init(keepGoing: Bool = false) { self.keepGoing = keepGoing }

  public func run(
    _ graph: TaskGraph, observers: [any TaskObserver], cancellation: CancellationFlag?,
    memo: MemoDirectory?
  ) throws -> TaskResults {
    try graph.validate()
    return try RunHistory.shared.run(graph) { _ in
      let run = TaskRun(graph, observers, memo)
      return run.run(FunctionExecutor(run, cancellation), keepGoing: keepGoing)
    }
  }
}

/// Calls functions in this process, one at a time.
struct FunctionExecutor: Executor {
  private let run: TaskRun
  private let cancellation: CancellationFlag?
  /// Not serial in the sense of the loop: the most urgent ready task comes first.
  let isSerial = false
  private var ended: ExecutorEvent?
  private var isInterrupted = false

  init(_ run: TaskRun, _ cancellation: CancellationFlag?) {
    self.run = run
    self.cancellation = cancellation
  }

  func grantedCPUs(_ resources: Resources) -> Int { 1 }
  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }
  func canTake(_ resources: Resources, isLocal: Bool) -> Bool { ended == nil }

  mutating func start(_ request: ActionRequest) {
    // An end without a start: the loop is told of the interruption with the next event.
    let isGood =
      cancellation?.isCancelled != true
      && run.call(request.id.index, attempt: Int(request.attempt))
    ended = .ended(
      request.id, attempt: request.attempt, isGood ? .succeeded : .failed(status: 1), payload: [])
  }

  mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    if cancellation?.isCancelled == true, !isInterrupted {
      isInterrupted = true
      return .interrupted(signal: 2)
    }
    defer { ended = nil }
    return ended ?? .timeout
  }

  func cancel() {}
  func shutDown() {}
}
