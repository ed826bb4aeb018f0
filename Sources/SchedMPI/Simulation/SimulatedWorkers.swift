import DequeModule
import HeapModule
import SchedBase
import SchedEngine
import SchedExecutors

/// The workers of a job in virtual time, and the way to them: they answer with the messages of real
/// ones, encoded and checked, and send their heartbeats.
///
/// What is sent arrives at once. One step is O(log actions that run).
final class SimulatedWorkers: Transport {
  private struct Worker {
    var running = 0
    /// Behind those that run.
    var line = Deque<RunOrder>()
    /// Nothing more is heard of it from then on.
    var silentFrom = UInt64.max
  }

  /// The end of an action.
  private struct End: Comparable {
    var time: UInt64
    var rank: Int32
    var attempt: Attempt
    var duration: UInt64

    static func < (a: End, b: End) -> Bool {
      (a.time, a.rank, a.attempt.action.raw) < (b.time, b.rank, b.attempt.action.raw)
    }
  }

  let rank = 0
  let size: Int
  /// Nanoseconds.
  private(set) var time: UInt64 = 1_000
  private let slots: Int
  private var workers: [Worker]
  private var ends = Heap<End>()
  private var inbox = Deque<(source: Int, bytes: [UInt8])>()
  private var epoch: UInt32 = 0
  /// Heartbeats are spread over their interval: how many were due since the start.
  private var heartbeats: UInt64 = 0
  private var isBeating = false
  /// What a real worker's report holds of a recipe that made nothing.
  private let report = RecipeReport().encoded()

  init(ranks: Int, slots: Int, silent: Int, after silence: UInt64) {
    size = ranks
    self.slots = slots
    // With room in each line from the start: what a rank takes is not what an action takes.
    workers = (0..<ranks).map { _ in Worker(line: Deque(minimumCapacity: 4)) }
    for number in 0..<silent { workers[ranks - 1 - number].silentFrom = time + silence }
    ends.reserveCapacity(ranks * slots)
    inbox.reserveCapacity(ranks)
  }

  /// What a rank says of its machine.
  func hello(of rank: Int) -> Hello {
    Hello(
      toolVersion: [],
      machine: Machine(
        host: Array("\(rank)".utf8), bootID: [], cpus: UInt32(slots), binding: [], memory: .max,
        gpus: []),
      processID: UInt32(rank), tree: .shared)
  }

  // MARK: As a transport

  var hasSentAll: Bool { true }
  func giveUp(_ rank: Int) {}
  func takeFailure() -> Int? { nil }
  func receive() -> (source: Int, bytes: [UInt8])? { inbox.popFirst() }

  func send(_ bytes: [UInt8], to rank: Int) {
    guard time < workers[rank].silentFrom else { return }
    var reader = FrameReader(bytes)
    do throws(FrameError) {
      while let frame = try reader.next() {
        epoch = frame.epoch
        take(try Message(kind: frame.kind, decoding: Array(frame.body)), at: rank)
      }
    } catch {
      preconditionFailure("internal error: the coordinator sent nonsense: \(error)")
    }
  }

  // MARK: The workers

  private func take(_ message: Message, at rank: Int) {
    switch message {
    case .welcome: say(.hello(hello(of: rank)), rank)
    case .enrol: isBeating = true
    case .run(let order):
      if workers[rank].running < slots {
        start(order, rank)
      } else {
        workers[rank].line.append(order)
      }
    case .recall(let count):
      let given = workers[rank].line.suffix(Int(count))
      say(.recalled(given.map(\.attempt)), rank)
      workers[rank].line.removeLast(given.count)
    default: break
    }
  }

  private func start(_ order: RunOrder, _ rank: Int) {
    var reader = ByteReader(order.payload)
    guard let duration = try? reader.read(UInt64.self) else {
      preconditionFailure("internal error: a simulated request without a duration")
    }
    workers[rank].running += 1
    ends.insert(
      End(
        time: time + duration, rank: Int32(rank), attempt: order.attempt, duration: duration))
  }

  private func say(_ message: Message, _ rank: Int) {
    guard time < workers[rank].silentFrom else { return }
    var writer = FrameWriter()
    writer.append(message.kind, epoch: epoch, body: message.encodedBody())
    inbox.append((rank, writer.takeBytes()))
  }

  /// Lets so many nanoseconds pass.
  func pass(_ duration: UInt64) {
    let limit = time + duration
    while let end = ends.min, end.time <= limit {
      ends.removeMin()
      heartbeat(until: end.time)
      time = max(time, end.time)
      take(end)
    }
    heartbeat(until: limit)
    time = limit
  }

  private func take(_ end: End) {
    let rank = Int(end.rank)
    workers[rank].running -= 1
    say(
      .ended(
        EndReport(
          attempt: end.attempt, outcome: .succeeded, duration: end.duration, payload: report)),
      rank)
    if let next = workers[rank].line.popFirst() { start(next, rank) }
  }

  /// Sends the heartbeats that are due until then, one worker after the other.
  private func heartbeat(until limit: UInt64) {
    guard isBeating else { return }
    let interval = Mailbox<SimulatedWorkers>.heartbeatInterval
    let due = limit / 1_000 * UInt64(size) / (interval / 1_000)
    while heartbeats < due {
      heartbeats += 1
      let rank = Int(heartbeats % UInt64(size))
      if rank > 0 { say(.heartbeat(stamp: time), rank) }
    }
  }
}
