import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

/// The worker processes of one run: started when there is something for them, replaced when they
/// crash, asked and answered.
///
/// One thread.
final class WorkerPool {
  private let run: TaskRun
  private let start: WorkerStart
  private let cancellation: CancellationFlag?
  private let environment = EnvironmentBlock(Environment.current())
  private let loop: EventLoop
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
  /// By the number of their descriptors' tags.
  private var workers: [UInt64: Worker] = [:]
  private var idle: [Worker] = []
  private var nextNumber: UInt64 = 1
  /// How many tasks may run at once, and how many more now.
  let count: Int
  private(set) var free: Int
  private(set) var events: [ExecutorEvent] = []
  /// What ended the run that is no task's fault.
  private(set) var problem: WorkerError?
  private var isCancelled = false
  private var isInterrupted = false

  private static let tagsPerWorker: UInt64 = 4
  /// How often a cancellation is looked for, nanoseconds.
  private static let pollInterval: UInt64 = 20_000_000

  init(
    _ run: TaskRun, count: Int, start: WorkerStart, _ cancellation: CancellationFlag?
  ) throws {
    self.run = run
    self.count = count
    self.start = start
    self.cancellation = cancellation
    free = count
    loop = try EventLoop()
  }

  deinit { buffer.deallocate() }

  // MARK: Tasks

  /// How many of the workers a task counts for.
  func weight(of task: Int) -> Int { min(run.plan.entries[task].cpus, count) }

  func begin(_ task: Int, attempt: Int) {
    free -= weight(of: task)
    do {
      let worker = try idle.popLast() ?? startWorker()
      worker.task = (task, attempt)
      if worker.isReady { send(worker) }
    } catch {
      stop(.cannotStart(reason: Self.reason(of: error)))
      over(task, attempt, isGood: false)
    }
  }

  private static func reason(of error: any Error) -> String {
    switch error {
    case let error as ChildProcess.LaunchError: error.message
    case let error as SystemError: error.message
    default: "\(error)"
    }
  }

  private func startWorker() throws -> Worker {
    let number = nextNumber
    nextNumber += 1
    let worker = try Worker(WorkerID(Int(number)), start, environment)
    workers[number] = worker
    for (kind, descriptor) in worker.descriptors.enumerated() {
      try loop.add(descriptor, tag: number * Self.tagsPerWorker + UInt64(kind))
    }
    return worker
  }

  /// Lets the worker run the task that is kept for it.
  private func send(_ worker: Worker) {
    guard let task = worker.task else { return }
    run.started(task.index, on: worker.id)
    tell(worker, .run(task: task.index, attempt: task.attempt))
  }

  private func tell(_ worker: Worker, _ message: CoordinatorMessage) {
    // A worker that is gone says so by its end.
    _ = worker.stream.send(message.encoded()) { [self] in isStopped }
  }

  private var isStopped: Bool { isCancelled || cancellation?.isCancelled == true }

  /// The loop is told that an attempt is over.
  private func over(_ task: Int, _ attempt: Int, isGood: Bool) {
    free += weight(of: task)
    events.append(
      .ended(
        ActionID(task), attempt: UInt32(attempt), isGood ? .succeeded : .failed(status: 1),
        payload: []))
  }

  // MARK: Events

  func next(timeout: UInt64?) -> ExecutorEvent {
    let limit = timeout.map { Clock.monotonic() + $0 }
    while true {
      if !events.isEmpty { return events.removeFirst() }
      if isStopped || problem != nil, !isInterrupted {
        isInterrupted = true
        return .interrupted(signal: 2)
      }
      let now = Clock.monotonic()
      if let limit, limit <= now { return .timeout }
      if workers.isEmpty { return .timeout }
      var deadlines = [limit].compactMap { $0 }
      if cancellation != nil { deadlines.append(now + Self.pollInterval) }
      deadlines += workers.values.filter { !$0.isReady }.map(\.readyBy)
      let deadline = deadlines.min()
      var happened: [EventLoop.Event] = []
      loop.wait(timeout: deadline.map { $0 > now ? $0 - now : 0 }, into: &happened)
      for case .readable(let tag) in happened { take(tag) }
      if workers.values.contains(where: { !$0.isReady && $0.readyBy <= Clock.monotonic() }) {
        stop(.noRun)
      }
    }
  }

  private func take(_ tag: UInt64) {
    let number = tag / Self.tagsPerWorker
    guard let worker = workers[number] else { return }
    switch tag % Self.tagsPerWorker {
    case 0: ended(worker, number)
    case 1: takeMessages(worker)
    default: worker.readPrinted(buffer)
    }
  }

