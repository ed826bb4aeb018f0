import SchedSystem

/// How a worker and its coordinator talk, as the worker sees it.
package protocol WorkerLink: Sendable {
  func send(_ message: WorkerMessage)
  /// Waits for the next message; the end of the coordinator is an `end`.
  func receive() -> CoordinatorMessage
}

/// A worker's side of one run: calls the functions that the coordinator names, one after the other.
package struct WorkerSession {
  private let plan: TaskPlan
  private let link: any WorkerLink
  /// Called before a task's end is told: what it printed must be on its way by then.
  private let flush: () -> Void

  package init(_ plan: TaskPlan, _ link: some WorkerLink, flush: @escaping () -> Void) {
    self.plan = plan
    self.link = link
    self.flush = flush
  }

  /// Says which tasks there are, and serves until the coordinator ends it.
  package func serve() {
    link.send(.hello(tasks: plan.digest))
    while true {
      switch link.receive() {
      case .listTasks: link.send(.tasks(lines: plan.lines))
      case .run(let task, let attempt) where task < plan.count:
        let message = call(task, attempt)
        flush()
        link.send(message)
      case .end: return
      // Nothing that was asked for.
      case .run, .result, .earlierRun: return
      }
    }
  }

  private func call(_ task: Int, _ attempt: Int) -> WorkerMessage {
    let results = DistantResults(plan, link)
    // A thread that the task has left behind must not take what is meant for the next one.
    defer { results.close() }
    let context = TaskContext(task: task, attempt: attempt, plan: plan, results: results)
    let entry = plan.entries[task]
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let value = try InsideTask.$isTrue.withValue(true) { try entry.run(context) }
      let (seconds, attoseconds) = (clock.now - start).components
      let nanoseconds =
        UInt64(clamping: seconds) &* 1_000_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000)
      return .succeeded(task: task, nanoseconds: nanoseconds, result: try entry.encode(value))
    } catch {
      return .failed(task: task, message: "\(error)")
    }
  }
}

/// Results that the coordinator has, for one call of one task: each is fetched when it is asked for.
///
/// The task may ask from several threads. An answer does not say which question it is for, so that
/// there is one question at a time.
private final class DistantResults: ResultSource, @unchecked Sendable {
  private let plan: TaskPlan
  private let link: any WorkerLink
  private let turn = Mutex()
  private var isClosed = false

  init(_ plan: TaskPlan, _ link: any WorkerLink) {
    self.plan = plan
    self.link = link
  }

  func result<Result: Codable & Sendable>(of task: Int, as type: Result.Type)
    throws(TaskResultError) -> Result
  {
    let entry = plan.entries[task]
    guard case .result(let bytes?) = try ask(task).get() else { throw .notRun(entry.name) }
    return try ResultTable.decode(bytes, of: entry, as: type)
  }

  private func ask(_ task: Int) -> Swift.Result<CoordinatorMessage, TaskResultError> {
    turn.locked {
      if isClosed { return .failure(.askedTooLate(plan.entries[task].name)) }
      link.send(.wantsResult(task: task))
      return .success(link.receive())
    }
  }

  /// The task has ended: nothing is asked for any more.
  func close() { turn.locked { isClosed = true } }
}
