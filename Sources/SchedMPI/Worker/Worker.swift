import DequeModule
import SchedEngine
import SchedSystem

/// A rank that runs what the coordinator sends.
///
/// Needs neither Schedfile nor state.
///
/// One thread; nothing waits but the runner's `wait`, in which the rank sleeps.
struct Worker<T: Transport, R: RankRunner> {
  /// How the session ended for this rank.
  enum End: Equatable {
    /// The coordinator said so, how it ends itself, and whether all ranks finalise.
    case dismissed(status: Int32, isWhole: Bool)
    /// This rank got a signal.
    case signalled(Int32)
    /// Before this rank was enrolled, nothing was heard from the coordinator for too long, at this
    /// stage of the start.
    case unattended(String)
    /// The coordinator is gone, or says what cannot be understood.
    case abandoned
  }

  private let mailbox: Mailbox<T>
  /// Made when the coordinator has told where the tree is.
  private var runner: R?
  private let prepare: (Welcome) -> (Hello, R?)
  /// What it has been told to run and other hosts have made something for; made with the runner.
  private var waits: FileWaits?
  private let makeWaits: (_ limit: UInt64) -> FileWaits
  private let configure: (inout R, Enrolment) -> Void
  /// Whether the coordinator's process is known to be gone.
  private let isOrphaned: () -> Bool
  private var lastWatch: UInt64 = 0
  /// Told until when recipes may run.
  private let leaseChanged: (UInt64) -> Void
  private let now: () -> UInt64
  /// How long the coordinator may be silent until it enrols this rank; nil: nothing tells that it is
  /// there.
  private let startLimit: UInt64?

  private var slots = 0
  private var queue = Deque<RunOrder>()
  private var isCancelled = false
  private var leaving: (signal: Int32, deadline: UInt64)?
  /// What is running, and what of it ran while there was no lease.
  private var running: Set<Attempt> = []
  private var doomed: Set<Attempt> = []
  private var backoff: Backoff
  private var happened: [RunnerEvent] = []

  /// `prepare` enters the tree and says what this rank's machine has; `configure` tells the runner
  /// what the rank's recipes find in their environment.
  init(
    _ transport: T, prepare: @escaping (Welcome) -> (Hello, R?),
    makeWaits: @escaping (_ limit: UInt64) -> FileWaits,
    configure: @escaping (inout R, Enrolment) -> Void,
    leaseChanged: @escaping (UInt64) -> Void = { _ in },
    startLimit: UInt64? = nil,
    isOrphaned: @escaping () -> Bool = { false },
    now: @escaping () -> UInt64 = Clock.monotonic
  ) {
    mailbox = Mailbox(Link(transport, epoch: 0), now: now)
    self.prepare = prepare
    self.makeWaits = makeWaits
    self.configure = configure
    self.leaseChanged = leaseChanged
    self.isOrphaned = isOrphaned
    self.startLimit = startLimit
    self.now = now
    backoff = Backoff(at: now())
  }

  /// Works until the session ends.
  ///
  /// `hasHeartbeatThread`: a thread may send heartbeats in this one's place.
  mutating func serve(hasHeartbeatThread: Bool) -> End {
    if hasHeartbeatThread { mailbox.startHeartbeatThread() }
    while true {
      guard let end = step() else { continue }
      // From here on no other thread calls MPI.
      _ = mailbox.close(atMost: 0)
      return end
    }
  }

  /// One look at what happened, and a sleep where nothing did.
  mutating func step() -> End? {
    if let end = takeMessages() { return end }
    startWaiting()
    let time = now()
    if let end = keepUp(at: time) { return end }
    mailbox.flush()
    look(for: isInNoHurry ? Backoff.longest : backoff.length(at: time))
    return nil
  }

  /// Nothing that may come could be started now, and the end of a recipe ends the sleep.
  private var isInNoHurry: Bool {
    guard let runner, let waits, slots > 0, leaving == nil else { return false }
    return runner.running >= slots && waits.count == 0 && mailbox.hasSentAll
  }

  // MARK: Messages

  private mutating func takeMessages() -> End? {
    while let (source, incoming) = mailbox.receive() {
      guard source == 0, case .message(let message) = incoming else { return .abandoned }
      backoff.somethingHappened(at: now())
      if let end = take(message) { return end }
    }
    return mailbox.takeFailure() == nil ? nil : .abandoned
  }

