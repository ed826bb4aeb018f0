import CSystem
import Glibc

/// A process that was forked from this one, to clean up when this one cannot any more: when it was
/// killed, or stopped.
///
/// It is told over a pipe what to watch, and sees in the pipe's end that its parent is gone.
public struct GuardProcess: ~Copyable, Sendable {
  private let id: Int32
  /// Where it is told.
  public let pipe: Descriptor

  /// Forks; nil where no process can be had.
  ///
  /// In the child `body` runs, with the end to read from and the parent's id, and the process ends
  /// with it. Precondition: there is one thread.
  public static func fork(_ body: (consuming Descriptor, _ parent: Int32) -> Void) -> GuardProcess?
  {
    let parent = getpid()
    var raw: Int32 = -1
    let child = csys_fork_guard(&raw)
    if child < 0 { return nil }
    if child > 0 { return GuardProcess(id: child, pipe: Descriptor(taking: raw)) }
    body(Descriptor(taking: raw), parent)
    _exit(0)
  }

  /// Waits until it has ended, at most `limit` nanoseconds: where nobody reaps orphans it would
  /// stay as a zombie.
  public func wait(atMost limit: UInt64) {
    let deadline = Clock.monotonic() + limit
    while waitpid(id, nil, WNOHANG) == 0, Clock.monotonic() < deadline {
      Clock.sleep(nanoseconds: 200_000)
    }
  }
}
