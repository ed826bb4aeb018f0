import TestSupport
import SchedGraph
import Testing

@testable import SchedExecutors

/// Large actions find a host without a look at each.
struct LargePlacementTests {
  private func placement(ranks: Int, perHost: Int) -> Placement {
    Placement(
      (0..<ranks).map { rank in
        Machine(
          host: [UInt8(rank / perHost)], bootID: [], cpus: 6, binding: [], memory: 8, gpus: [])
      }, slots: .count(2), coordinatorWorks: false)
  }

  /// Whether any rank has what the action needs, by a look at each.
  private func hasRoom(_ placement: Placement, _ resources: Resources) -> Bool {
    placement.ranks.indices.dropFirst().contains { index in
      let rank = placement.ranks[index]
      let host = placement.hosts[rank.host]
      return !rank.isClosed && rank.plain + rank.large < rank.slots
        && Int(resources.cpus) <= host.freeCPUs
        && resources.memory <= host.memory - host.usedMemory
    }
  }

  @Test
  func `one is admitted exactly when some rank has room, whatever was taken and given before`() {
    var random = SplitMix(seed: 7)
    var placement = placement(ranks: 12, perHost: 3)
    var allocations: [Placement.Allocation] = []
    var refusals = 0
    for _ in 0..<20_000 {
      let resources = Resources(
        cpus: .random(in: 1...4, using: &random), memory: .random(in: 0...3, using: &random))
      if resources.isLarge {
        let admits = placement.admits(resources, isLocal: false)
        #expect(admits == hasRoom(placement, resources))
        refusals += admits ? 0 : 1
      }
      let rank = Int.random(in: 1..<12, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: placement.close(rank)
      case 1: placement.open(rank)
      case 2..<6:
        guard placement.admits(resources, isLocal: false) else { continue }
        allocations.append(placement.take(resources, isLocal: false))
      default:
        guard let index = allocations.indices.randomElement(using: &random) else { continue }
        placement.give(allocations.remove(at: index))
      }
    }
    // Both answers came often.
    #expect((1_000..<19_000).contains(refusals))
  }

  @Test func `for several processors the fullest host is taken, for memory the emptiest`() {
    var placement = placement(ranks: 9, perHost: 3)
    let first = placement.take(Resources(cpus: 3), isLocal: false)
    let host = placement.ranks[first.rank].host
    let second = placement.take(Resources(cpus: 2), isLocal: false)
    #expect(placement.ranks[second.rank].host == host)
    let third = placement.take(Resources(memory: 1), isLocal: false)
    #expect(placement.ranks[third.rank].host != host)
  }
}
