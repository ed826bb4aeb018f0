import DequeModule
import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

/// Runs actions as processes of this machine: one at a time in the order of the Schedfile, what
/// they print passed on as it comes; or several at once.
public struct LocalExecutor: Executor {
  public let isSerial: Bool
  private let runner: ActionRunner
  private var ledger: ResourceLedger
  private var shares: [ActionID: ResourceLedger.Share] = [:]
  private var pending = Deque<ExecutorEvent>()
  private var events: [EventLoop.Event] = []
  /// What room was made for, until it starts.
  private var prepared: RecipeRequest?

  /// Nanoseconds between TERM and KILL when a build is ended.
  private static let grace: UInt64 = 5_000_000_000

  /// One at a time.
  public static func serial(environment: Environment, session: [UInt8], clock: TrustClock)
    throws(SystemError) -> LocalExecutor
  {
    try LocalExecutor(
      isSerial: true, slots: 1, environment: environment, session: session, clock: clock)
  }

  /// `slots` at once; nil: the processors that this process may use, as many of them as SLURM gave it.
  public static func parallel(
    slots: Int?, environment: Environment, session: [UInt8], clock: TrustClock
  ) throws(SystemError) -> LocalExecutor {
    try LocalExecutor(
      isSerial: false, slots: slots ?? Self.cores(environment), environment: environment,
      session: session, clock: clock)
  }

  private static func cores(_ environment: Environment) -> Int {
    min(Host.usableCores(), SlurmGrant(environment)?.own ?? Int.max)
  }

  private init(
    isSerial: Bool, slots: Int, environment: Environment, session: [UInt8], clock: TrustClock
  ) throws(SystemError) {
    self.isSerial = isSerial
    ledger = ResourceLedger(
      slots: slots, cores: Host.usableCores(), memory: Host.usableMemory(),
      gpus: Host.gpus(environment))
    var environment = environment
    environment.set(Array("SCHED_SESSION".utf8), to: session)
    // Only a step holds processors.
    if environment["SLURM_STEP_ID"] != nil { environment.letStepsOverlap() }
    let loop = try EventLoop()
    try loop.catchSignals()
    runner = try ActionRunner(
      loop: loop, environment: environment, grace: Self.grace, clock: clock)
    runner.passesOutputOn = isSerial
    runner.separatesStreams = !Terminal.streamsAreOne
    // One at a time is one at a time: the next starts when all of this one is known.
    runner.announcesRoom = slots > 1
  }

  // MARK: Room

  public func grantedCPUs(_ resources: Resources) -> Int { ledger.cpus(resources) }

  public func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? {
    ledger.refusal(resources)
  }

  public func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    ledger.fits(resources) && runner.hasRoom
  }

  // MARK: Running

  public mutating func prepare(_ request: ActionRequest) -> Preparation {
    guard let recipe = try? RecipeRequest(decoding: request.payload) else {
      preconditionFailure("internal error: a request that cannot be read")
    }
    let (notes, report) = runner.prepare(recipe)
    if let report { return .failed(payload: report.encoded()) }
    prepared = recipe
    return .done(notes: notes)
  }

  public mutating func start(_ request: ActionRequest) {
    guard let recipe = prepared.take() else {
      preconditionFailure("internal error: an action that nothing was prepared for")
    }
    let share = ledger.take(request.resources)
    shares[request.id] = share
    runner.start(
      request.id, attempt: request.attempt, recipe,
      ActionRunner.Grant(gpus: request.resources.gpus > 0 ? share.gpus : nil))
  }

  public mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent {
    let limit = timeout.map { Clock.monotonic() + $0 }
    while true {
      takeEnded()
      if let event = pending.popFirst() { return event }
      if runner.reportNext() { continue }
      if timeout != 0 { runner.prepareAhead() }
      let now = Clock.monotonic()
      if let limit, limit <= now, timeout != 0 { return .timeout }
      let deadline = [limit, runner.nextDeadline].compactMap { $0 }.min()
      events.removeAll(keepingCapacity: true)
      runner.loop.wait(timeout: deadline.map { $0 > now ? $0 - now : 0 }, into: &events)
      for event in events { take(event) }
      runner.tick()
      if timeout == 0 {
        takeEnded()
        return pending.popFirst() ?? .timeout
      }
    }
  }

  private mutating func take(_ event: EventLoop.Event) {
    if case .signal(let signal) = event {
      guard !runner.takes(signal) else { return }
      pending.append(
        signal == EventLoop.resizeSignal ? .resized : .interrupted(signal: signal))
    } else {
      runner.handle(event)
    }
  }

  private mutating func takeEnded() {
    for signal in runner.interruptions {
      StopSignals.ask(signal)
      pending.append(.interrupted(signal: signal))
    }
    runner.interruptions.removeAll()
    for (id, bytes, stream) in runner.printed { pending.append(.output(id, bytes, stream)) }
    runner.printed.removeAll(keepingCapacity: true)
    for id in runner.freedSlots {
      if let share = shares.removeValue(forKey: id) { ledger.give(share) }
      pending.append(.slotFreed(id))
    }
    runner.freedSlots.removeAll(keepingCapacity: true)
    for ended in runner.ended {
      if let share = shares.removeValue(forKey: ended.id) { ledger.give(share) }
      var report = ended.report
      // The serial executor has shown it already.
      if isSerial { report.wasShown = true }
      pending.append(
        .ended(ended.id, attempt: ended.attempt, ended.outcome, payload: report.encoded()))
    }
    runner.ended.removeAll(keepingCapacity: true)
  }

  public mutating func cancel() { runner.cancel() }
  public mutating func kill() { runner.kill() }
  public mutating func shutDown() { runner.stop() }
}
