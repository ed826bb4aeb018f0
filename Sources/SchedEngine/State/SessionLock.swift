import SchedBase
import SchedSystem

/// One build at a time in a tree: the lock, with who holds it inside, and what a killed session
/// left behind.
///
/// The file holds one line, `HOST PID BOOT SESSION`, while a build runs, and nothing after one that
/// ended by itself.
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
      let owner = Owner(holder.file.content())
      if let owner, environment["SCHED_SESSION"] == owner.session {
        throw StateError(
          .error(
            "a recipe of this build started sched in the same tree, which waits for itself",
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
      try holder.file.setContent(Array(line.utf8) + session + [UInt8(ascii: "\n")])
    } catch {
      throw StateError(SystemError("write", StateFiles.lock, code: error.code))
    }
  }

  /// The last holder was killed, or the machine went down: its recipes may still run here.
  ///
  /// They are ended before anything is judged.
  private func endLeftProcesses(_ say: (Diagnostic) -> Void) {
    guard let owner = Owner(holder.file.content()), owner.boot == Host.bootID else { return }
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

    init?(_ line: [UInt8]) {
      let words = line.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      )
      guard words.count == 4 else { return nil }
      host = String(decoding: words[0], as: UTF8.self)
      process = String(decoding: words[1], as: UTF8.self)
      boot = Array(words[2])
      session = Array(words[3])
    }
  }
}
