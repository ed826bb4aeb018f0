import SchedBase
import SchedGraph

/// Where an action stands in this build.
public enum TargetState: UInt8, Sendable {
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
  var isUnfinished: Bool { !isDone && !isHopeless && self != .unwanted }
  var isHopeless: Bool { self == .failed || self == .notReached }
}

/// Where each action stands.
///
/// `move` is the only way to change it, so the counters always agree with the states.
struct TargetStates {
  private var states = Column<ActionTag, TargetState>()
  private(set) var counts = BuildCounts()
  /// Wanted actions that have not ended in any way.
  private(set) var unfinished = 0

  subscript(action: ActionID) -> TargetState {
    action.index < states.count ? states[action] : .unwanted
  }

  /// `isCounted`: for the user, recipes count, but not those of values, which run in every build.
  mutating func move(_ action: ActionID, to state: TargetState, isCounted: Bool) {
    states.grow(to: action.index + 1, with: .unwanted)
    count(states[action], -1, isCounted)
    states[action] = state
    count(state, 1, isCounted)
  }

  private mutating func count(_ state: TargetState, _ change: Int, _ isCounted: Bool) {
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
  func checkInvariants(isCounted: (ActionID) -> Bool) {
    var fresh = TargetStates()
    for action in states.ids {
      fresh.move(action, to: states[action], isCounted: isCounted(action))
    }
    precondition(fresh.counts == counts && fresh.unfinished == unfinished, "counters disagree")
  }
}
