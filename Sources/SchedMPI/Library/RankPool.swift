import DequeModule
import Sched
import SchedEngine
import SchedGraph
import SchedSystem

/// The other ranks of a job, as rank 0 runs tasks on them.
///
/// One thread.
final class RankPool {
  private enum State {
    /// It has not come to this run yet.
    case absent
    case idle
    /// `weight`: how many ranks the task counts for.
    case busy(task: Int, attempt: Int, weight: Int)
    /// It is not spoken to any more.
    case gone
  }

  private let run: TaskRun
  /// Of all runs of the program.
  private let number: UInt32
  private let program: MPIProgram
  private let cancellation: CancellationFlag?
  private var states: [State]
  private var idle: [Int] = []
  private var events = Deque<ExecutorEvent>()
  private var backoff = EagerBackoff()
  private var isInterrupted = false
  /// No rank is left that could run anything.
  private var isDeserted = false
  private var lastWatch: UInt64 = 0
  /// How many ranks tasks may count for, and how many no task that runs counts for.
  private var count = 0
  private var used = 0
  /// What ended the run that is no task's fault.
  private(set) var problem: RankError?

  init(
    _ run: TaskRun, _ number: Int, _ program: MPIProgram, _ cancellation: CancellationFlag?
  ) {
    self.run = run
    self.number = UInt32(number)
    self.program = program
    self.cancellation = cancellation
    states = Array(repeating: .absent, count: program.mailbox.size)
    states[0] = .gone
  }

  // MARK: Tasks

  func grantedCPUs(_ resources: Resources) -> Int { min(Int(resources.cpus), max(count, 1)) }

  /// With nothing on its way no event will tell of room, so that this waits for the first rank.
  func canTake(_ resources: Resources) -> Bool {
    while true {
      if !idle.isEmpty, used == 0 || used + grantedCPUs(resources) <= count { return true }
      guard used == 0, events.isEmpty, !mustStop else { return mustStop }
      look()
    }
  }

  func begin(_ task: Int, attempt: Int) {
    guard let rank = idle.popLast() else {
      // The run ends: the loop is told so with the next event.
      return events.append(
        .ended(ActionID(task), attempt: UInt32(attempt), .lost(rank: 0), payload: []))
    }
    let weight = min(run.plan.cpus(of: task), count)
    used += weight
    states[rank] = .busy(task: task, attempt: attempt, weight: weight)
    run.started(task, on: WorkerID(rank))
    tell(rank, .run(task: task, attempt: attempt))
  }

  private func tell(_ rank: Int, _ message: CoordinatorMessage) {
    program.mailbox.send(.task(run: number, message.encoded()), to: rank)
    program.mailbox.flush()
  }

  private var mustStop: Bool {
    problem != nil || isDeserted || cancellation?.isCancelled == true
  }

  // MARK: Events

  func next(timeout: UInt64?) -> ExecutorEvent {
    let limit = timeout.map { Clock.monotonic() + $0 }
    while true {
      // First: what could not begin because of it would be begun again.
      if mustStop, !isInterrupted {
        isInterrupted = true
        return .interrupted(signal: 2)
      }
      if let event = events.popFirst() { return event }
      if let limit, limit <= Clock.monotonic() { return .timeout }
      if used == 0, isInterrupted { return .timeout }
      look()
    }
  }

  /// Takes in what has come; else waits a little.
  private func look() {
    var isQuiet = true
    while let (rank, incoming) = program.mailbox.receive() {
      isQuiet = false
      switch incoming {
      case .message(.task(let run, let bytes)):
        // What a rank says of an earlier run came too late for it.
        if run == number { take(bytes, from: rank) }
      case .message(.place(let place)): program.note(place, of: rank)
      case .message, .nonsense: stop(.malformedMessage(rank: rank))
      }
    }
    watch()
    program.mailbox.heartbeat()
    program.mailbox.flush()
    if isQuiet { backoff.wait() } else { backoff.somethingHappened() }
  }

