import SchedBase
import SchedSystem

/// A line on standard error that says where a run stands.
///
/// How many tasks have ended, how many failed, what runs. On a terminal it is one line that is written over; elsewhere only failures are told, a line each.
public final class ProgressLine: TaskObserver {
  private var running: [TaskName] = []
  private var hasLine = false
  private let isTerminal: Bool
  private let width: () -> Int
  private let write: (String) -> Void

  /// On standard error, as wide as the terminal.
  public convenience init() {
    self.init(
      isTerminal: Terminal.isTerminal(.error), width: { Terminal.width(.error) ?? 80 },
      write: { StandardStreams.write(Array($0.utf8), to: 2) })
  }

  init(isTerminal: Bool, width: @escaping () -> Int, write: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.width = width
    self.write = write
  }

  public func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts) {
    running.append(name)
    show(counts)
  }

  public func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts) {
    running.removeAll { $0 == name }
    switch outcome {
    case .failed(let message): tell("\(name) failed: \(message)")
    case .crashed(let signal): tell("\(name) crashed: signal \(signal)")
    case .succeeded, .notRun: break
    }
    show(counts)
  }

  public func schedulingEnded(_ counts: TaskCounts) {
    if counts.notRun > 0 { tell("\(counts.notRun) not run") }
    if hasLine { write("\r\u{1B}[K") }
    hasLine = false
  }

  private func tell(_ line: String) {
    // What a task is called, and what it throws, is not ours.
    write((hasLine ? "\r\u{1B}[K" : "") + printable(line) + "\n")
    hasLine = false
  }

  private func show(_ counts: TaskCounts) {
    guard isTerminal else { return }
    var line = "[\(counts.ended)/\(counts.total)]"
    if counts.failed > 0 { line += " \(counts.failed) failed" }
    line += " " + running.map(\.text).joined(separator: ", ")
    write("\r\u{1B}[K" + printable(line).prefix(max(width() - 1, 10)))
    hasLine = true
  }
}
