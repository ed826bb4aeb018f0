import DequeModule
import SchedSystem

/// All that a rank sends and receives, with the heartbeats that show that it is there.
///
/// A rank's main thread may be held up, by a slow file system for instance, and must not be taken
/// for dead: then a thread of the mailbox's own sends the heartbeats and takes in what comes. A lock makes
/// sure that one thread at a time calls MPI.
///
/// *Leases.* A worker says with each heartbeat when it was sent, by its own clock; the coordinator's
/// heartbeats give back the latest such time that it has heard. A worker's recipes may run for
/// `leaseLength` after that time, and the coordinator gives a rank up `silenceLimit` after it last
/// heard of it. Whatever is delayed or lost on the way, the lease is over before the rank is given
/// up: two attempts at one action never run at once.
final class Mailbox<T: Transport>: @unchecked Sendable {
  static var heartbeatInterval: UInt64 { 1_000_000_000 }
  static var leaseLength: UInt64 { 5_000_000_000 }
  /// With the time until the next look, a rank is given up within ten seconds.
  static var silenceLimit: UInt64 { 9_500_000_000 }
  /// A rank that was silent for so long is not spoken to until it says something: what is sent to
  /// a dead rank may hang.
  static var suspicion: UInt64 { 3_000_000_000 }

  let rank: Int
  let size: Int
  private let lock = Mutex()
  private let now: () -> UInt64
  private var link: Link<T>
  private var inbox = Deque<(source: Int, incoming: Incoming)>()
  private var peers: [Peer]
  private var failures: [Int] = []
  /// Whether heartbeats are sent: between enrolment and the end.
  private var isBeating = false
  /// When rank 0 looks next to whom a heartbeat is due: it has many peers, and is asked at each step.
  private var nextRound: UInt64 = 0
  private var lastLook: UInt64
  private var isClosed = false
  /// A worker's: until when its recipes may run, by its own clock.
  ///
  /// Zero before the enrolment.
  private var lease: UInt64 = 0
  /// Told of each new lease, under the lock.
  private var leaseChanged: (UInt64) -> Void = { _ in }

  init(_ link: Link<T>, now: @escaping () -> UInt64) {
    self.link = link
    self.now = now
    rank = link.transport.rank
    size = link.transport.size
    lastLook = now()
    peers = Array(repeating: Peer(lastHeard: lastLook, lastHeartbeat: 0), count: size)
  }

  // MARK: The main thread's

  /// Takes effect with the next `flush`.
  func send(_ message: Message, to rank: Int) {
    lock.locked { if !peers[rank].isGivenUp { link.send(message, to: rank) } }
  }

  func flush() { lock.locked { link.flush() } }

  /// Whether all that was flushed has gone out, and needs no more looks.
  var hasSentAll: Bool { lock.locked { link.transport.hasSentAll } }

  /// The next message, heartbeats left out; nil if there is none now.
  func receive() -> (source: Int, incoming: Incoming)? {
    lock.locked {
      lastLook = now()
      if inbox.isEmpty { takeIn() }
      return inbox.popFirst()
    }
  }

  /// A rank to which sending failed, once for each.
  func takeFailure() -> Int? { lock.locked { failures.popLast() } }

  /// Sends the heartbeats that are due.
  func heartbeat() {
    lock.locked {
      if isBeating { sendHeartbeats() }
    }
  }

  /// Sends nothing more to a rank, and forgets what it says.
  func giveUp(_ rank: Int) {
    lock.locked {
      peers[rank].isGivenUp = true
      link.giveUp(rank)
    }
  }

  /// How long nothing was heard of a rank, nanoseconds.
  func silence(of rank: Int) -> UInt64 { lock.locked { now() - peers[rank].lastHeard } }

  // MARK: Heartbeats

  /// Begins to send heartbeats.
  ///
  /// A worker's first lease begins here: the coordinator has just enrolled it, and counts its
  /// silence from then on.
  func startHeartbeats(leaseChanged: @escaping (UInt64) -> Void = { _ in }) {
    lock.locked {
      isBeating = true
      nextRound = 0
      self.leaseChanged = leaseChanged
      for rank in peers.indices { peers[rank].lastHeard = now() }
      if rank > 0 { extendLease(to: now() + Self.leaseLength) }
    }
  }

  /// Whether a worker's recipes may run.
  var hasLease: Bool { lock.locked { now() < lease } }

  private func sendHeartbeats() {
    let time = now()
    guard rank > 0 || time >= nextRound else { return }
    nextRound = time + Self.heartbeatInterval / 8
    for peer in rank == 0 ? 1..<size : 0..<1 where isDue(peer, time) {
      peers[peer].lastHeartbeat = time
      link.send(.heartbeat(stamp: rank == 0 ? peers[peer].stamp : time), to: peer)
    }
  }

  private func isDue(_ peer: Int, _ time: UInt64) -> Bool {
    !peers[peer].isGivenUp && time - peers[peer].lastHeartbeat >= Self.heartbeatInterval
      && (rank > 0 || time - peers[peer].lastHeard < Self.suspicion)
  }

  private func takeIn() {
    while let (source, incoming) = link.receive() {
      guard !peers[source].isGivenUp else { continue }
      peers[source].lastHeard = now()
      guard case .message(.heartbeat(let stamp)) = incoming else {
        inbox.append((source, incoming))
        continue
      }
      if rank == 0 {
        peers[source].stamp = max(peers[source].stamp, stamp)
      } else if stamp > 0 {
        extendLease(to: stamp + Self.leaseLength)
      }
    }
    while let rank = link.transport.takeFailure() { failures.append(rank) }
  }

  private func extendLease(to end: UInt64) {
    guard end > lease else { return }
    lease = end
    leaseChanged(end)
  }

  // MARK: The heartbeat thread

  /// Starts the thread that steps in when the main thread is held up.
  ///
  /// Only where MPI may be called from any thread, one at a time.
  func startHeartbeatThread() {
    let thread = Thread.start { [self] in
      while lock.locked({ !isClosed }) {
        Clock.sleep(nanoseconds: Self.heartbeatInterval / 4)
        lock.locked(stepIn)
      }
    }
    // It sleeps most of its time, and the end of a build does not wait for it.
    thread?.detach()
  }

  private func stepIn() {
    guard !isClosed, now() - lastLook > Self.heartbeatInterval else { return }
    takeIn()
    if isBeating { sendHeartbeats() }
    link.flush()
  }

  /// Ends the heartbeats, pushes on what still has to go out, and returns whether all has.
  ///
  /// No other thread calls MPI from here on.
  func close(atMost limit: UInt64) -> Bool {
    lock.locked {
      isBeating = false
      isClosed = true
    }
    return link.waitUntilSent(atMost: limit)
  }
}

/// What a rank's mailbox knows of another one.
private struct Peer {
  var lastHeard: UInt64
  var lastHeartbeat: UInt64
  /// The time by its own clock that its latest heartbeat told.
  var stamp: UInt64 = 0
  var isGivenUp = false
}
