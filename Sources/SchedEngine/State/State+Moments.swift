/// The moments of what was seen and of what was confirmed, in one order over all builds.
///
/// Two looks at one file in one build may differ. A record that was confirmed between them holds for the
/// first one only, so numbers of builds would not do: what changes after a confirmation gets a later
/// moment than it. A moment ends with the first change after a confirmation, so that there are no more of them
/// than of either.
struct Moments {
  /// Later than every one: what changed then has changed since whenever it was confirmed.
  ///
  /// Where four billion are used up, everything is walked in full: slower, and still right.
  static let end = UInt32.max

  private(set) var last: UInt32 = 0
  private var hasConfirmed = true

  /// One that a file of the state names.
  mutating func meet(_ moment: UInt32) { last = max(last, moment) }

  /// Nothing that follows happens in a moment that was met.
  mutating func begin() { hasConfirmed = true }

  /// When something is seen to have changed now.
  @inline(__always)
  mutating func change() -> UInt32 {
    if hasConfirmed {
      hasConfirmed = false
      if last < Self.end { last += 1 }
    }
    return last
  }

  /// When something is confirmed now.
  mutating func confirmation() -> UInt32 {
    hasConfirmed = true
    return min(last, Self.end - 1)
  }
}

extension State {
  /// This build begins after all moments that the files of the state name.
  func beginMoments(after last: UInt32 = 0) {
    moments.meet(last)
    moments.begin()
    build = moments.last == Moments.end ? Moments.end : moments.last + 1
  }
}
