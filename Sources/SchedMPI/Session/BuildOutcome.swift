import SchedSystem

/// How the last build over MPI ended, in `.sched/outcome`: a launcher may not be able to tell.
///
/// Open MPI 4 does not after it has lost a host, nor after a signal to `mpirun`.
///
/// It says 'interrupted' from before MPI is started until a build has ended: what kills the job may leave
/// no time to say so. Before the lock is had, another build may be under way, which says the same.
///
/// Called by the main thread, and by the one that watches the start of MPI while that one waits.
public enum BuildOutcome {
  private static let path = Array(".sched/outcome".utf8)
  private static let begun = Begun()

  /// What was written before it is certain that there is a build.
  private final class Begun: @unchecked Sendable {
    private let lock = Mutex()
    private var value: (path: [UInt8], before: [UInt8]?)?

    func set(_ path: [UInt8], before: [UInt8]?) { lock.locked { value = (path, before) } }
    func take() -> (path: [UInt8], before: [UInt8]?)? { lock.locked { value.take() } }
  }

  /// A build in this root begins with the start of MPI; nil: there is none.
  public static func begin(root: [UInt8]?) {
    guard let root else { return }
    let directory = root + Array("/.sched".utf8)
    let path = root + [UInt8(ascii: "/")] + path
    try? Files.makeDirectories(directory)
    let before = try? Files.readOwn(path, limit: 100)
    if (try? Files.writeWhole(Array(text(nil).utf8), to: path, name: name)) != nil {
      begun.set(path, before: before)
    }
  }

  /// Another build may be writing it.
  private static var name: String { "-\(Host.name)-\(Host.processID)" }

  /// The process ends, and no build has said how it ended itself.
  static func endEarly(_ status: Int32) {
    guard let (path, _) = begun.take() else { return }
    try? Files.writeWhole(Array(text(status).utf8), to: path, name: name)
  }

  /// The exit status; nil where a build has the lock.
  public static func write(_ status: Int32?) {
    if let (path, before) = begun.take(), !isHere(path) {
      // Schedfiles that had to be evaluated have another root.
      if let before { try? Files.writeWhole(before, to: path) } else { try? Files.remove(path) }
    }
    try? Files.writeWhole(Array(text(status).utf8), to: path)
  }

  private static func isHere(_ path: [UInt8]) -> Bool {
    let root = (try? Files.currentDirectory()) ?? []
    return path == root + [UInt8(ascii: "/")] + self.path
  }

  static func text(_ status: Int32?) -> String {
    // What ends a job without a word is a TERM, or follows one.
    let status = status ?? 128 + ChildProcess.terminate
    return status > 128 ? "\(status) interrupted\n" : "\(status)\n"
  }
}
