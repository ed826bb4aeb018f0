import SchedBase
import SchedEngine
import SchedGraph

/// Runs the tasks of a graph.
///
/// The schedulers for processes and MPI ranks are not part of the library yet.
public protocol TaskScheduler {
  /// Runs all tasks, each after those that it depends on. Throws only what is wrong with the graph;
  /// a task that throws is in the results.
  func run(_ graph: TaskGraph, observers: [any TaskObserver]) throws(TaskGraphError) -> TaskResults
}

extension TaskScheduler {
  public func run(_ graph: TaskGraph) throws(TaskGraphError) -> TaskResults {
    try run(graph, observers: [])
  }
}

/// Runs tasks one after the other in this process, by the run loop of the command line.
public struct SerialScheduler: TaskScheduler {
  /// After a failure, what does not depend on it still runs.
  public var keepGoing: Bool

  public init(keepGoing: Bool = false) { self.keepGoing = keepGoing }

  public func run(_ graph: TaskGraph, observers: [any TaskObserver]) throws(TaskGraphError)
    -> TaskResults
  {
    try graph.validate()
    let run = TaskRun(graph, observers)
    var options = BuildOptions()
    options.failureLimit = keepGoing ? 0 : 1
    observers.forEach { $0.schedulingStarted(run.counts) }
    var loop = RunLoop(
      judge: TaskJudge(run: run), executor: FunctionExecutor(run: run), observer: NoObserver(),
      options: options)
    _ = loop.run((0..<graph.entries.count).map { ActionID($0) })
    run.giveUpRest()
    observers.forEach { $0.schedulingEnded(run.counts) }
    return TaskResults(table: run.results, outcomes: run.outcomes, order: run.order)
  }
}

/// One run: what the judge, which decides, and the executor, which calls functions, share.
///
/// All on one thread.
final class TaskRun {
  let graph: TaskGraph
  let observers: [any TaskObserver]
  let results = ResultTable()
  private(set) var outcomes: [TaskName: TaskOutcome] = [:]
  private(set) var order: [TaskName] = []
  private(set) var counts = TaskCounts()
  /// What each task may ask the results of.
  private var ancestors: [Int: Set<TaskName>] = [:]

  init(_ graph: TaskGraph, _ observers: [any TaskObserver]) {
    self.graph = graph
    self.observers = observers
    counts.total = graph.entries.count
  }

  func entry(_ action: ActionID) -> TaskGraph.Entry { graph.entries[action.index] }

  /// Calls the task's function.
  ///
  /// Returns whether it returned.
  func call(_ action: ActionID, attempt: Int) -> Bool {
    let entry = entry(action)
    counts.running += 1
    observers.forEach { $0.taskStarted(entry.name, counts) }
    let context = TaskContext(
      name: entry.name, attempt: attempt, results: results, ancestors: ancestors(of: action.index))
    let clock = ContinuousClock()
    let start = clock.now
    do {
      results.set(entry.name, try entry.run(context))
      end(entry.name, .succeeded(clock.now - start))
      return true
    } catch {
      end(entry.name, .failed(message: "\(error)"))
      return false
    }
  }

  private func end(_ name: TaskName, _ outcome: TaskOutcome) {
    outcomes[name] = outcome
    order.append(name)
    counts.running -= 1
    if case .succeeded = outcome { counts.succeeded += 1 } else { counts.failed += 1 }
    observers.forEach { $0.taskEnded(name, outcome, counts) }
  }

  /// Found when first asked for; what is before an ancestor is one, too.
  private func ancestors(of task: Int) -> Set<TaskName> {
    if let known = ancestors[task] { return known }
    var found: Set<TaskName> = []
    var stack = graph.entries[task].dependencies
    while let name = stack.popLast() {
      guard found.insert(name).inserted, let index = graph.index[name] else { continue }
      stack += graph.entries[index].dependencies
    }
    ancestors[task] = found
    return found
  }

  /// Tasks that never ran: because of a failed one, or because the run was stopped.
  func giveUpRest() {
    for (index, entry) in graph.entries.enumerated() where outcomes[entry.name] == nil {
      let failed = ancestors(of: index).first {
        if case .failed? = outcomes[$0] { true } else { false }
      }
      outcomes[entry.name] = .notRun(because: failed)
      counts.notRun += 1
    }
  }
}
