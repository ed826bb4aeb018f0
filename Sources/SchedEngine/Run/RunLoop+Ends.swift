import SchedBase
import SchedGraph

/// An action that needs what another one makes.
struct Need: Hashable {
  var action: ActionID
  var maker: ActionID
}

/// An end, with how many recipes had ended by then.
struct UntoldEnd {
  var action: ActionID
  var end: ActionEnd
  var notes: [Diagnostic]
  var counts: BuildCounts
}

extension ActionOutcome {
  /// The rank that it ran on is gone.
  var isLoss: Bool {
    if case .lost = self { true } else { false }
  }
}

// What the observer is told of ends: of each action that began exactly one that is the last.
extension RunLoop {
  mutating func report(
    _ action: ActionID, _ outcome: ActionOutcome, _ summary: ActionSummary, willRetry: Bool,
    discarded: ActionEnd.Discarded? = nil
  ) {
    if !willRetry { open.remove(action) }
    untold.append(
      UntoldEnd(
        action: action,
        end: ActionEnd(
          outcome: outcome, problem: summary.problem, output: summary.output,
          spool: summary.spool, willRetry: willRetry, discarded: discarded),
        notes: summary.notes, counts: states.counts))
  }

  /// Tells the observer what ended, once that is judged which it decides: recipes that need not run are
  /// not counted any more.
  mutating func tellEnds() {
    guard !untold.isEmpty else { return }
    let now = states.counts
    for entry in untold {
      for note in entry.notes { tell(note) }
      var counts = entry.counts
      // What ended later was left or running then.
      counts.remaining = max(0, now.total - counts.ended - counts.running)
      observer.actionEnded(entry.action, entry.end, counts, judge.texts)
      entry.end.spool?.remove()
    }
    untold.removeAll(keepingCapacity: true)
  }

  /// An action ran, and its result counts for nothing.
  mutating func discard(
    _ action: ActionID, _ reason: ActionEnd.Discarded, _ problems: [Diagnostic] = []
  ) {
    let summary = judge.discarded(action)
    move(action, to: .failed)
    report(action, .failed(status: 0), summary, willRetry: false, discarded: reason)
  }

  /// The build is over: what waits for something that will not come ends too.
  mutating func endWhatIsOpen() {
    for action in wanted where open.contains(action) {
      discard(action, .stopped)
      judge.gaveUp(action)
      result.notReached += 1
    }
  }
}
