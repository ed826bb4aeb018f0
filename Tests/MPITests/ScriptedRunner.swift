import SchedBase
import SchedEngine

@testable import SchedMPI

/// Runs nothing: an action ends when the time that its payload says is over, in virtual time.
struct ScriptedRunner: RankRunner {
  /// What one rank has done and does.
  final class Log {
    var started: [Attempt] = []
    var orders: [RunOrder] = []
    var startTimes: [UInt32: UInt64] = [:]
    fileprivate var running: [(attempt: Attempt, start: UInt64, end: UInt64)] = []
    /// Signals to report.
    var signals: [Int32] = []
    /// Ends to report, of what runs, other than when its time is over.
    var ends: [EndReport] = []
    /// Recipes that outlive TERM end so much later.
    var stubbornness: UInt64 = 0
    fileprivate var isCancelled = false
    var configured: Enrolment?
    var mostRunning = 0
    /// How long the rank meant to sleep each time, nanoseconds; looks that do not sleep left out.
    var sleeps: [UInt64] = []
  }

  let log: Log
  let time: () -> UInt64
  /// Lets the time pass; nil where another rank does.
  var pass: ((UInt64) -> Void)?

  var running: Int { log.running.count }

  mutating func start(_ order: RunOrder) {
    log.started.append(order.attempt)
    log.orders.append(order)
    log.startTimes[order.attempt.action.raw] = time()
    log.running.append((order.attempt, time(), time() + Script.duration(of: order.payload)))
    log.mostRunning = max(log.mostRunning, log.running.count)
  }

  mutating func wait(timeout: UInt64, into events: inout [RunnerEvent]) {
    if timeout > 0 { log.sleeps.append(timeout) }
    let before = events.count
    collect(into: &events)
    guard events.count == before, timeout > 0 else { return }
    pass?(min(timeout, (log.running.map(\.end).min() ?? UInt64.max) - time()))
    collect(into: &events)
  }

  private func collect(into events: inout [RunnerEvent]) {
    for signal in log.signals { events.append(.signal(signal)) }
    log.signals = []
    for report in log.ends {
      log.running.removeAll { $0.attempt == report.attempt }
      events.append(.ended(report))
    }
    log.ends = []
    let over = log.running.filter { $0.end <= time() }
    log.running.removeAll { $0.end <= time() }
    for (attempt, start, end) in over {
      events.append(
        .ended(
          EndReport(
            attempt: attempt, outcome: log.isCancelled ? .killed(signal: 15) : .succeeded,
            duration: end - start, payload: [])))
    }
  }

  mutating func cancel() {
    log.isCancelled = true
    for index in log.running.indices { log.running[index].end = time() + log.stubbornness }
  }
}

/// Payloads of scripted actions.
enum Script {
  static func payload(duration: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(duration)
    return writer.bytes
  }

  static func duration(of payload: [UInt8]) -> UInt64 {
    var reader = ByteReader(payload)
    return (try? reader.read()) ?? 0
  }
}
