import SchedEngine

/// A recipe that failed where a signal to the whole job may be the cause.
struct DoubtfulEnd {
  var report: EndReport
  var rank: Int
  /// It seems to have been ended by a signal.
  var isBySignal: Bool
  var until: UInt64
}

/// A batch system that ends a job (`scancel`, the end of its time) sends TERM to the recipes as well
/// as to the ranks.
///
/// The end of a recipe may then be known before the signal is. It is held back for a moment: after
/// that it is a failure, but if the signal comes meanwhile, the recipe was interrupted.
extension Coordinator {
  /// A worker's signal comes within milliseconds; a busy machine needs longer.
  static var timeOfDoubt: UInt64 { 250_000_000 }

  /// Whether the end of an action is held back; its rank is done with it.
  func isDoubtful(_ report: EndReport, of flight: InFlightAction, on rank: Int) -> Bool {
    let isBySignal = Self.mayBeSignal(report.outcome)
    guard holdsBack > 0, cancelDeadline == nil, let allocation = flight.allocation,
      isBySignal || (doubtsAllFailures && Self.isFailure(report.outcome))
    else { return false }
    placement.give(allocation)
    inFlight[report.attempt.action]?.allocation = nil
    doubtful.append(
      DoubtfulEnd(
        report: report, rank: rank, isBySignal: isBySignal, until: now() + holdsBack))
    return true
  }

  private static func isFailure(_ outcome: ActionOutcome) -> Bool {
    switch outcome {
    case .failed, .killed: true
    case .succeeded, .timedOut, .lost: false
    }
  }

  /// INT, TERM or HUP, or KILL after one of them; by itself or as a shell's status.
  private static func mayBeSignal(_ outcome: ActionOutcome) -> Bool {
    let signals: [Int32] = [1, 2, 9, 15]
    switch outcome {
    case .killed(let signal): return signals.contains(signal)
    case .failed(let status): return signals.contains { status == 128 + $0 }
    case .succeeded, .timedOut, .lost: return false
    }
  }

  func endDoubtful(at time: UInt64) {
    guard let first = doubtful.first, time >= first.until else { return }
    let over = doubtful.prefix { $0.until <= time }
    doubtful.removeFirst(over.count)
    for end in over { self.end(end.report.attempt.action, end.report.outcome, end.report.payload) }
  }

  /// After `cancel`.
  func endDoubtfulAsLost() {
    let all = doubtful
    doubtful = []
    for end in all {
      self.end(end.report.attempt.action, .lost(rank: UInt32(end.rank)), end.report.payload)
    }
  }
}