  private func take(_ bytes: [UInt8], from rank: Int) {
    guard let message = try? WorkerMessage(decoding: bytes) else {
      return stop(.malformedMessage(rank: rank))
    }
    if case .gone = states[rank] { return }
    switch message {
    case .hello(let digest):
      guard digest == run.plan.digest else { return tell(rank, .listTasks) }
      count += 1
      states[rank] = .idle
      idle.append(rank)
    case .tasks(let lines):
      stop(.otherTasks(rank: rank, difference: run.plan.difference(to: lines)))
    case .succeeded(let task, let nanoseconds, let result):
      guard isRunning(task, on: rank) else { return }
      run.results.set(task, bytes: result)
      finish(rank, task, .succeeded(.nanoseconds(Int64(clamping: nanoseconds))))
    case .failed(let task, let text):
      if isRunning(task, on: rank) { finish(rank, task, .failed(message: text)) }
    case .wantsResult(let task):
      tell(rank, .result(task < run.plan.count ? run.results.bytes(of: task) : nil))
    case .wantsEarlierRun: stop(.malformedMessage(rank: rank))
    }
  }

  private func isRunning(_ task: Int, on rank: Int) -> Bool {
    if case .busy(task, _, _) = states[rank] { return true }
    stop(.malformedMessage(rank: rank))
    return false
  }

  /// The rank's task is over, and the rank is free.
  private func finish(_ rank: Int, _ task: Int, _ outcome: TaskOutcome) {
    guard case .busy(_, let attempt, let weight) = states[rank] else { return }
    states[rank] = .idle
    idle.append(rank)
    used -= weight
    run.ended(task, outcome)
    events.append(
      .ended(
        ActionID(task), attempt: UInt32(attempt),
        outcome.isFailure ? .failed(status: 1) : .succeeded, payload: []))
  }

  // MARK: Ranks that are gone

  private func watch() {
    let now = Clock.monotonic()
    guard now - lastWatch >= MPIProgram.watchInterval else { return }
    lastWatch = now
    while let rank = program.mailbox.takeFailure() { lose(rank) }
    for rank in states.indices.dropFirst() where program.isLost(rank) { lose(rank) }
  }

  /// The rank is not spoken to any more.
  private func lose(_ rank: Int) {
    let state = states[rank]
    if case .gone = state { return }
    states[rank] = .gone
    program.giveUp(rank)
    idle.removeAll { $0 == rank }
    isDeserted = states.allSatisfy { if case .gone = $0 { true } else { false } }
    switch state {
    case .absent, .gone: return
    case .idle: count -= 1
    case .busy(let task, let attempt, let weight):
      used -= weight
      count -= 1
      loseTask(task, attempt, of: rank)
    }
  }

  /// Another rank runs it again; without any other it has failed.
  private func loseTask(_ task: Int, _ attempt: Int, of rank: Int) {
    if isDeserted {
      run.ended(task, .failed(message: "all ranks that could run it are gone"))
    } else {
      run.lost(task)
    }
    events.append(
      .ended(
        ActionID(task), attempt: UInt32(attempt),
        isDeserted ? .failed(status: 1) : .lost(rank: UInt32(rank)), payload: []))
  }

  // MARK: Ends

  private func stop(_ error: RankError) { problem = problem ?? error }

  /// Tells all ranks that the run is over; nil: it has no results.
  func dismiss(with end: EarlierRun?) {
    let message = end.map { CoordinatorMessage.earlierRun($0) } ?? .end
    for rank in states.indices.dropFirst() {
      if !program.isWhole { program.mailbox.send(.bye(status: 0, isWhole: false), to: rank) }
      tell(rank, message)
    }
  }
}

/// The other ranks as an executor of the run loop.
struct RankPoolExecutor: Executor {
  private let pool: RankPool
  /// Not serial in the sense of the loop: the most urgent ready task comes first.
  let isSerial = false

  init(_ pool: RankPool) { self.pool = pool }

  func grantedCPUs(_ resources: Resources) -> Int { pool.grantedCPUs(resources) }
  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }
  func canTake(_ resources: Resources, isLocal: Bool) -> Bool { pool.canTake(resources) }

  func start(_ request: ActionRequest) {
    pool.begin(request.id.index, attempt: Int(request.attempt))
  }

  func nextEvent(timeout: UInt64?) -> ExecutorEvent { pool.next(timeout: timeout) }
  /// A rank cannot be interrupted: what runs goes on to its end.
  func cancel() {}
  func shutDown() {}
}
