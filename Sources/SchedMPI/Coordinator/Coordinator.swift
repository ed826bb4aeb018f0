import DequeModule
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedSystem

/// Rank 0's side: sends actions to ranks, runs those of its own, and takes in how they end.
///
/// Knows neither graph nor state.
///
/// One thread; nothing waits but `wait`, in which the runner sleeps.
final class Coordinator<T: Transport, R: RankRunner> {
  let mailbox: Mailbox<T>
  var runner: R
  /// Rank 0's own actions that wait for files of other hosts.
  private let waits: FileWaits
  var arrivals: Arrivals
  private var makers = Makers()
  var register: RankRegister
  var placement: Placement
  var inFlight: [ActionID: InFlightAction] = [:]
  /// Plain actions that a rank gave back and no other has room for yet.
  private var unplaced = Deque<ActionID>()
  var events = Deque<ExecutorEvent>()
  private var ahead = AheadEstimate()
  var backoff: Backoff
  let host: HostWatch
  /// Told of each rank that is given up.
  var rankLost: (_ rank: Int, _ host: [UInt8]) -> Void = { _, _ in }
  /// When the processes of the ranks on this host were last looked at.
  var lastWatch: UInt64 = 0
  /// When what still runs is given up, after `cancel`.
  var cancelDeadline: UInt64?
  let grace: UInt64
  let now: () -> UInt64
  /// Whether the launcher ends the job with the first rank that a signal ends.
  var signalsOfRanksEndJob = false
  private var wasSignalled = false
  /// How long a failure that may be a signal to all is held back, nanoseconds.
  var holdsBack: UInt64 = 0
  /// Of those that look otherwise too: the batch system is one that signals recipes, and a program may
  /// make anything of a TERM.
  var doubtsAllFailures = false
  var doubtful: [DoubtfulEnd] = []
  private var happened: [RunnerEvent] = []

  /// All ranks have said what they have: see `Assembly`.
  init(
    _ assembly: Assembly<T>, _ runner: R, makeWaits: () -> FileWaits, grace: UInt64,
    host: HostWatch,
    now: @escaping () -> UInt64 = Clock.monotonic
  ) {
    mailbox = Mailbox(assembly.link, now: now)
    register = assembly.register
    placement = assembly.placement
    self.runner = runner
    waits = makeWaits()
    arrivals = Arrivals(waits: makeWaits())
    self.grace = grace
    self.now = now
    self.host = host
    backoff = Backoff(at: now())
    mailbox.startHeartbeats()
  }

  // MARK: Actions

