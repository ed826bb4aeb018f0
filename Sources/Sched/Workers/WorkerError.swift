/// Why worker processes could not do their part; thrown by `run`, after all workers were ended.
public enum WorkerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The program could not be started.
  case cannotStart(reason: String)
  /// A worker ended before it came to `run`.
  case endedBeforeRun(how: String)
  /// A worker did not come to `run` within ten seconds.
  case noRun
  /// A worker has other tasks; the first difference.
  case otherTasks(difference: String)
  /// A worker asked for an earlier run that its parent did not make.
  case otherRuns
  /// This process was started as a worker, and whatever started it closed the socket.
  case noSocket
  /// A worker sent what is no message.
  case malformedMessage

  private static let explanation = """
    a worker is this program started again with the same arguments: before run() it must come to \
    the same calls of run(), with the same tasks, read nothing from standard input, and not end. In a \
    test runner, name a program that does: ProcessParallelScheduler(program: .program(path:arguments:))
    """

  public var description: String {
    switch self {
    case .cannotStart(let reason): "cannot start a worker: \(reason)"
    case .endedBeforeRun(let how): "a worker \(how) before it came to run(): \(Self.explanation)"
    case .noRun: "a worker did not come to run() within 10 seconds: \(Self.explanation)"
    case .otherTasks(let difference):
      "a worker has other tasks: \(difference); \(Self.explanation)"
    case .otherRuns: "a worker made other calls of run() than its parent: \(Self.explanation)"
    case .noSocket:
      """
      this process is a worker (SCHED_WORKER is set) and its socket is closed: what starts a worker \
      must leave its descriptors open
      """
    case .malformedMessage: "a worker sent what is no message of ours"
    }
  }
}
