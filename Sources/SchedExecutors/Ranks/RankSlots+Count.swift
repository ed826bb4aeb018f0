extension RankSlots {
  /// The slots of a rank.
  ///
  /// `peers` is the number of ranks on its machine, itself included, that were bound to the same
  /// processors: they share them.
  func count(of machine: Machine, sharedBy peers: Int) -> Int {
    switch self {
    case .count(let count): return count
    case .auto:
      return max(1, min(machine.bound, Int(machine.cpus)) / max(1, peers))
    }
  }
}
