import SchedEngine
import SchedSystem

/// Actions that must not start before this host shows what other hosts have made for them.
///
/// Its owner calls `step` again and again, and never waits: helper threads look. Knows no ranks.
final class FileWaits {
  /// An action that waits no more.
  enum Settled {
    /// With the signatures of what it waited for, as this host shows them.
    case ready(RunOrder, seen: [Signature])
    /// A file was not there in time: the action has failed.
    case missed(EndReport)
  }

  private struct Wait {
    var order: RunOrder
    let began: UInt64
    /// Those of the first files, which are right.
    var seen: [Signature] = []
    var backoff = FileWaits.shortestPause
    /// When to look again; nil while a helper looks.
    var lookAt: UInt64?
  }

  typealias Look = @Sendable (ArraySlice<AwaitedFile>) -> AwaitedLook.Answer

  static let shortestPause: UInt64 = 1_000_000
  /// Longer ones would add to what an action waits for; shorter ones load the file's server.
  static let longestPause: UInt64 = 250_000_000
  /// One that hangs must not hold up those that look at another file system.
  private static let lookers = 4

  private let host: [UInt8]
  private let limit: UInt64
  private let now: () -> UInt64
  private let look: Look
  /// By the order in which they came.
  private var waits: [UInt64: Wait] = [:]
  private var nextTicket: UInt64 = 0
  private let answers = Answers()
  private let helpers: HelperThreads?

  /// Waits at most `limit` nanoseconds for each action.
  ///
  /// `host` is this one's name. `helpers` nil: the caller of `step` looks itself.
  init(
    host: [UInt8], limit: UInt64, helpers: HelperThreads?, now: @escaping () -> UInt64,
    look: @escaping Look
  ) {
    self.host = host
    self.limit = limit
    self.helpers = helpers
    self.now = now
    self.look = look
  }

  convenience init(host: [UInt8], limit: UInt64) {
    self.init(
      host: host, limit: limit, helpers: HelperThreads(count: Self.lookers),
      now: Clock.monotonic, look: AwaitedLook.look)
  }

  /// Actions that wait.
  var count: Int { waits.count }

  func add(_ order: RunOrder) {
    let time = now()
    waits[nextTicket] = Wait(order: order, began: time, lookAt: time)
    nextTicket += 1
  }

  /// Takes in what helpers have seen, and lets them look again where it is time.
  func step() -> [Settled] {
    guard !waits.isEmpty else { return [] }
    let time = now()
    startLooks(at: time)
    return answers.take().compactMap { ticket, answer in take(answer, ticket, time) }
  }

  /// Gives up all waits.
  func cancel() -> [RunOrder] {
    defer { waits = [:] }
    return waits.sorted { $0.key < $1.key }.map(\.value.order)
  }

  private func startLooks(at time: UInt64) {
    for (ticket, wait) in waits {
      guard let lookAt = wait.lookAt, lookAt <= time else { continue }
      waits[ticket]?.lookAt = nil
      let (files, look, answers) = (wait.order.awaits.dropFirst(wait.seen.count), look, answers)
      guard let helpers else {
        answers.add(ticket, look(files))
        continue
      }
      helpers.submit { answers.add(ticket, look(files)) }
    }
  }

  private func take(_ answer: AwaitedLook.Answer, _ ticket: UInt64, _ time: UInt64) -> Settled? {
    guard var wait = waits[ticket] else { return nil }
    wait.seen += answer.seen
    guard let miss = answer.miss else {
      waits[ticket] = nil
      return .ready(wait.order, seen: wait.seen)
    }
    guard time - wait.began < limit else {
      waits[ticket] = nil
      return .missed(report(of: wait, miss, time))
    }
    // Something came: more may come soon.
    if !answer.seen.isEmpty { wait.backoff = Self.shortestPause }
    wait.lookAt = min(time + wait.backoff, wait.began + limit)
    wait.backoff = min(wait.backoff * 2, Self.longestPause)
    waits[ticket] = wait
    return nil
  }

  private func report(of wait: Wait, _ miss: AwaitedLook.Miss, _ time: UInt64) -> EndReport {
    let file = wait.order.awaits[wait.seen.count]
    var report = RecipeReport()
    report.problem = .inputNotSeen(
      RecipeReport.LateInput(
        path: file.path, makersHost: file.host, readersHost: host,
        expectedSize: file.signature.size, found: miss.found, foundSize: miss.size,
        waited: time - wait.began))
    return EndReport(
      attempt: wait.order.attempt, outcome: .failed(status: 127), duration: 0,
      payload: report.encoded())
  }
}

/// What helper threads have seen.
private final class Answers: @unchecked Sendable {
  private let lock = Mutex()
  private var list: [(ticket: UInt64, answer: AwaitedLook.Answer)] = []

  func add(_ ticket: UInt64, _ answer: AwaitedLook.Answer) {
    lock.locked { list.append((ticket, answer)) }
  }

  func take() -> [(ticket: UInt64, answer: AwaitedLook.Answer)] {
    lock.locked {
      defer { list = [] }
      return list
    }
  }
}
