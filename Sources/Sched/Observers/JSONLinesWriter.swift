import FoundationEssentials
import SchedSystem

/// Writes what happens in a run, one JSON object a line.
///
///     {"event":"schedulingStarted","total":9}
///     {"event":"taskStarted","running":1,"task":"4","worker":2}
///     {"ended":1,"event":"taskEnded","outcome":"succeeded","seconds":0.25,"task":"4"}
///     {"event":"schedulingEnded","failed":0,"notRun":0,"succeeded":9}
///
/// `outcome` is `succeeded`, `failed` (with `message`) or `crashed` (with `signal`).
public final class JSONLinesWriter: TaskObserver {
  private struct Line: Encodable {
    var event: String
    var task: String?
    var worker: Int?
    var outcome: String?
    var seconds: Double?
    var message: String?
    var signal: Int32?
    var total: Int?
    var running: Int?
    var ended: Int?
    var succeeded: Int?
    var failed: Int?
    var notRun: Int?

    init(_ event: String) { self.event = event }
  }

  private let write: ([UInt8]) -> Void
  private let encoder = JSONEncoder()

  /// To an open descriptor, which stays the caller's.
  public convenience init(descriptor: Int32) {
    self.init { StandardStreams.write($0, to: descriptor) }
  }

  /// Lines go to `write`, each with its line feed.
  public init(_ write: @escaping ([UInt8]) -> Void) {
    self.write = write
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  public func schedulingStarted(_ counts: TaskCounts) {
    var line = Line("schedulingStarted")
    line.total = counts.total
    put(line)
  }

  public func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts) {
    var line = Line("taskStarted")
    line.task = name.text
    line.worker = worker.number
    line.running = counts.running
    put(line)
  }

  public func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts) {
    var line = Line("taskEnded")
    line.task = name.text
    line.ended = counts.ended
    switch outcome {
    case .succeeded(let duration):
      line.outcome = "succeeded"
      let (seconds, attoseconds) = duration.components
      line.seconds = Double(seconds) + Double(attoseconds) / 1e18
    case .failed(let message):
      line.outcome = "failed"
      line.message = message
    case .crashed(let signal):
      line.outcome = "crashed"
      line.signal = signal
    case .notRun: line.outcome = "notRun"
    }
    put(line)
  }

  public func schedulingEnded(_ counts: TaskCounts) {
    var line = Line("schedulingEnded")
    line.succeeded = counts.succeeded
    line.failed = counts.failed
    line.notRun = counts.notRun
    put(line)
  }

  private func put(_ line: Line) {
    guard let data = try? encoder.encode(line) else { return }
    write([UInt8](data) + [UInt8(ascii: "\n")])
  }
}
