/// How the ranks of an MPI job work, as the command line asks for it.
public struct RankOptions: Equatable, Sendable {
  /// `--slots`.
  public var slots: RankSlots
  /// `--latency-wait`: how long a rank waits for what another host has made to be seen on its own,
  /// nanoseconds.
  public var latencyWait: UInt64

  public static let defaultLatencyWait: UInt64 = 30_000_000_000

  public init(
    slots: RankSlots = .count(1), latencyWait: UInt64 = RankOptions.defaultLatencyWait
  ) {
    self.slots = slots
    self.latencyWait = latencyWait
  }
}
