import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import SchedSystem

@testable import SchedMPI

/// A coordinator and its workers in one process, in virtual time: when the coordinator sleeps, the
/// workers get their turns.
final class VirtualJob {
  typealias TestWorker = Worker<MemoryTransport, ScriptedRunner>

  let job: MemoryTransport.Job
  var time: UInt64 = 1_000
  private(set) var logs: [ScriptedRunner.Log] = []
  private var workers: [TestWorker?] = []
  private(set) var ends: [Int: TestWorker.End] = [:]
  /// Ranks of the coordinator's host whose recipes it has ended itself.
  var endedByCoordinator: [Int] = []
  /// Told of each new lease of a worker.
  var leaseChanged: (_ rank: Int, _ end: UInt64) -> Void = { _, _ in }
  /// Processes that are gone.
  var gone: Set<UInt32> = []
  /// Whether a rank sees a file as its maker has left it.
  var isSeen: (_ rank: Int, _ file: AwaitedFile) -> Bool = { _, _ in true }
  /// Ranks that get no turn.
  var stopped: Set<Int> = []
  private(set) var coordinator: Coordinator<MemoryTransport, ScriptedRunner>!

  static let welcome = Welcome(
    root: Array("/tree".utf8), markerPath: [], marker: [], environment: [], grace: 500_000_000,
    latencyWait: 30_000_000_000, separatesStreams: false, host: [], bootID: [], processID: 0)
  static let hello = Hello(
    toolVersion: Array("1.2".utf8),
    machine: Machine(
      host: Array("a".utf8), bootID: [], cpus: 4, binding: [0xf], memory: 1 << 30, gpus: []),
    processID: 1, tree: .shared)

  /// `hello` is what each worker answers; nil: nothing.
  init(
    ranks: Int, slots: RankSlots = .count(1), hello: (Int) -> Hello? = { _ in VirtualJob.hello }
  ) throws(AssemblyError) {
    job = MemoryTransport.Job(size: ranks)
    logs = (0..<ranks).map { _ in ScriptedRunner.Log() }
    workers = [nil]
    for rank in 1..<ranks {
      guard let answer = hello(rank) else {
        workers.append(nil)
        continue
      }
      let runner = ScriptedRunner(log: logs[rank], time: { [unowned self] in time })
      workers.append(
        TestWorker(
          job.rank(rank), prepare: { _ in (answer, runner) },
          makeWaits: { [unowned self] in waits(of: rank, answer.machine.host, limit: $0) },
          configure: { runner, enrolment in runner.log.configured = enrolment },
          leaseChanged: { [unowned self] in leaseChanged(rank, $0) },
          now: { [unowned self] in time }))
    }
    let assembly = try Assembly(
      job.rank(0), Self.welcome, own: Self.hello, slots: slots, epoch: 9,
      now: { [unowned self] in time }, sleep: { [unowned self] in pass($0) })
    let runner = ScriptedRunner(
      log: logs[0], time: { [unowned self] in time }, pass: { [unowned self] in pass($0) })
    let watch = HostWatch(
      isGone: { [unowned self] in gone.contains($0) }, end: { [unowned self] in gone.insert($0) },
      endRecipes: { [unowned self] in endedByCoordinator.append($0) })
    coordinator = Coordinator(
      assembly, runner,
      makeWaits: { waits(of: 0, Self.hello.machine.host, limit: Self.welcome.latencyWait) },
      grace: Self.welcome.grace, host: watch, now: { [unowned self] in time })
  }

  private func waits(of rank: Int, _ host: [UInt8], limit: UInt64) -> FileWaits {
    // Without helper threads: whoever asks looks, on this one.
    nonisolated(unsafe) let job = self
    return FileWaits(
      host: host, limit: limit, helpers: nil, now: { job.time },
      look: { files in
        let seen = files.prefix { job.isSeen(rank, $0) }
        return AwaitedLook.Answer(
          seen: seen.map(\.signature),
          miss: seen.count < files.count ? AwaitedLook.Miss(found: .nothing) : nil)
      })
  }

  /// When each action started last, on whatever rank.
  var startTimes: [UInt32: UInt64] {
    logs.reduce(into: [:]) { all, log in all.merge(log.startTimes) { max($0, $1) } }
  }

  /// Lets the workers have their turns while the time passes.
  func pass(_ duration: UInt64) {
    let end = time + min(duration, 10_000_000)
    while true {
      for rank in workers.indices where !stopped.contains(rank) && !job.dead.contains(rank) {
        guard workers[rank] != nil, let how = workers[rank]!.step() else { continue }
        ends[rank] = how
        workers[rank] = nil
      }
      guard time < end else { return }
      time = min(end, time + max(100_000, duration / 4))
    }
  }

  // MARK: As the run loop does

  func request(
    _ id: UInt32, attempt: UInt32 = 1, milliseconds: UInt64, isLocal: Bool = false,
    reads: [UInt32] = []
  ) -> ActionRequest {
    ActionRequest(
      id: ActionID(raw: id), attempt: attempt, resources: Resources(), isLocal: isLocal,
      payload: Script.payload(duration: milliseconds * 1_000_000),
      madeInputs: reads.map { maker in
        MadeInput(
          maker: ActionID(raw: maker), path: Array("file\(maker)".utf8),
          identity: Identity(.file, Digest(low: 1, high: 2)),
          signature: Signature(
            size: 12, modified: 1, changed: 1, inode: 1, isExecutable: false))
      })
  }

  /// Starts what there is room for and takes the next event, until all has ended.
  @discardableResult
  func run(_ requests: [ActionRequest]) -> [ExecutorEvent] {
    var waiting = requests[...]
    var events: [ExecutorEvent] = []
    var ended = 0
    while ended < requests.count {
      while let next = waiting.first,
        coordinator.canTake(next.resources, isLocal: next.isLocal)
      {
        coordinator.start(next)
        waiting.removeFirst()
      }
      let event = coordinator.nextEvent(timeout: 60_000_000_000)
      events.append(event)
      if case .ended = event { ended += 1 }
      if case .timeout = event { return events }
    }
    return events
  }
}

extension ExecutorEvent {
  /// Of an end: which action, and how.
  var end: (action: UInt32, outcome: ActionOutcome)? {
    guard case .ended(let action, _, let outcome, _) = self else { return nil }
    return (action.raw, outcome)
  }
}
