import SchedEngine
import SchedGraph

/// One run on the coordinator's side: what the judge, which decides, and the executor, which calls
/// functions or sends them away, share.
///
/// All on one thread.
package final class TaskRun {
  package let plan: TaskPlan
  package let results: ResultTable
  let observers: [any TaskObserver]
  let memo: MemoRun?
  private var outcomes: [TaskOutcome?]
  private var endings: [Int] = []
  private(set) var counts: TaskCounts

  package init(_ graph: TaskGraph, _ observers: [any TaskObserver], _ memo: MemoDirectory?) {
    let plan = TaskPlan(graph)
    let results = ResultTable(plan)
    self.plan = plan
    self.results = results
    self.observers = observers
    self.memo = memo.map { MemoRun($0, plan, results) }
    outcomes = Array(repeating: nil, count: plan.count)
    counts = TaskCounts(total: plan.count)
  }

  /// A result of an earlier run that may stand for this task's.
  func isMemoised(_ task: Int) -> Bool {
    guard let memo, memo.takeResult(of: task) else { return false }
    started(task, on: .here)
    ended(task, .succeeded(.zero))
    return true
  }

  package func started(_ task: Int, on worker: WorkerID) {
    counts.running += 1
    for observer in observers { observer.taskStarted(plan.name(task), on: worker, counts) }
  }

  /// A task that has succeeded has its result in the table.
  package func ended(_ task: Int, _ outcome: TaskOutcome) {
    outcomes[task] = outcome
    endings.append(task)
    counts.running -= 1
    if case .succeeded(let duration) = outcome {
      counts.succeeded += 1
      memo?.keepResult(of: task, duration)
    } else {
      counts.failed += 1
    }
    for observer in observers { observer.taskEnded(plan.name(task), outcome, counts) }
  }

  /// The task's worker is gone, and another one runs it again.
  package func lost(_ task: Int) { counts.running -= 1 }

  /// Calls the task's function here.
  ///
  /// Returns whether it returned.
  func call(_ task: Int, attempt: Int) -> Bool {
    started(task, on: .here)
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let context = TaskContext(task: task, attempt: attempt, plan: plan, results: results)
      results.set(
        task, try InsideTask.$isTrue.withValue(true) { try plan.entries[task].run(context) })
      ended(task, .succeeded(clock.now - start))
      return true
    } catch {
      ended(task, .failed(message: "\(error)"))
      return false
    }
  }

  /// Runs the loop over all tasks with an executor that runs them.
  package func run(
    _ executor: some Executor, keepGoing: Bool, tickInterval: UInt64? = nil
  ) -> TaskResults {
    var options = BuildOptions()
    options.failureLimit = keepGoing ? 0 : 1
    options.tickInterval = tickInterval
    for observer in observers { observer.schedulingStarted(counts) }
    // The library tells its own observers.
    var loop = RunLoop(
      judge: TaskJudge(run: self), executor: executor, observer: SilentObserver(), options: options)
    _ = loop.run((0..<plan.count).map { ActionID($0) })
    giveUpRest()
    for observer in observers { observer.schedulingEnded(counts) }
    return TaskResults(
      plan: plan, table: results, outcomes: outcomes.map { $0 ?? .notRun(because: nil) },
      endings: endings)
  }

  /// Tasks that never ran: because of a failed one, or because the run was stopped.
  private func giveUpRest() {
    let failed = endings.filter { outcomes[$0]?.isFailure == true }
    for task in 0..<plan.count where outcomes[task] == nil {
      let cause = failed.first { plan.depends(task, on: $0) }
      outcomes[task] = .notRun(because: cause.map { plan.name($0) })
      counts.notRun += 1
    }
  }
}

/// Whether the code runs inside a task: a scheduler that is used there is serial.
package enum InsideTask {
  @TaskLocal package static var isTrue = false
}
