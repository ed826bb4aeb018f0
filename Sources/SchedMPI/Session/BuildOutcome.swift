import SchedSystem

/// How the last build over MPI ended, in `.sched/outcome`: a launcher may not be able to tell.
///
/// Open MPI 4 does not after it has lost a host, nor after a signal to `mpirun`.
public enum BuildOutcome {
  private static let path = Array(".sched/outcome".utf8)

  /// The exit status; nil where a build begins.
  ///
  /// It says 'interrupted' from then on: what kills the job may leave no time to say so.
  public static func write(_ status: Int32?) {
    try? Files.writeWhole(Array(text(status).utf8), to: path)
  }

  static func text(_ status: Int32?) -> String {
    // What ends a job without a word is a TERM, or follows one.
    let status = status ?? 128 + ChildProcess.terminate
    return status > 128 ? "\(status) interrupted\n" : "\(status)\n"
  }
}
