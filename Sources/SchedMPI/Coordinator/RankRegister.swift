/// What the coordinator has heard of each rank, and when.
struct RankRegister {
  struct Entry {
    var place = RankPlace()
    /// It got a signal and will run nothing more.
    var isLeaving = false
    /// It was given up: nothing is sent to it, and nothing that it says counts.
    var isGone = false
    /// Of a rank that is gone: when none of its recipes can run any more; nil when that is past.
    var overAt: UInt64?
    /// It has been silent for some time: it is not spoken to until it says something.
    var isSuspect = false
    /// When something last ended there.
    var lastProgress: UInt64 = 0
    /// Actions were asked back, and the answer has not come.
    var isRecalling = false

    func isOver(at time: UInt64) -> Bool { overAt.map { $0 <= time } ?? false }
  }

  var entries: [Entry]

  init(size: Int) { entries = Array(repeating: Entry(), count: size) }

  subscript(rank: Int) -> Entry {
    get { entries[rank] }
    set { entries[rank] = newValue }
  }

  /// The workers that can be talked to.
  var workers: [Int] { entries.indices.dropFirst().filter { !entries[$0].isGone } }
}
