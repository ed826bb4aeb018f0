/// Ranks that may be given an action, in lists: those in list 0 can start one at once, those in
/// list 1 + n have n waiting.
///
/// Moving a rank and finding the best one take constant time, however many ranks there are.
///
/// Also hosts by how many processors are free.
struct RankLists {
  private var lists: [[Int32]]
  /// The list in which each rank is, or -1, and its place there.
  private var list: [Int16]
  private var place: [Int32]

  /// As many as fit into the column.
  static let mostLists = Int(Int16.max)
  var deepest: Int { lists.count - 1 }

  init(ranks: Int, depth: Int) {
    lists = Array(repeating: [], count: depth + 1)
    list = Array(repeating: -1, count: ranks)
    place = Array(repeating: 0, count: ranks)
  }

  /// Takes the rank out of its list and, unless nil, puts it at the end of another.
  mutating func move(_ rank: Int, to target: Int?) {
    let old = Int(list[rank])
    if old == target { return }
    if old >= 0 {
      let last = lists[old].removeLast()
      if Int(last) != rank {
        lists[old][Int(place[rank])] = last
        place[Int(last)] = place[rank]
      }
    }
    list[rank] = Int16(target ?? -1)
    guard let target else { return }
    place[rank] = Int32(lists[target].count)
    lists[target].append(Int32(rank))
  }

  /// In the order in which they came.
  subscript(list: Int) -> [Int32] { lists[list] }

  func contains(_ rank: Int, in list: Int) -> Bool { self.list[rank] == list }

  /// The rank that came last into the lowest list up to `limit`: the chain that just ended there
  /// goes on where its files are.
  func best(upTo limit: Int) -> Int? {
    for list in lists.prefix(limit + 1) {
      if let rank = list.last { return Int(rank) }
    }
    return nil
  }

  /// A rank of the last list that is not empty, from `first` on.
  func worst(from first: Int) -> Int? {
    for list in lists.dropFirst(first).reversed() {
      if let rank = list.last { return Int(rank) }
    }
    return nil
  }
}