  func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    // After a failure that may turn out to be one, or the end of the job, nothing starts meanwhile.
    guard cancelDeadline == nil, !doubtful.contains(where: \.isBySignal) else {
      return false
    }
    // With nothing on its way no event will tell of room: ranks that have been silent come back or
    // are given up while this waits.
    while true {
      if unplaced.isEmpty, placement.admits(resources, isLocal: isLocal) { return true }
      if placement.refusal(resources, isLocal: isLocal) != nil { return true }
      guard inFlight.isEmpty, events.isEmpty else { return false }
      waitForRanks()
    }
  }

  private func waitForRanks() {
    takeMessages()
    let time = now()
    keepUp(at: time)
    mailbox.flush()
    look(for: backoff.length(at: time))
  }

  func start(_ request: ActionRequest) {
    guard placement.refusal(request.resources, isLocal: request.isLocal) == nil else {
      return refuse(request)
    }
    let allocation = placement.take(request.resources, isLocal: request.isLocal)
    let flight = InFlightAction(
      attempt: request.attempt, allocation: allocation, resources: request.resources,
      payload: request.payload,
      madeInputs: request.madeInputs)
    inFlight[request.id] = flight
    send(request.id, flight, to: allocation)
  }

  /// Those that had what the action needs are gone.
  private func refuse(_ request: ActionRequest) {
    var report = RecipeReport()
    report.problem = .cannotStart(
      reason: Array("the ranks that have the memory or the GPUs for it were lost".utf8))
    events.append(
      .ended(
        request.id, attempt: request.attempt, .failed(status: 127), payload: report.encoded()))
  }

  private func send(
    _ action: ActionID, _ flight: InFlightAction, to allocation: Placement.Allocation
  ) {
    let awaits =
      flight.madeInputs.isEmpty
      ? [] : makers.awaited(flight.madeInputs, on: allocation.rank, placement)
    let order = RunOrder(
      attempt: Attempt(action: action, number: flight.attempt), cpus: UInt32(allocation.cpus),
      gpus: allocation.gpus, awaits: awaits, payload: flight.payload)
    guard allocation.rank > 0 else {
      return order.awaits.isEmpty ? runner.start(order) : waits.add(order)
    }
    let rank = placement.ranks[allocation.rank]
    tell(allocation.rank, .run(order))
    // A rank that has nothing to do starts at once; what others are told until the next wait
    // travels together.
    guard rank.plain + rank.large == 1 else { return }
    mailbox.flush()
    register[allocation.rank].lastProgress = now()
  }

  /// Takes effect with the next flush.
  ///
  /// Nothing is told to a rank that may be dead.
  func tell(_ rank: Int, _ message: Message) {
    guard !register[rank].isGone, !register[rank].isSuspect else { return }
    mailbox.send(message, to: rank)
  }

  /// Begins to end all that runs.
  func cancel() {
    guard cancelDeadline == nil else { return }
    cancelDeadline = now() + grace + timeToReport
    for rank in register.workers { tell(rank, .cancel) }
    mailbox.flush()
    runner.cancel()
    for order in waits.cancel() { end(order.attempt.action, .lost(rank: 0), []) }
    endArrivals()
    endDoubtfulAsLost()
    for action in unplaced { end(action, .lost(rank: 0), []) }
    unplaced = []
  }

  /// After the grace, what a rank needs to tell that its recipes are gone.
  ///
  /// A launcher that ends a job kills everything a second after TERM.
  private var timeToReport: UInt64 { 250_000_000 }

  /// Tells all ranks that the session is over.
  ///
  /// Returns whether all are there and finalise.
  func dismiss(status: Int32) -> Bool {
    takeMessages()
    let isWhole = register.entries.allSatisfy {
      !$0.isGone && !$0.isLeaving && !$0.isSuspect && !$0.isOverdue
    }
    let bye = Message.bye(status: UInt8(truncatingIfNeeded: status), isWhole: isWhole)
    for rank in register.workers { tell(rank, bye) }
    mailbox.flush()
    return mailbox.close(atMost: 5_000_000_000) && isWhole
  }

  // MARK: Events

  /// The next event; `.timeout` after `timeout` nanoseconds.
  func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    let deadline = timeout.map { now() + $0 }
    while true {
      if let event = events.popFirst() { return event }
      takeMessages()
      guard events.isEmpty else {
        // What happens here is not to wait until no rank has anything to say.
        look(for: 0)
        continue
      }
      let time = now()
      keepUp(at: time)
      mailbox.flush()
      guard events.isEmpty else { continue }
      let rest = deadline.map { $0 > time ? $0 - time : 0 }
      look(for: min(longestSleep(at: time), rest ?? UInt64.max))
      if rest == 0, events.isEmpty { return .timeout }
    }
  }

  /// While two actions or more wait at each rank, none has nothing to do for as long as one takes:
  /// what ranks tell until then is taken in together.
  private func longestSleep(at time: UInt64) -> UInt64 {
    let short = backoff.length(at: time)
    guard placement.allAreLaden, mailbox.hasSentAll, let mean = ahead.mean else { return short }
    return max(short, min(mean, Backoff.longest))
  }

  /// Takes in what happened on this machine; sleeps for it at most `timeout` nanoseconds.
  private func look(for timeout: UInt64) {
    startWhatWaited()
    runner.wait(timeout: timeout, into: &happened)
    guard !happened.isEmpty else { return }
    backoff.somethingHappened(at: now())
    for event in happened {
      switch event {
      case .cleared(let attempt, let notes): cleared(attempt, notes, on: 0)
      case .ended(let report): ended(report, on: 0)
      case .signal(let signal): events.append(.interrupted(signal: signal))
      case .resized: events.append(.resized)
      }
    }
    happened.removeAll(keepingCapacity: true)
  }

  private func startWhatWaited() {
    takeArrivals()
    for settled in waits.step() {
      backoff.somethingHappened(at: now())
      switch settled {
      case .ready(let order, _): runner.start(order)
      case .missed(let report): ended(report, on: 0)
      }
    }
  }

  func takeMessages() {
    while let (rank, incoming) = mailbox.receive() {
      backoff.somethingHappened(at: now())
      guard !register[rank].isGone else { continue }
      switch incoming {
      case .message(let message): take(message, from: rank)
      case .nonsense: lose(rank)
      }
    }
    while let rank = mailbox.takeFailure() { lose(rank) }
  }

  private func take(_ message: Message, from rank: Int) {
    switch message {
    case .cleared(let attempt, let notes): cleared(attempt, notes, on: rank)
    case .ended(let report): ended(report, on: rank)
    case .recalled(let attempts): recalled(attempts, by: rank)
    // It tells how its recipes ended when they have.
    case .leaving(let signal):
      register[rank].isLeaving = true
      placement.closeForGood(rank)
      // The launcher ends the job when that rank is gone, and may not leave the time to say why.
      if signalsOfRanksEndJob, !wasSignalled {
        wasSignalled = true
        events.append(.interrupted(signal: Int32(signal)))
      }
    case .heartbeat: break
    case .hello, .welcome, .enrol, .run, .recall, .cancel, .bye, .task, .place: lose(rank)
    }
  }

  private func cleared(_ attempt: Attempt, _ notes: [[UInt8]], on rank: Int) {
    guard let flight = inFlight[attempt.action], flight.attempt == attempt.number,
      flight.allocation?.rank == rank
    else { return }
    events.append(.cleared(attempt.action, attempt: attempt.number, notes: notes))
  }

  private func ended(_ report: EndReport, on rank: Int) {
    let action = report.attempt.action
    // Late: the rank was given up, and the action with it.
    guard let flight = inFlight[action], flight.attempt == report.attempt.number,
      flight.allocation?.rank == rank
    else { return }
    register[rank].lastProgress = now()
    if report.outcome == .succeeded, placement.hosts.count > 1 { makers.note(action, by: rank) }
    ahead.add(report.duration)
    placement.aheadLimit = ahead.limit
    if !waitsForArrival(report, of: flight, on: rank), !isDoubtful(report, of: flight, on: rank) {
      end(action, report.outcome, report.payload)
    }
    placeUnplaced()
  }

  func end(_ action: ActionID, _ outcome: ActionOutcome, _ payload: [UInt8]) {
    guard let flight = inFlight.removeValue(forKey: action) else { return }
    if let allocation = flight.allocation { placement.give(allocation) }
    events.append(.ended(action, attempt: flight.attempt, outcome, payload: payload))
  }

  func forgetMakers() { makers = Makers() }

  // MARK: Taking back

  /// Takes waiting actions back from ranks that do not come to them, when another has nothing to
  /// do.
  func recallForIdleRanks(at time: UInt64) {
    guard placement.hasIdleRank, cancelDeadline == nil, unplaced.isEmpty,
      let rank = placement.mostLadenRank, !register[rank].isRecalling,
      time - register[rank].lastProgress > ahead.recallAfter
    else { return }
    register[rank].isRecalling = true
    tell(rank, .recall(count: UInt32(placement.ranks[rank].waiting)))
  }

  private func recalled(_ attempts: [Attempt], by rank: Int) {
    register[rank].isRecalling = false
    for attempt in attempts {
      guard let flight = inFlight[attempt.action], flight.attempt == attempt.number,
        let allocation = flight.allocation, allocation.rank == rank
      else { continue }
      placement.give(allocation)
      inFlight[attempt.action]?.allocation = nil
      unplaced.append(attempt.action)
    }
    placeUnplaced()
  }

  private func placeUnplaced() {
    while let action = unplaced.first, let flight = inFlight[action],
      placement.admits(flight.resources, isLocal: false)
    {
      unplaced.removeFirst()
      let allocation = placement.take(flight.resources, isLocal: false)
      inFlight[action]?.allocation = allocation
      send(action, flight, to: allocation)
    }
  }
}
