/// How many actions should wait at each rank, by how long actions take: enough to hide the way to
/// the coordinator and back, no more, so that balance stays and what is started late is judged late.
package struct AheadEstimate {
  /// The work that should wait, nanoseconds: dispatch takes well under a millisecond on idle
  /// machines and a few when ranks share processors.
  static let workAhead: UInt64 = 4_000_000
  /// Behind actions that take longer nothing waits: the way is short against them.
  static let longest: UInt64 = 50_000_000

  /// The mean of recent durations; nil before the first.
  package private(set) var mean: UInt64?

  package init() {}

  package mutating func add(_ duration: UInt64) {
    guard let old = mean else { return mean = duration }
    mean = old - old / 8 + duration / 8
  }

  package var limit: Int {
    guard let mean, mean <= Self.longest else { return 0 }
    let count = (Self.workAhead + mean) / max(mean, 1)
    return Int(min(count, UInt64(Placement.deepestAhead)))
  }

  /// After so long without an end, nanoseconds, what waits at a rank may be given to one that has
  /// nothing to do: a short line behind a long action would wait for all of it.
  package var recallAfter: UInt64 { max(Self.workAhead, (mean ?? 0).multipliedClamped(by: 2)) }
}