  private mutating func take(_ message: Message) -> End? {
    switch message {
    case .welcome(let welcome):
      let (hello, runner) = prepare(welcome)
      self.runner = runner
      waits = makeWaits(welcome.latencyWait)
      tell(.hello(hello))
    case .enrol(let enrolment):
      guard runner != nil else { return .abandoned }
      slots = Int(enrolment.slots)
      configure(&runner!, enrolment)
      mailbox.startHeartbeats(leaseChanged: leaseChanged)
    case .run(let order):
      if isCancelled { endUnstarted(order) } else { queue.append(order) }
    case .recall(let count): giveBack(Int(count))
    case .cancel: cancel()
    case .heartbeat: break
    case .bye(let status, let isWhole):
      return .dismissed(status: Int32(status), isWhole: isWhole)
    case .hello, .cleared, .ended, .recalled, .leaving, .task, .place: return .abandoned
    }
    return nil
  }

  private func tell(_ message: Message) { mailbox.send(message, to: 0) }

  private mutating func giveBack(_ count: Int) {
    let given = queue.suffix(count)
    tell(.recalled(given.map(\.attempt)))
    queue.removeLast(given.count)
  }

  // MARK: Recipes

  private mutating func startWaiting() {
    guard runner != nil, let waits, !queue.isEmpty || waits.count > 0, mailbox.hasLease else {
      return
    }
    for settled in waits.step() {
      backoff.somethingHappened(at: now())
      switch settled {
      case .ready(let order, _): start(order)
      case .missed(let report): tell(.ended(report))
      }
    }
    while runner!.running + waits.count < slots, let order = queue.popFirst() {
      if order.awaits.isEmpty { start(order) } else { waits.add(order) }
    }
  }

  private mutating func start(_ order: RunOrder) {
    running.insert(order.attempt)
    runner!.start(order)
  }

  private mutating func look(for timeout: UInt64) {
    guard runner != nil else { return Clock.sleep(nanoseconds: timeout) }
    runner!.wait(timeout: timeout, into: &happened)
    guard !happened.isEmpty else { return }
    backoff.somethingHappened(at: now())
    for event in happened {
      switch event {
      case .cleared(let attempt, let notes): tell(.cleared(attempt, notes: notes))
      case .ended(var report):
        running.remove(report.attempt)
        // Whoever ended it did not mean the action: it may run elsewhere.
        if leaving != nil || doomed.remove(report.attempt) != nil {
          report.outcome = .lost(rank: UInt32(mailbox.rank))
        }
        tell(.ended(report))
      case .signal(let signal): leave(by: signal)
      case .resized: break
      }
    }
    happened.removeAll(keepingCapacity: true)
  }

  private mutating func cancel() {
    guard !isCancelled else { return }
    isCancelled = true
    runner?.cancel()
    for order in waits?.cancel() ?? [] { endUnstarted(order) }
    while let order = queue.popFirst() { endUnstarted(order) }
  }

  private mutating func endUnstarted(_ order: RunOrder) {
    let lost = ActionOutcome.lost(rank: UInt32(mailbox.rank))
    tell(.ended(EndReport(attempt: order.attempt, outcome: lost, duration: 0, payload: [])))
  }

  // MARK: Ends

  /// The launcher ends the job, or somebody this rank.
  ///
  /// The coordinator may need some time yet.
  private mutating func leave(by signal: Int32) {
    guard leaving == nil else { return }
    leaving = (signal, now() + Self.longestLeave)
    tell(.leaving(signal: UInt8(truncatingIfNeeded: signal)))
    cancel()
  }

  /// A launcher that ends a job kills everything a second after TERM.
  private static var longestLeave: UInt64 { 900_000_000 }

  private static var watchInterval: UInt64 { 250_000_000 }

  private mutating func keepUp(at time: UInt64) -> End? {
    mailbox.heartbeat()
    // The guard ends what runs now, and it may count for nothing any more.
    if slots > 0, !mailbox.hasLease { doomed = running }
    if slots > 0, mailbox.silence(of: 0) >= Mailbox<T>.silenceLimit { return .abandoned }
    if slots == 0, let startLimit, mailbox.silence(of: 0) >= startLimit {
      return .unattended(runner == nil ? "for its first message" : "to be enrolled")
    }
    if time - lastWatch >= Self.watchInterval {
      lastWatch = time
      if isOrphaned() { return .abandoned }
    }
    if let leaving, time >= leaving.deadline { return .signalled(leaving.signal) }
    return nil
  }
}
