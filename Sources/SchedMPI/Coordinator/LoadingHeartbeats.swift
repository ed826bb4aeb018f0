import SchedSystem

/// Tells the other ranks that rank 0 is there, while it reads the Schedfile, waits for another sched
/// or makes what an `include` needs: they wait for its first message, and for a dead rank they would
/// wait for ever.
///
/// A load that is over before the first heartbeat costs no message.
final class LoadingHeartbeats<T: Transport>: @unchecked Sendable {
  /// Also between the heartbeats of an assembly.
  ///
  /// A few in the time after which rank 0 is taken for dead.
  static var interval: UInt64 { 5_000_000_000 }

  private let lock = Mutex()
  private var link: Link<T>
  private var isOver = false
  private let interval: UInt64

  /// `limit` is how long the other ranks wait.
  ///
  /// Only where MPI may be called from any thread, one at a time.
  init(_ transport: T, epoch: UInt32, limit: UInt64) {
    link = Link(transport, epoch: epoch)
    interval = min(Self.interval, limit / 4)
    guard transport.size > 1 else { return }
    let thread = Thread.start { [self] in
      var next = Clock.monotonic() + interval
      while lock.locked({ !isOver }) {
        Clock.sleep(nanoseconds: 50_000_000)
        guard Clock.monotonic() >= next else { continue }
        next = Clock.monotonic() + interval
        lock.locked(heartbeat)
      }
    }
    thread?.detach()
  }

  private func heartbeat() {
    guard !isOver else { return }
    for rank in 1..<link.transport.size { link.send(.heartbeat(stamp: 0), to: rank) }
    link.flush()
  }

  /// From here on only the caller uses the transport.
  func end() { lock.locked { isOver = true } }
}
