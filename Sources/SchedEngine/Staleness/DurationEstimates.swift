import SchedBase
import SchedGraph

/// How long actions are expected to take, from the durations in the state: an action's own last
/// one, else the mean of the same rule, else of all, else a second.
final class DurationEstimates {
  private struct Mean {
    var sum: UInt64 = 0
    var count: UInt64 = 0
    var value: UInt64? { count == 0 ? nil : sum / count }

    mutating func add(_ duration: UInt64) {
      sum = sum.addingClamped(duration)
      count += 1
    }
  }

  private var rules: [UInt32: Mean] = [:]
  private var all = Mean()
  private var knownCount = -1

  /// Nanoseconds.
  ///
  /// The means are found once for each set of wanted actions. O(1) otherwise.
  func duration(of action: ActionID, among wanted: [ActionID], _ graph: Graph, _ state: State)
    -> UInt64
  {
    if let own = Self.recorded(action, graph, state) { return own }
    if knownCount != wanted.count { findMeans(wanted, graph, state) }
    let rule = graph.actions[action].rule
    return (rule == 0 ? nil : rules[rule]?.value) ?? all.value ?? 1_000_000_000
  }

  private func findMeans(_ wanted: [ActionID], _ graph: Graph, _ state: State) {
    knownCount = wanted.count
    rules = [:]
    all = Mean()
    for action in wanted {
      guard let duration = Self.recorded(action, graph, state) else { continue }
      all.add(duration)
      let rule = graph.actions[action].rule
      if rule != 0 { rules[rule, default: Mean()].add(duration) }
    }
  }

  static func recorded(_ action: ActionID, _ graph: Graph, _ state: State) -> UInt64? {
    guard let first = graph.outputs(of: action).first, let record = state.owner(of: first) else {
      return nil
    }
    let duration = state.row(record).duration
    return duration == 0 ? nil : duration
  }
}
