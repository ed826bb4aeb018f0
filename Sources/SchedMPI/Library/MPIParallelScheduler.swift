import Sched
import SchedEngine

/// Runs tasks on the ranks of an MPI job, those with the longest path before them first.
///
/// Every rank runs the whole program: the same code builds the same graph on each, and calls `run`,
/// which returns on all. Rank 0 decides what runs next; the others run tasks, one at a time each. Without
/// other ranks, tasks run here one after the other. Results are complete on rank 0; the others have how
/// each task ended, and the results too with `shareResultsWithAllRanks`.
///
/// MPI is initialised by the first run if the program has not done so, and finalised at the program's end.
/// A task that throws is in the results. One that crashes ends its rank, and with it the job, as Open
/// MPI does by default; with `mpirun --enable-recovery` it is given to other ranks, as often as there are some.
public struct MPIParallelScheduler: TaskScheduler {
  /// Whether all ranks get all results.
  public var shareResultsWithAllRanks: Bool
  /// After a failure, what does not depend on it still runs.
  public var keepGoing: Bool

  /// Results are complete on rank 0 only, and a failure ends the run, unless told otherwise.
  public init(shareResultsWithAllRanks: Bool = false, keepGoing: Bool = false) {
    self.shareResultsWithAllRanks = shareResultsWithAllRanks
    self.keepGoing = keepGoing
  }

  /// This process's rank, and how many there are; initialises MPI if need be.
  public static func ranks() throws -> (own: Int, count: Int) {
    let program = try MPIProgram.current()
    return (program.mailbox.rank, program.mailbox.size)
  }

  /// `observers`, `cancellation` and `memo` count on rank 0.
  ///
  /// After a cancellation nothing starts; what runs then runs to its end.
  public func run(
    _ graph: TaskGraph, observers: [any TaskObserver], cancellation: CancellationFlag?,
    memo: MemoDirectory?
  ) throws -> TaskResults {
    try graph.validate()
    let serial = SerialScheduler(keepGoing: keepGoing)
    guard !InsideTask.isTrue else {
      return try serial.run(
        graph, observers: observers, cancellation: cancellation, memo: memo)
    }
    let program = try MPIProgram.current()
    guard program.mailbox.size > 1 else {
      return try serial.run(
        graph, observers: observers, cancellation: cancellation, memo: memo)
    }
    return try RunHistory.shared.run(graph) { number in
      guard program.mailbox.rank == 0 else { return try serve(graph, number, program) }
      let run = TaskRun(graph, observers, memo)
      let pool = RankPool(run, number, program, cancellation)
      let results = run.run(RankPoolExecutor(pool), keepGoing: keepGoing)
      if let problem = pool.problem {
        pool.dismiss(with: nil)
        throw problem
      }
      pool.dismiss(with: EarlierRun(results, withResults: shareResultsWithAllRanks))
      return results
    }
  }

  /// A rank other than 0: runs what it is told, and returns what rank 0 says in the end.
  private func serve(_ graph: TaskGraph, _ number: Int, _ program: MPIProgram) throws
    -> TaskResults
  {
    let plan = TaskPlan(graph)
    let link = RankLink(program, run: number)
    WorkerSession(plan, link, flush: {}).serve()
    guard let end = link.end, end.outcomes.count == plan.count else {
      throw RankError.ended(hasSilentCoordinator: link.isAbandoned)
    }
    return TaskResults(end, plan)
  }
}

/// Why ranks could not do their part; thrown by `run`.
public enum RankError: Error, Equatable, Sendable, CustomStringConvertible {
  /// MPI says why.
  case cannotStartMPI(reason: String)
  /// A launcher has started so many ranks, but MPI sees only one: each would run all tasks.
  case loneRank(ranks: Int, launcher: String, mpi: String)
  /// A rank has other tasks; the first difference.
  case otherTasks(rank: Int, difference: String)
  /// A rank sent what is no message.
  case malformedMessage(rank: Int)
  /// Thrown on a rank that rank 0 has told of no results: it has failed, or is gone.
  case ended(hasSilentCoordinator: Bool)

  public var description: String {
    switch self {
    case .cannotStartMPI(let reason): "cannot start MPI: \(reason)"
    case .loneRank(let ranks, let launcher, let mpi):
      "\(launcher) started \(ranks) ranks, but MPI (\(mpi)) sees only one: each would run all tasks; "
        + "start the program with the launcher of that MPI, or set SCHED_IGNORE_MPI=1"
    case .otherTasks(let rank, let difference):
      "rank \(rank) has other tasks: \(difference); all ranks must build the same graph"
    case .malformedMessage(let rank): "rank \(rank) sent what is no message of ours"
    case .ended(false): "rank 0 has ended the run without results"
    case .ended(true): "rank 0 does not answer any more"
    }
  }
}
