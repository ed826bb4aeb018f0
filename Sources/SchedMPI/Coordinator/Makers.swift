import SchedEngine
import SchedExecutors
import SchedGraph

/// Which rank has made what, so that ranks of other hosts can be told what to wait for.
struct Makers {
  private var rank: [ActionID: Int] = [:]

  mutating func note(_ action: ActionID, by rank: Int) { self.rank[action] = rank }

  /// Those of the inputs that a rank of another host than `reader`'s has made.
  func awaited(_ inputs: [MadeInput], on reader: Int, _ placement: Placement) -> [AwaitedFile] {
    inputs.compactMap { input in
      guard let maker = rank[input.maker] else { return nil }
      let host = placement.ranks[maker].host
      guard host != placement.ranks[reader].host else { return nil }
      return AwaitedFile(
        path: input.path, identity: input.identity, signature: input.signature,
        host: placement.hosts[host].name)
    }
  }
}
