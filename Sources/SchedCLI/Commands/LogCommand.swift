import SchedBase
import SchedEngine

extension Project {
  /// `sched log`: what recipes printed last, and how they ended.
  mutating func runLog() -> ExitCode {
    if invocation.targets.isEmpty {
      for record in recordsThatPrinted() { show(record) }
      return .success
    }
    var build = build
    guard knowsTargets(&build) else { return .usage }
    for word in invocation.targets {
      if let record = state.owner(of: names.path(of: word, in: graph)) {
        show(record)
      } else {
        streams.output.write("\(printable(word)): never ran\n")
      }
    }
    return .success
  }

  /// In the order in which they ended.
  private func recordsThatPrinted() -> [RecordID] {
    state.records.map { (record: $0, entry: state.logEntry(of: $0)) }
      .filter { !$0.entry.printed.isEmpty }
      .sorted { $0.entry.ended < $1.entry.ended }
      .map(\.record)
  }

  private func show(_ record: RecordID) {
    let entry = state.logEntry(of: record)
    let name = state.outputs(of: record).first.map { names.name(of: $0.path) } ?? []
    streams.output.write(
      "\(name): \(outcome(entry.outcome)) in \(seconds(entry.duration)) s\n")
    streams.output.pass(entry.printed)
    if let last = entry.printed.last, last != UInt8(ascii: "\n") { streams.output.write("\n") }
  }

  private func outcome(_ outcome: ActionOutcome) -> String {
    switch outcome {
    case .succeeded: "succeeded"
    case .failed(status: 0): "failed after its recipe"
    case .failed(let status): "exited with status \(status)"
    case .killed(let signal): "killed by \(signalName(signal))"
    case .timedOut: "timed out"
    case .lost(let rank): "lost with rank \(rank)"
    }
  }

  /// With two decimals.
  private func seconds(_ nanoseconds: UInt64) -> String {
    let hundredths = nanoseconds.addingClamped(5_000_000) / 10_000_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
