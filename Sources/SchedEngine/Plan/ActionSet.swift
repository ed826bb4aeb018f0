import SchedBase
import SchedGraph

/// A set of actions as a column of flags: no hashing for what is asked of every action.
struct ActionSet {
  private var flags = Column<ActionTag, Bool>()

  func contains(_ action: ActionID) -> Bool {
    action.index < flags.count && flags[action]
  }

  mutating func insert(_ action: ActionID) {
    flags.grow(to: action.index + 1, with: false)
    flags[action] = true
  }

  mutating func remove(_ action: ActionID) {
    if action.index < flags.count { flags[action] = false }
  }
}
