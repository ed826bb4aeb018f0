/// How many actions a rank runs at once (`--slots`).
public enum SlotChoice: Equatable, Sendable {
  case count(Int)
  /// The processors that the launcher gave the rank.
  case auto

  /// `peers` is the number of ranks on the machine, this one included, that were bound to the same
  /// processors: they share them.
  func count(of machine: Machine, sharedBy peers: Int) -> Int {
    switch self {
    case .count(let count): return count
    case .auto:
      let bound = machine.binding.reduce(0) { $0 + $1.nonzeroBitCount }
      return max(1, min(bound, Int(machine.cpus)) / max(1, peers))
    }
  }
}
