/// How many recipes run at once on each rank of an MPI job (`--slots`).
public enum RankSlots: Equatable, Sendable {
  case count(Int)
  /// As many as the rank has cores.
  case auto
}
