import SchedEngine
import SchedSystem

/// Runs tasks on worker processes of this machine, those with the longest path before them first.
///
/// A worker is this program started again, with the same arguments, directory and environment: it comes to
/// the same `run`, where it serves and does not return. What stands before `run` therefore runs in each
/// worker too, and must not read standard input or print what matters: what workers print before their first
/// task is dropped. What a task prints is shown when it ends, in one piece. A task that crashes ends its
/// worker, which is replaced, and is in the results by name. Inside a task every scheduler is serial.
public struct ProcessParallelScheduler: TaskScheduler {
  /// At most so many tasks run at once.
  public var workers: Int
  /// What a worker is.
  public var program: WorkerProgram
  /// After a failure, what does not depend on it still runs.
  public var keepGoing: Bool

  /// `workers`: by default the processors that this process may use.
  public init(
    workers: Int? = nil, program: WorkerProgram = .thisProgram, keepGoing: Bool = false
  ) {
    self.workers = max(workers ?? Host.usableCores(), 1)
    self.program = program
    self.keepGoing = keepGoing
  }

  public func run(
    _ graph: TaskGraph, observers: [any TaskObserver], cancellation: CancellationFlag?,
    memo: MemoDirectory?
  ) throws -> TaskResults {
    try graph.validate()
    guard !InsideTask.isTrue else {
      return try SerialScheduler(keepGoing: keepGoing).run(
        graph, observers: observers, cancellation: cancellation, memo: memo)
    }
    return try RunHistory.shared.run(graph) { number in
      let run = TaskRun(graph, observers, memo)
      let pool = try WorkerPool(
        run, count: workers, start: WorkerStart(program: program, run: number), cancellation)
      let results = run.run(WorkerExecutor(pool), keepGoing: keepGoing)
      if let problem = pool.problem { throw problem }
      return results
    }
  }
}

/// What a worker process is.
public enum WorkerProgram: Equatable, Sendable {
  /// This program, with the arguments that it was started with.
  case thisProgram
  /// Another one, whose first call of `run` has the same tasks: where this program cannot be started
  /// again, as in a test runner.
  case program(path: String, arguments: [String])
}

/// How a worker process is started.
struct WorkerStart {
  private let program: WorkerProgram
  /// The number of the run of that program that it is for.
  let run: Int

  init(program: WorkerProgram, run: Int) {
    self.program = program
    self.run = program == .thisProgram ? run : 0
  }

  func launch() -> ChildProcess.Launch {
    switch program {
    case .thisProgram:
      // Also where the file was replaced or removed meanwhile.
      ChildProcess.Launch(
        program: Array("/proc/self/exe".utf8), arguments: ProgramReplacement.arguments())
    case .program(let path, let arguments):
      ChildProcess.Launch(
        program: Array(path.utf8), arguments: ([path] + arguments).map { Array($0.utf8) })
    }
  }
}
