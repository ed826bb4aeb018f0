import SchedBase
import SchedSystem

/// The small process beside each rank that ends the rank's recipes when the rank cannot: when it was
/// killed, and when its lease has run out, whatever the rank does (it may be stopped or swapping).
struct RankGuard: Sendable {
  /// Nil where no process could be had: then a rank that is killed leaves what its recipes have
  /// started to the next sched.
  private let shared: Shared?

  private final class Shared: Sendable {
    let process: GuardProcess
    init(_ process: consuming GuardProcess) { self.process = process }
  }

  /// Before any thread is started.
  static func start() -> RankGuard {
    let process = GuardProcess.fork { pipe, parent in
      var work = GuardWork(pipe, parent)
      work.run()
    }
    guard let process else { return RankGuard(shared: nil) }
    return RankGuard(shared: Shared(process))
  }

  private func tell(_ order: GuardOrder) {
    guard let shared else { return }
    order.encoded().withUnsafeBytes { _ = shared.process.pipe.write($0) }
  }

  /// From now on there may be recipes.
  func watch(session: [UInt8], rank: Int) { tell(.watch(session: session, rank: UInt32(rank))) }

  /// Recipes may run until then, by the monotonic clock.
  func extend(to end: UInt64) { tell(.extend(end)) }

  /// The rank ends in order: what its recipes have left running on purpose stays.
  func release() {
    tell(.release)
    shared?.process.wait(atMost: 100_000_000)
  }
}

/// What a guard is told.
///
/// Each is written at once and is shorter than what a pipe takes whole.
enum GuardOrder: Equatable {
  case watch(session: [UInt8], rank: UInt32)
  case extend(UInt64)
  case release

  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .watch(let session, let rank):
      writer.write(0 as UInt8)
      writer.write(bytes: session)
      writer.write(rank)
    case .extend(let end):
      writer.write(1 as UInt8)
      writer.write(end)
    case .release: writer.write(2 as UInt8)
    }
    return writer.bytes
  }

  init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    switch try reader.read(UInt8.self) {
    case 0: self = .watch(session: Array(try reader.readBytes()), rank: try reader.read())
    case 1: self = .extend(try reader.read())
    case 2: self = .release
    default: throw ByteReader.Malformed()
    }
  }
}

/// What the guard does.
private struct GuardWork: ~Copyable {
  private let pipe: Descriptor
  /// The rank's process.
  private let parent: Int32
  private var watched: (session: [UInt8], rank: Int)?
  private var lease: UInt64?
  /// The lease ran out then, and was not renewed since.
  private var ranOutAt: UInt64?

  /// After a lease has run out for so long, the rank was given up for certain: it is ended, so that
  /// a stopped one does not keep the job from ending.
  private static let timeLimit: UInt64 = 10_000_000_000

  init(_ pipe: consuming Descriptor, _ parent: Int32) {
    self.pipe = pipe
    self.parent = parent
  }

  mutating func run() {
    EventLoop.holdSignals()
    guard let loop = try? EventLoop(), (try? loop.add(pipe.raw, tag: 1)) != nil else { return }
    var events: [EventLoop.Event] = []
    while true {
      loop.wait(timeout: timeout, into: &events)
      events.removeAll(keepingCapacity: true)
      guard takeOrders() else { return }
      endWhatHasNoLease()
    }
  }

  private var timeout: UInt64? {
    let now = Clock.monotonic()
    let next = ranOutAt.map { $0 + Self.timeLimit } ?? lease
    return next.map { $0 > now ? $0 - now : 0 }
  }

  /// Returns whether there is more to do.
  private mutating func takeOrders() -> Bool {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
    defer { buffer.deallocate() }
    guard let count = pipe.readAvailable(into: buffer) else {
      endRecipes()
      return false
    }
    var reader = ByteReader(Array(buffer[..<count]))
    while !reader.isAtEnd, let order = try? GuardOrder(from: &reader) {
      switch order {
      case .watch(let session, let rank): watched = (session, Int(rank))
      case .extend(let end):
        lease = end
        ranOutAt = nil
      case .release: return false
      }
    }
    return true
  }

  private mutating func endWhatHasNoLease() {
    let now = Clock.monotonic()
    if let ranOutAt, now >= ranOutAt + Self.timeLimit {
      if Host.parentID == parent { LeftProcesses.kill(parent) }
      self.ranOutAt = nil
    } else if let end = lease, now >= end {
      lease = nil
      ranOutAt = end
      endRecipes()
    }
  }

  private func endRecipes() {
    guard let watched else { return }
    LeftRecipes.end(session: watched.session, rank: watched.rank)
  }
}
