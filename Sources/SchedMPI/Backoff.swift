/// How long a rank sleeps between two looks for messages: MPI has nothing to wait on, and only
/// children and signals end a sleep early.
///
/// It grows with the time since something last happened: a rank that waits for t has looked
/// every t/16, which adds at most a sixteenth to what it waited for and costs a few looks for each
/// doubling of t. From 80 ms on it looks 200 times a second, which is well under 2 % of a core.
struct Backoff {
  /// Shorter ones cost more in waking up than they win.
  static let shortest: UInt64 = 50_000
  /// Also while nothing that could come has to be done at once, as all slots of the rank are taken:
  /// each look takes time from the recipes that run meanwhile.
  static let longest: UInt64 = 5_000_000

  private var lastEvent: UInt64

  init(at now: UInt64) { lastEvent = now }

  mutating func somethingHappened(at now: UInt64) { lastEvent = now }

  func length(at now: UInt64) -> UInt64 {
    min(max((now &- lastEvent) / 16, Self.shortest), Self.longest)
  }
}
