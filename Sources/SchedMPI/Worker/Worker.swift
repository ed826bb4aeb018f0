import DequeModule
import SchedEngine
import SchedSystem

/// A rank that runs what the coordinator sends. Needs neither Schedfile nor state.
///
/// One thread; nothing waits but the runner's `wait`, in which the rank sleeps.
struct Worker<T: Transport, R: RankRunner> {
  /// How the session ended for this rank.
  enum End: Equatable {
    /// The coordinator said so, and how it ends itself.
    case dismissed(status: Int32)
    /// This rank got a signal.
    case signalled(Int32)
    /// The coordinator is gone, or says what cannot be understood.
    case abandoned
  }

  private var link: Link<T>
  /// Made when the coordinator has told where the tree is.
  private var runner: R?
  private let prepare: (Welcome) -> (Hello, R?)
  private let configure: (inout R, Enrolment) -> Void
  private let now: () -> UInt64

  private var slots = 0
  private var queue = Deque<RunOrder>()
  private var isCancelled = false
  private var leaving: (signal: Int32, deadline: UInt64)?
  private var lastSent: UInt64
  private var lastHeard: UInt64
  private var pause: Pause
  private var happened: [RunnerEvent] = []

  /// `prepare` enters the tree and says what this rank's machine has; `configure` tells the runner
  /// what the rank's recipes find in their environment.
  init(
    _ transport: T, prepare: @escaping (Welcome) -> (Hello, R?),
    configure: @escaping (inout R, Enrolment) -> Void,
    now: @escaping () -> UInt64 = Clock.monotonic
  ) {
    link = Link(transport, epoch: 0)
    self.prepare = prepare
    self.configure = configure
    self.now = now
    lastSent = now()
    lastHeard = now()
    pause = Pause(at: now())
  }

  /// Works until the session ends.
  mutating func serve() -> End {
    while true {
      if let end = step() { return end }
    }
  }

  /// One look at what happened, and a sleep where nothing did.
  mutating func step() -> End? {
    if let end = takeMessages() { return end }
    startWaiting()
    let time = now()
    if let end = keepUp(at: time) { return end }
    link.flush()
    look(for: pause.length(at: time))
    return nil
  }

  // MARK: Messages

  private mutating func takeMessages() -> End? {
    while let (source, incoming) = link.receive() {
      guard source == 0, case .message(let message) = incoming else { return .abandoned }
      lastHeard = now()
      pause.somethingHappened(at: lastHeard)
      if let end = take(message) { return end }
    }
    return link.transport.takeFailure() == nil ? nil : .abandoned
  }

  private mutating func take(_ message: Message) -> End? {
    switch message {
    case .welcome(let welcome):
      let (hello, runner) = prepare(welcome)
      self.runner = runner
      tell(.hello(hello))
    case .enrol(let enrolment):
      guard runner != nil else { return .abandoned }
      slots = Int(enrolment.slots)
      configure(&runner!, enrolment)
    case .run(let order):
      if isCancelled { endUnstarted(order) } else { queue.append(order) }
    case .recall(let count): giveBack(Int(count))
    case .cancel: cancel()
    case .beat: break
    case .bye(let status): return .dismissed(status: Int32(status))
    case .hello, .ended, .recalled, .leaving: return .abandoned
    }
    return nil
  }

  private mutating func tell(_ message: Message) {
    lastSent = now()
    link.send(message, to: 0)
  }

  private mutating func giveBack(_ count: Int) {
    let given = queue.suffix(count)
    tell(.recalled(given.map(\.attempt)))
    queue.removeLast(given.count)
  }

  // MARK: Recipes

  private mutating func startWaiting() {
    guard runner != nil else { return }
    while runner!.running < slots, let order = queue.popFirst() { runner!.start(order) }
  }

  private mutating func look(for timeout: UInt64) {
    guard runner != nil else { return Clock.sleep(nanoseconds: timeout) }
    runner!.wait(timeout: timeout, into: &happened)
    guard !happened.isEmpty else { return }
    pause.somethingHappened(at: now())
    for event in happened {
      switch event {
      case .ended(var report):
        // Whoever ended this rank did not mean the action: it may run elsewhere.
        if leaving != nil { report.outcome = .lost(rank: UInt32(link.transport.rank)) }
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
    while let order = queue.popFirst() { endUnstarted(order) }
  }

  private mutating func endUnstarted(_ order: RunOrder) {
    let lost = ActionOutcome.lost(rank: UInt32(link.transport.rank))
    tell(.ended(EndReport(attempt: order.attempt, outcome: lost, duration: 0, payload: [])))
  }

  // MARK: Ends

  /// The launcher ends the job, or somebody this rank. The coordinator may need some time yet.
  private mutating func leave(by signal: Int32) {
    guard leaving == nil else { return }
    leaving = (signal, now() + Self.longestLeave)
    tell(.leaving(signal: UInt8(truncatingIfNeeded: signal)))
    cancel()
  }

  /// A launcher that ends a job kills everything a second after TERM.
  private static var longestLeave: UInt64 { 900_000_000 }

  private mutating func keepUp(at time: UInt64) -> End? {
    if time - lastSent >= Coordinator<T, R>.beatInterval, slots > 0 { tell(.beat) }
    if let leaving, time >= leaving.deadline { return .signalled(leaving.signal) }
    return nil
  }
}
