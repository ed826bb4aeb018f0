/// What the coordinator has heard of each rank, and when.
struct RankRegister {
  struct Entry {
    var place = RankPlace()
    /// It got a signal and will run nothing more.
    var isLeaving = false
    /// It was given up: nothing is sent to it, and nothing that it says counts.
    var isGone = false
    /// It has been silent for some time: it is not spoken to until it says something.
    var isSuspect = false
    /// After a cancellation it did not say in time that its recipes are gone: it may be busy for long, with a
    /// copy for instance, and is not waited for.
    var isOverdue = false
    /// When something last ended there.
    var lastProgress: UInt64 = 0
    /// Actions were asked back, and the answer has not come.
    var isRecalling = false
  }

  var entries: [Entry]
  /// Ranks that are gone and whose recipes may still run, and until when.
  ///
  /// A list of its own: it is looked at again and again, and nearly always empty.
  private var lastLeases: [(rank: Int, end: UInt64)] = []

  init(size: Int) { entries = Array(repeating: Entry(), count: size) }

  subscript(rank: Int) -> Entry {
    get { entries[rank] }
    set { entries[rank] = newValue }
  }

  /// The rank is gone, and none of its recipes can run after `end`.
  mutating func holdUntil(_ end: UInt64, _ rank: Int) { lastLeases.append((rank, end)) }

  /// Those of which nothing runs any more since now, once each.
  mutating func takeOver(at time: UInt64) -> [Int] {
    guard !lastLeases.isEmpty else { return [] }
    let over = lastLeases.filter { $0.end <= time }
    lastLeases.removeAll { $0.end <= time }
    return over.map(\.rank)
  }

  /// The workers that can be talked to.
  var workers: [Int] { entries.indices.dropFirst().filter { !entries[$0].isGone } }
}
