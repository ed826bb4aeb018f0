import SchedBase
import SchedGraph

/// Where an action stands in this build.
public enum ActionState: UInt8, Sendable {
  /// Nothing that was asked for needs it.
  case unwanted
  /// Something it depends on has not ended.
  case waiting
  /// All it waits for has ended well; not judged yet.
  case judgeable
  /// Stale, and waits for a free slot.
  case ready
  case running
  /// It ran; its result waits for something before it is recorded.
  case settling
  /// Up to date, without having run.
  case upToDate
  /// It ran and was recorded.
  case ran
  case failed
  /// Something it depends on failed.
  case notReached

  var isDone: Bool { self == .upToDate || self == .ran }
  var isUnfinished: Bool { !isDone && !isBlocked && self != .unwanted }
  var isBlocked: Bool { self == .failed || self == .notReached }
}

/// Where each action stands.
///
/// `want` and `move` are the only ways to change it, so the counters always agree with the states.
struct ActionStates {
  private var states = Column<ActionTag, ActionState>()
  /// For the user, recipes count, but not those of values, which run in every build.
  ///
  /// Asked once: the judge that knows it is large, and is copied for an answer.
  private var counted = ActionSet()
  private(set) var counts = BuildCounts()
  /// Wanted actions that have not ended in any way.
  private(set) var unfinished = 0

  subscript(action: ActionID) -> ActionState {
    action.index < states.count ? states[action] : .unwanted
  }

  /// The action is wanted now, and waits.
  mutating func want(_ action: ActionID, isCounted: Bool) {
    states.grow(to: action.index + 1, with: .unwanted)
    if isCounted { counted.insert(action) }
    move(action, to: .waiting)
  }

  /// The action is wanted.
  mutating func move(_ action: ActionID, to state: ActionState) {
    let isCounted = isCounted(action)
    count(states[action], -1, isCounted)
    states[action] = state
    count(state, 1, isCounted)
  }

  func isCounted(_ action: ActionID) -> Bool { counted.contains(action) }

  private mutating func count(_ state: ActionState, _ change: Int, _ isCounted: Bool) {
    switch state {
    case .waiting, .judgeable, .ready, .running, .settling: unfinished += change
    case .unwanted, .upToDate, .ran, .failed, .notReached: break
    }
    guard isCounted else { return }
    switch state {
    case .waiting, .judgeable, .ready: counts.remaining += change
    case .running, .settling: counts.running += change
    case .ran: counts.ended += change
    case .failed:
      counts.ended += change
      counts.failed += change
    case .unwanted, .upToDate, .notReached: break
    }
  }

  /// O(actions).
  func checkInvariants() {
    var fresh = ActionStates()
    for action in states.ids where states[action] != .unwanted {
      fresh.want(action, isCounted: isCounted(action))
      fresh.move(action, to: states[action])
    }
    precondition(fresh.counts == counts && fresh.unfinished == unfinished, "counters disagree")
  }
}
