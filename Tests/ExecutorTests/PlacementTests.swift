import SchedEngine
import SchedGraph
import Testing

@testable import SchedExecutors

/// `counts[h]` ranks on host h, each host with so many processors.
private func machines(_ counts: [Int], cpus: UInt32, gpus: [[UInt8]] = []) -> [Machine] {
  counts.enumerated().flatMap { host, count in
    Array(
      repeating: Machine(
        host: Array("node\(host)".utf8), bootID: [], cpus: cpus, binding: [0xff],
        memory: 8 << 30, gpus: gpus), count: count)
  }
}

private let plain = Resources()

@Suite struct PlacementTests {
  @Test func `plain actions fill all slots of all ranks, and no more`() {
    var placement = Placement(
      machines([2, 2], cpus: 2), slots: .count(2), coordinatorWorks: true)
    var allocations: [Placement.Allocation] = []
    while placement.admits(plain, isLocal: false) {
      allocations.append(placement.take(plain, isLocal: false))
    }
    #expect(
      Dictionary(grouping: allocations, by: \.rank).mapValues(\.count) == [0: 2, 1: 2, 2: 2, 3: 2])
    for allocation in allocations { placement.give(allocation) }
    #expect(placement.hosts.allSatisfy { $0.usedCPUs == 0 })
    #expect(placement.hasIdleRank)
  }

  @Test func `the first actions go to different hosts`() {
    var placement = Placement(
      machines([2, 2, 2], cpus: 2), slots: .count(1), coordinatorWorks: true)
    let ranks = (0..<3).map { _ in placement.take(plain, isLocal: false).rank }
    #expect(ranks == [0, 2, 4])
  }

  @Test func `a chain stays on the rank where it is`() {
    var placement = Placement(
      machines([1, 1, 1], cpus: 1), slots: .count(1), coordinatorWorks: true)
    let others = [placement.take(plain, isLocal: false), placement.take(plain, isLocal: false)]
    var ranks: Set<Int> = []
    for _ in 0..<5 {
      let allocation = placement.take(plain, isLocal: false)
      ranks.insert(allocation.rank)
      placement.give(allocation)
    }
    #expect(ranks == [2])
    #expect(others.map(\.rank) == [0, 1])
  }

  @Test func `actions wait at ranks only as far as the limit says, and never at the coordinator`() {
    var placement = Placement(machines([1, 1], cpus: 1), slots: .count(1), coordinatorWorks: true)
    placement.aheadLimit = 2
    var ranks: [Int] = []
    while placement.admits(plain, isLocal: false) {
      ranks.append(placement.take(plain, isLocal: false).rank)
    }
    #expect(ranks == [0, 1, 1, 1])
    #expect(placement.mostLadenRank == 1)
  }

  @Test func `an action of several processors holds back its host's other ranks`() {
    var placement = Placement(machines([4], cpus: 4), slots: .count(1), coordinatorWorks: true)
    let allocation = placement.take(Resources(cpus: 3), isLocal: false)
    let other = placement.take(plain, isLocal: false)
    #expect(!placement.admits(plain, isLocal: false))
    placement.give(allocation)
    for _ in 0..<3 { _ = placement.take(plain, isLocal: false) }
    #expect(!placement.admits(plain, isLocal: false))
    placement.give(other)
    #expect(placement.admits(plain, isLocal: false))
  }

  @Test func `all processors means those of one whole host`() {
    var placement = Placement(
      machines([2, 2], cpus: 2), slots: .count(1), coordinatorWorks: true)
    let all = Resources(cpus: Resources.allCPUs)
    let (a, b) = (placement.take(all, isLocal: false), placement.take(all, isLocal: false))
    #expect([a.cpus, b.cpus] == [2, 2])
    #expect(placement.ranks[a.rank].host != placement.ranks[b.rank].host)
    #expect(!placement.admits(plain, isLocal: false))
  }

  /// As srun gives processors to ranks: each has some of its own.
  private func held(_ bindings: [[UInt8]]) -> [Machine] {
    bindings.map { binding in
      var machine = machines([1], cpus: 0)[0]
      machine.binding = binding
      machine.cpus = UInt32(machine.bound)
      return machine
    }
  }

  @Test func `a host has all processors that were given to its ranks, an action those of its rank`()
  {
    var placement = Placement(
      held([[0x0f], [0xf0], [0, 0x0f]]), slots: .count(1), coordinatorWorks: true)
    #expect(placement.hosts.map(\.cpus) == [12])
    #expect(placement.mostCPUs == 4)
    var allocations: [Placement.Allocation] = []
    while placement.admits(Resources(cpus: 6), isLocal: false) {
      allocations.append(placement.take(Resources(cpus: 6), isLocal: false))
    }
    #expect(allocations.map(\.cpus) == [4, 4, 4])
    #expect(Set(allocations.map(\.rank)) == [0, 1, 2])
  }

  @Test func `processors that ranks share count once`() {
    let placement = Placement(held([[0x0f], [0x0f]]), slots: .count(1), coordinatorWorks: true)
    #expect(placement.hosts.map(\.cpus) == [4])
    #expect(placement.mostCPUs == 4)
  }

  @Test func `memory is the host's, whichever rank uses it`() {
    var placement = Placement(machines([3], cpus: 3), slots: .count(1), coordinatorWorks: true)
    let half = Resources(memory: 5 << 30)
    let allocation = placement.take(half, isLocal: false)
    #expect(!placement.admits(half, isLocal: false))
    #expect(placement.admits(plain, isLocal: false))
    placement.give(allocation)
    #expect(placement.admits(half, isLocal: false))
  }

  @Test func `each device is given to one action at a time`() {
    var placement = Placement(
      machines([2], cpus: 4, gpus: [[0x30], [0x31]]), slots: .count(2), coordinatorWorks: true)
    let one = Resources(gpus: 1)
    let (a, b) = (placement.take(one, isLocal: false), placement.take(one, isLocal: false))
    #expect(Set([a.gpus, b.gpus]) == [[[0x30]], [[0x31]]])
    #expect(!placement.admits(one, isLocal: false))
  }

  @Test func `ranks that see different devices use their own`() {
    var ranks = machines([2], cpus: 4, gpus: [[0x30]])
    ranks[1].gpus = [[0x31], [0x32]]
    var placement = Placement(ranks, slots: .count(1), coordinatorWorks: true)
    let allocation = placement.take(Resources(gpus: 2), isLocal: false)
    #expect(allocation.rank == 1)
    #expect(allocation.gpus == [[0x31], [0x32]])
  }

  @Test func `what no machine has is refused, more processors than there are are not`() {
    let placement = Placement(machines([1, 1], cpus: 2), slots: .count(1), coordinatorWorks: true)
    #expect(placement.refusal(Resources(cpus: 99), isLocal: false) == nil)
    #expect(
      placement.refusal(Resources(memory: 9 << 30), isLocal: false)
        == ResourceRefusal(kind: .memory, asked: 9 << 30, available: 8 << 30))
    #expect(
      placement.refusal(Resources(gpus: 1), isLocal: false)
        == ResourceRefusal(kind: .gpus, asked: 1, available: 0))
  }

  @Test func `a local action runs on rank 0 only, also where that does nothing else`() {
    var placement = Placement(machines([1, 1], cpus: 1), slots: .count(1), coordinatorWorks: false)
    #expect(placement.take(plain, isLocal: false).rank == 1)
    #expect(!placement.admits(plain, isLocal: false))
    #expect(placement.take(plain, isLocal: true).rank == 0)
    #expect(!placement.admits(plain, isLocal: true))
  }

  @Test func `a closed rank gets nothing more`() {
    var placement = Placement(machines([1, 1], cpus: 1), slots: .count(1), coordinatorWorks: true)
    placement.close(1)
    _ = placement.take(plain, isLocal: false)
    #expect(!placement.admits(plain, isLocal: false))
  }

  @Test func `automatic slots are the processors of a rank's binding, shared by its peers`() {
    var machine = machines([1], cpus: 8)[0]
    #expect(RankSlots.auto.count(of: machine, sharedBy: 2) == 4)
    machine.binding = [0b1100]
    #expect(RankSlots.auto.count(of: machine, sharedBy: 1) == 2)
    #expect(RankSlots.auto.count(of: machine, sharedBy: 4) == 1)
    #expect(RankSlots.count(3).count(of: machine, sharedBy: 4) == 3)
    // What a batch system counts holds also where it binds nothing, or has told the host otherwise.
    machine.granted = 1
    #expect(RankSlots.auto.count(of: machine, sharedBy: 1) == 1)
    machine.granted = 16
    #expect(RankSlots.auto.count(of: machine, sharedBy: 4) == 16)
  }

  @Test func `a host has what the batch system gave all its ranks, and each rank its own`() {
    var ranks = machines([3], cpus: 2)
    for rank in ranks.indices { ranks[rank].granted = 2 }
    let placement = Placement(ranks, slots: .count(1), coordinatorWorks: true)
    #expect(placement.hosts[0].cpus == 6)
    #expect(placement.mostCPUs == 2)
  }
}