  private func takeMessages(_ worker: Worker) {
    if !worker.takeIn(buffer) { loop.remove(worker.stream.descriptor) }
    do throws(MalformedMessage) {
      while let message = try worker.nextMessage() { take(message, of: worker) }
    } catch {
      stop(.malformedMessage)
    }
  }

  private func take(_ message: WorkerMessage, of worker: Worker) {
    switch message {
    case .hello(let digest):
      guard digest == run.plan.digest else { return tell(worker, .listTasks) }
      worker.readPrinted(buffer)
      worker.isReady = true
      send(worker)
    case .tasks(let lines):
      stop(.otherTasks(difference: run.plan.difference(to: lines)))
    case .succeeded(let task, let nanoseconds, let result):
      run.results.set(task, bytes: result)
      finish(worker, task, .succeeded(.nanoseconds(Int64(clamping: nanoseconds))))
    case .failed(let task, let text):
      finish(worker, task, .failed(message: text))
    case .wantsResult(let task):
      tell(worker, .result(task < run.plan.count ? run.results.bytes(of: task) : nil))
    case .wantsEarlierRun(let number):
      guard let results = RunHistory.shared[number] else { return stop(.otherRuns) }
      tell(worker, .earlierRun(EarlierRun(results, withResults: true)))
    }
  }

  /// The worker's task is over, and the worker is free.
  private func finish(_ worker: Worker, _ task: Int, _ outcome: TaskOutcome) {
    guard let own = worker.task, own.index == task else { return stop(.malformedMessage) }
    worker.readPrinted(buffer)
    worker.showPrinted()
    worker.task = nil
    idle.append(worker)
    run.ended(task, outcome)
    if case .succeeded = outcome {
      over(task, own.attempt, isGood: true)
    } else {
      over(task, own.attempt, isGood: false)
    }
  }

  /// The process has ended: with its task, if it had one.
  private func ended(_ worker: Worker, _ number: UInt64) {
    // What it sent last may be its task's end.
    takeMessages(worker)
    guard let end = worker.child.reap() else { return }
    worker.readPrinted(buffer)
    // Closing them would not do: a worker that is being started has copies.
    for descriptor in worker.descriptors { loop.remove(descriptor) }
    workers[number] = nil
    idle.removeAll { $0 === worker }
    guard let task = worker.task else { return }
    worker.task = nil
    if worker.isReady {
      worker.showPrinted()
      run.ended(task.index, outcome(of: end))
    } else if !isCancelled {
      stop(.endedBeforeRun(how: Self.text(of: end)))
    }
    over(task.index, task.attempt, isGood: false)
  }

  private func outcome(of end: ChildProcess.End) -> TaskOutcome {
    if isStopped { return .failed(message: "cancelled") }
    return switch end.how {
    case .killed(let signal): .crashed(signal: signal)
    case .exited: .failed(message: "its process \(Self.text(of: end))")
    }
  }

  private static func text(of end: ChildProcess.End) -> String {
    switch end.how {
    case .exited(let status): "ended with status \(status)"
    case .killed(let signal): "was killed by signal \(signal)"
    }
  }

  // MARK: Ends

  private func stop(_ error: WorkerError) { problem = problem ?? error }

  /// Ends all workers at once, with what they run.
  func cancel() {
    isCancelled = true
    for worker in workers.values {
      ChildProcess.signalGroup(worker.child.id, ChildProcess.forceKill)
    }
  }

  /// Lets the workers go, and waits for their ends.
  func shutDown() {
    for worker in workers.values { tell(worker, .end) }
    let deadline = Clock.monotonic() + 2_000_000_000
    while !workers.isEmpty {
      var happened: [EventLoop.Event] = []
      let now = Clock.monotonic()
      if now >= deadline { cancel() }
      loop.wait(timeout: now < deadline ? deadline - now : 100_000_000, into: &happened)
      for case .readable(let tag) in happened { take(tag) }
    }
  }
}

/// The run loop's way to the pool.
struct WorkerExecutor: Executor {
  private let pool: WorkerPool
  /// Not serial in the sense of the loop: the most urgent ready task comes first.
  let isSerial = false

  init(_ pool: WorkerPool) { self.pool = pool }

  func grantedCPUs(_ resources: Resources) -> Int { min(Int(resources.cpus), pool.count) }
  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? { nil }

  func canTake(_ resources: Resources, isLocal: Bool) -> Bool {
    grantedCPUs(resources) <= pool.free
  }

  func start(_ request: ActionRequest) {
    pool.begin(request.id.index, attempt: Int(request.attempt))
  }

  func nextEvent(timeout: UInt64?) -> ExecutorEvent { pool.next(timeout: timeout) }
  func cancel() { pool.cancel() }
  func shutDown() { pool.shutDown() }
}
