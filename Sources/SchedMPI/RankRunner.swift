import SchedEngine

/// Runs recipes on this rank's own machine, several at once; also what a rank sleeps on.
protocol RankRunner {
  /// Actions that were started and have not ended.
  var running: Int { get }

  /// Never fails: what cannot be started ends at once.
  mutating func start(_ order: RunOrder)

  /// Appends what happened; sleeps before if nothing has, at most `timeout` nanoseconds.
  mutating func wait(timeout: UInt64, into events: inout [RunnerEvent])

  /// TERM to each recipe's group, KILL after the grace. Each still ends with an event.
  mutating func cancel()
}

enum RunnerEvent: Sendable {
  /// Room was made for what the attempt makes, and it is not over soon.
  case cleared(Attempt, notes: [[UInt8]])
  case ended(EndReport)
  /// SIGINT, SIGTERM or SIGHUP.
  case signal(Int32)
  case resized
}
