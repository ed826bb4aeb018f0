import SchedBase
import SchedSystem

/// One build at a time in a tree: the lock, with who holds it inside, and what a killed session
/// left behind.
///
/// The file holds one line, `HOST PID BOOT SESSION INODE`, while a build runs, and nothing after one that
/// ended by itself. The inode is the file's own: what a copied tree brought along says nothing of this one.
struct SessionLock {
  private final class Holder {
    let file: LockFile
    init(_ file: consuming LockFile) { self.file = file }
  }

  private let holder: Holder

  static func open() throws(SystemError) -> SessionLock {
    SessionLock(holder: Holder(try LockFile(StateFiles.lock)))
  }

  /// Takes the lock, waiting for another build if there is one.
  func take(session: [UInt8], environment: Environment, say: (Diagnostic) -> Void)
    throws(StateError)
  {
    if !holder.file.tryLock() {
      let owner = Owner(holder.file)
      if let owner, isStarted(by: owner, environment) {
        throw StateError(
          .error(
            "a recipe of this build (process \(owner.process)\(owner.elsewhere)) started sched in the same tree, which waits for itself",
            hint: "make what is needed an input of the recipe, or use another tree"))
      }
      let who = owner.map { " (process \($0.process) on \($0.host))" } ?? ""
      say(Diagnostic(.note, "another build of this tree is running\(who); waiting for it"))
      do throws(SystemError) {
        try holder.file.waitForLock()
      } catch {
        throw StateError(SystemError("lock", StateFiles.lock, code: error.code))
      }
    }
    endLeftProcesses(say)
    let line = "\(Host.name) \(Host.processID) \(String(decoding: Host.bootID, as: UTF8.self)) "
    do throws(SystemError) {
      let inode = Array(" \(holder.file.inode)\n".utf8)
      try holder.file.setContent(Array(line.utf8) + session + inode)
    } catch {
      throw StateError(SystemError("write", StateFiles.lock, code: error.code))
    }
  }

  /// Whether this process comes from a recipe of that build, also where the recipe has taken the session out
  /// of the environment, and on whatever machine of an MPI job.
  private func isStarted(by owner: Owner, _ environment: Environment) -> Bool {
    if environment["SCHED_SESSION"] == owner.session { return true }
    let ancestors = Ancestors.all()
    if owner.boot == Host.bootID, owner.host == Host.name, let process = Int32(owner.process),
      ancestors.contains(process)
    {
      return true
    }
    let entry = Array("SCHED_SESSION=".utf8) + owner.session
    return ancestors.contains { Ancestors.hasEnvironment(entry, $0) || isRank($0) }
  }

  /// Whether a process is a rank of sched in this tree, which runs recipes for the holder of the lock alone: the
  /// rank itself was not started with the session in its environment.
  private func isRank(_ process: Int32) -> Bool {
    guard let program = Ancestors.program(of: process),
      program.split(separator: UInt8(ascii: "/")).last?.starts(with: "sched-mpi".utf8) == true,
      let directory = Ancestors.workingDirectory(of: process)
    else { return false }
    return directory == DirectoryIdentity(of: Array(".".utf8))
  }

  /// The last holder was killed, or the machine went down: its recipes may still run here.
  ///
  /// They are ended before anything is judged.
  private func endLeftProcesses(_ say: (Diagnostic) -> Void) {
    guard let owner = Owner(holder.file) else { return }
    defer { SpooledOutput.removeLeft() }
    guard owner.boot == Host.bootID else { return }
    let left = LeftProcesses.find(withEnvironment: Array("SCHED_SESSION=".utf8) + owner.session)
    guard !left.isEmpty else { return }
    let count = left.count == 1 ? "a process" : "\(left.count) processes"
    let isEnded = LeftProcesses.end(left, limit: 10_000_000_000)
    say(
      Diagnostic(
        isEnded ? .note : .warning,
        "ended \(count) that a killed sched (process \(owner.process)) had left running"))
  }

  /// The build ended by itself and leaves nothing.
  func end() { try? holder.file.setContent([]) }

  private struct Owner {
    var host: String
    var process: String
    var boot: [UInt8]
    var session: [UInt8]

    /// For messages.
    var elsewhere: String { host == Host.name ? "" : " on \(host)" }

    init?(_ file: borrowing LockFile) {
      let words = file.content().split(whereSeparator: {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n")
      }
      )
      guard words.count == 5, words[4].elementsEqual("\(file.inode)".utf8) else { return nil }
      host = printable(words[0])
      process = printable(words[1])
      boot = Array(words[2])
      session = Array(words[3])
    }
  }
}
