import SchedBase
import SchedEngine
import SchedExecutors
import SchedGraph

/// Which rank has made what, so that ranks of other hosts can be told what to wait for.
struct Makers {
  /// -1: it is not known to have been made.
  private var rank = ChunkedArray<Int32>()

  mutating func note(_ action: ActionID, by rank: Int) {
    while self.rank.count <= action.index { self.rank.append(-1) }
    self.rank[action.index] = Int32(rank)
  }

  /// Those of the inputs that a rank of another host than `reader`'s has made.
  func awaited(_ inputs: [MadeInput], on reader: Int, _ placement: Placement) -> [AwaitedFile] {
    inputs.compactMap { input in
      guard input.maker.index < rank.count, rank[input.maker.index] >= 0 else { return nil }
      let maker = Int(rank[input.maker.index])
      let host = placement.ranks[maker].host
      guard host != placement.ranks[reader].host else { return nil }
      return AwaitedFile(
        path: input.path, identity: input.identity, signature: input.signature,
        host: placement.hosts[host].name)
    }
  }
}
