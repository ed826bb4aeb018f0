extension RankSlots {
  /// The slots of a rank.
  ///
  /// `peers` is the number of ranks on its machine, itself included, that were bound to the same
  /// processors: they share them. What a batch system counts is the rank's own.
  func count(of machine: Machine, sharedBy peers: Int) -> Int {
    switch self {
    case .count(let count): return count
    case .auto where machine.granted > 0: return Int(machine.granted)
    case .auto:
      return max(1, min(machine.bound, Int(machine.cpus)) / max(1, peers))
    }
  }
}
