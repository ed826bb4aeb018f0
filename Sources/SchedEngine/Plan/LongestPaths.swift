import SchedBase
import SchedGraph

/// The longest path that begins at each action, in nanoseconds: what still hangs on it. Actions
/// with the longest one start first, which keeps the end of a build short.
struct LongestPaths {
  private var lengths = Column<ActionTag, UInt64>()

  func length(from action: ActionID) -> UInt64? {
    guard action.index < lengths.count, lengths[action] != Self.unknown else { return nil }
    return lengths[action]
  }

  private static let unknown = UInt64.max
  private static let open = UInt64.max - 1

  /// Finds the lengths for `actions`, or a cycle: each action of it waits for the next one.
  /// Depth first along dependents with a stack of its own; O(actions + edges).
  mutating func find(
    for actions: [ActionID], _ dependents: Dependents, duration: (ActionID) -> UInt64
  ) -> [ActionID]? {
    guard let last = actions.max() else { return nil }
    lengths.grow(to: last.index + 1, with: Self.unknown)
    var stack: [(action: ActionID, dependents: [ActionID], next: Int)] = []
    for start in actions where lengths[start] == Self.unknown {
      stack.append((start, dependents.dependents(of: start), 0))
      lengths[start] = Self.open
      while let top = stack.last {
        guard top.next < top.dependents.count else {
          var longest: UInt64 = 0
          for dependent in top.dependents { longest = max(longest, lengths[dependent]) }
          lengths[top.action] = longest + duration(top.action)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let dependent = top.dependents[top.next]
        lengths.grow(to: dependent.index + 1, with: Self.unknown)
        if lengths[dependent] == Self.open {
          let begin = stack.firstIndex { $0.action == dependent } ?? 0
          for entry in stack { lengths[entry.action] = Self.unknown }
          // The stack leads from maker to dependent; a cycle is told the way it waits.
          return stack[begin...].map(\.action).reversed()
        }
        if lengths[dependent] == Self.unknown {
          lengths[dependent] = Self.open
          stack.append((dependent, dependents.dependents(of: dependent), 0))
        }
      }
    }
    return nil
  }
}
