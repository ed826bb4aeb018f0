import SchedEngine
import SchedGraph

/// What ranks and hosts have and what of it is in use; finds the rank for an action.
///
/// Knows ids of neither actions nor messages.
///
/// A rank runs at most `slots` actions at once, and may have a few plain ones waiting. Processors,
/// memory and devices are the host's: its ranks share them. A *large* action (more than a
/// processor, or memory or devices) never waits at a rank: what it needs is free when it is sent.
package struct Placement {
  package private(set) var ranks: [Rank] = []
  package private(set) var hosts: [Host] = []
  /// The most processors that an action can have.
  package private(set) var mostCPUs = 1
  /// The most that an action can have on the ranks that are left, of each.
  private var most: Most = (0, 0)
  private var lists: RankLists
  /// Hosts that may take large actions, by how many processors are free.
  private var hostLists = RankLists(ranks: 0, depth: 0)
  /// Whether rank 0 runs more than what must run there.
  package private(set) var coordinatorWorks: Bool
  /// How many plain actions may wait at each rank but the coordinator's.
  package var aheadLimit = 0

  /// More never pays: 32 actions of a tenth of a millisecond hide any dispatch.
  static let deepestAhead = 32

  /// Up to so many ranks rank 0 works too.
  ///
  /// With more it is kept busy by the others and runs only what must run there.
  private static let mostRanksWithWorkingCoordinator = 16

  package static func coordinatorWorks(amongRanks count: Int) -> Bool {
    count <= mostRanksWithWorkingCoordinator
  }

  /// Rank 0 is the coordinator's.
  package init(_ machines: [Machine], slots: RankSlots, coordinatorWorks: Bool) {
    self.coordinatorWorks = coordinatorWorks
    lists = RankLists(ranks: machines.count, depth: 1 + Self.deepestAhead)
    var hostOfKey: [Machine.HostKey: Int] = [:]
    for machine in machines { add(machine, &hostOfKey) }
    for host in hosts.indices { countSlots(of: host, slots, machines) }
    for host in hosts.indices { countProcessors(of: host, machines) }
    let deepest = min(hosts.map(\.cpus).max() ?? 1, RankLists.mostLists - 1)
    hostLists = RankLists(ranks: hosts.count, depth: deepest)
    findMost()
    mostCPUs = ranks.map { min($0.mostCPUs, hosts[$0.host].cpus) }.max() ?? 1
    // In the end the first ranks of all hosts are last, and so the first to be taken.
    let order = ranks.indices.sorted { (ranks[$0].hostRank, $0) > (ranks[$1].hostRank, $1) }
    for rank in order { list(rank) }
  }

  private mutating func add(_ machine: Machine, _ hostOfKey: inout [Machine.HostKey: Int]) {
    let host = hostOfKey[machine.hostKey] ?? hosts.count
    if host == hosts.count {
      hostOfKey[machine.hostKey] = host
      hosts.append(Host(name: machine.host, cpus: Int(machine.cpus), memory: machine.memory))
    }
    let known = hosts[host].devices.firstIndex { $0.all == machine.gpus }
    if known == nil {
      hosts[host].devices.append(DeviceSet(all: machine.gpus, free: machine.gpus))
    }
    hosts[host].ranks.append(ranks.count)
    ranks.append(
      Rank(
        host: host, hostRank: UInt32(hosts[host].ranks.count - 1), slots: 0,
        deviceSet: known ?? hosts[host].devices.count - 1))
  }

  private mutating func countSlots(of host: Int, _ slots: RankSlots, _ machines: [Machine]) {
    var peers: [[UInt8]: Int] = [:]
    for rank in hosts[host].ranks { peers[machines[rank].binding, default: 0] += 1 }
    for rank in hosts[host].ranks {
      let machine = machines[rank]
      ranks[rank].slots = slots.count(of: machine, sharedBy: peers[machine.binding] ?? 1)
    }
  }

  private mutating func countProcessors(of host: Int, _ machines: [Machine]) {
    let processors = HostProcessors(hosts[host].ranks.map { machines[$0] })
    // Whoever starts more slots than there are processors wants them used.
    let allSlots = hosts[host].ranks.reduce(0) { $0 + ranks[$1].slots }
    hosts[host].cpus = max(processors.count, allSlots)
    for (rank, most) in zip(hosts[host].ranks, processors.ofEachRank ?? []) {
      ranks[rank].mostCPUs = most
    }
  }

  // MARK: What there is

  private func cpus(of resources: Resources, on rank: Rank) -> Int {
    min(resources.cpusOrOne, rank.mostCPUs, hosts[rank.host].cpus)
  }

  private typealias Most = (memory: UInt64, gpus: Int)

  private func most(of rank: Rank) -> Most {
    (hosts[rank.host].memory, hosts[rank.host].devices[rank.deviceSet].all.count)
  }

  /// It is asked for at each event, and changes only when a rank goes.
  private mutating func findMost() {
    most = ranks.reduce((0, 0)) { found, rank in
      if rank.isGone { return found }
      let own = most(of: rank)
      return (max(found.memory, own.memory), max(found.gpus, own.gpus))
    }
  }

  /// Why an action can never run on the ranks that are left, or nil.
  package func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal? {
    let (memory, gpus) = isLocal ? most(of: ranks[0]) : most
    if resources.memory > memory {
      return ResourceRefusal(kind: .memory, asked: resources.memory, available: memory)
    }
    if Int(resources.gpus) > gpus {
      return ResourceRefusal(kind: .gpus, asked: UInt64(resources.gpus), available: UInt64(gpus))
    }
    return nil
  }

  /// Whether an action could be sent now.
  package func admits(_ resources: Resources, isLocal: Bool) -> Bool {
    rank(for: resources, isLocal: isLocal) != nil
  }

  /// A rank that has nothing to do although it could.
  package var hasIdleRank: Bool { lists.best(upTo: 0) != nil }

  /// Whether at least two actions wait at each rank that takes any, and there is one.
  package var allAreLaden: Bool { lists.best(upTo: 2) == nil && lists.worst(from: 3) != nil }

  /// A rank with actions that wait, from which some may be taken back.
  package var mostLadenRank: Int? { lists.worst(from: 2) }

  // MARK: Taking and giving

  /// Precondition: `admits`.
  package mutating func take(_ resources: Resources, isLocal: Bool) -> Allocation {
    guard let rank = rank(for: resources, isLocal: isLocal) else {
      preconditionFailure("internal error: no rank admits the action")
    }
    let host = ranks[rank].host
    let use = use(of: rank)
    var allocation = Allocation(
      rank: rank, cpus: 1, memory: 0, gpus: [], isLarge: resources.isLarge)
    if allocation.isLarge {
      allocation.cpus = cpus(of: resources, on: ranks[rank])
      allocation.memory = resources.memory
      let set = ranks[rank].deviceSet
      allocation.gpus = Array(hosts[host].devices[set].free.prefix(Int(resources.gpus)))
      hosts[host].devices[set].free.removeFirst(allocation.gpus.count)
      hosts[host].usedMemory += allocation.memory
      hosts[host].usedCPUs += allocation.cpus
      ranks[rank].large += 1
    } else {
      ranks[rank].plain += 1
    }
    update(rank, from: use)
    return allocation
  }

  package mutating func give(_ allocation: Allocation) {
    let rank = allocation.rank
    let host = ranks[rank].host
    let use = use(of: rank)
    if allocation.isLarge {
      ranks[rank].large -= 1
      hosts[host].usedCPUs -= allocation.cpus
      hosts[host].usedMemory -= allocation.memory
      hosts[host].devices[ranks[rank].deviceSet].free.append(contentsOf: allocation.gpus)
    } else {
      ranks[rank].plain -= 1
    }
    update(rank, from: use)
  }

  /// The rank gets nothing until it is opened again.
  ///
  /// What it has must still be given back.
  package mutating func close(_ rank: Int) {
    ranks[rank].isClosed = true
    list(rank)
  }

  package mutating func open(_ rank: Int) {
    ranks[rank].isClosed = ranks[rank].isGone
    list(rank)
  }

  /// The rank never gets anything again.
  ///
  /// When no other is left, rank 0 works.
  package mutating func closeForGood(_ rank: Int) {
    ranks[rank].isGone = true
    close(rank)
    findMost()
    guard !coordinatorWorks, ranks.dropFirst().allSatisfy(\.isGone) else { return }
    coordinatorWorks = true
    list(0)
  }

  // MARK: Finding a rank

  private func rank(for resources: Resources, isLocal: Bool) -> Int? {
    if isLocal { return hasRoom(0, for: resources) ? 0 : nil }
    if resources.isLarge { return rankForLarge(resources) }
    // Nothing travels for what the coordinator runs itself.
    if coordinatorWorks, lists.contains(0, in: 0) { return 0 }
    return lists.best(upTo: aheadLimit)
  }

  private func hasRoom(_ rank: Int, for resources: Resources) -> Bool {
    let (rank, host) = (ranks[rank], hosts[ranks[rank].host])
    return !rank.isClosed && rank.plain + rank.large < rank.slots
      && cpus(of: resources, on: rank) <= host.freeCPUs
      && resources.memory <= host.memory - min(host.usedMemory, host.memory)
      && Int(resources.gpus) <= host.devices[rank.deviceSet].free.count
  }

  /// Of the hosts on which it fits, for several processors the fullest, so that room for still
  /// larger ones stays; else the emptiest.
  private func rankForLarge(_ resources: Resources) -> Int? {
    let cpus = min(resources.cpusOrOne, mostCPUs)
    let fitting = min(cpus, hostLists.deepest)...hostLists.deepest
    for offset in fitting {
      let list = cpus > 1 ? offset : fitting.lowerBound + fitting.upperBound - offset
      for host in hostLists[list].reversed() {
        let rank = hosts[Int(host)].ranks.first {
          ($0 > 0 || coordinatorWorks) && hasRoom($0, for: resources)
        }
        if let rank { return rank }
      }
    }
    return nil
  }

  // MARK: The lists

  private typealias Use = (plainCPUs: Int, hostIsFull: Bool)

  private func use(of rank: Int) -> Use {
    (ranks[rank].plainCPUs, hosts[ranks[rank].host].freeCPUs <= 0)
  }

  /// The rank's plain actions may use other processors than before: it may be in another list, and
  /// so may its host's other ranks when the host became full or is full no more.
  private mutating func update(_ rank: Int, from before: Use) {
    let host = ranks[rank].host
    hosts[host].usedCPUs += ranks[rank].plainCPUs - before.plainCPUs
    list(rank)
    guard use(of: rank).hostIsFull != before.hostIsFull else { return }
    for peer in hosts[host].ranks where peer != rank { list(peer) }
  }

  private mutating func list(_ rank: Int) {
    lists.move(rank, to: listIndex(of: rank))
    let host = ranks[rank].host
    let takesLarge = takesLarge(rank)
    if takesLarge != ranks[rank].takesLarge {
      ranks[rank].takesLarge = takesLarge
      hosts[host].takers += takesLarge ? 1 : -1
    }
    let free = hosts[host].takers > 0 ? max(0, hosts[host].freeCPUs) : 0
    hostLists.move(host, to: free == 0 ? nil : min(free, hostLists.deepest))
  }

  private func takesLarge(_ index: Int) -> Bool {
    let rank = ranks[index]
    return !rank.isClosed && (index > 0 || coordinatorWorks) && rank.plain + rank.large < rank.slots
  }

  private func listIndex(of index: Int) -> Int? {
    let rank = ranks[index]
    guard !rank.isClosed, index > 0 || coordinatorWorks else { return nil }
    let slots = rank.slots - rank.large
    if rank.plain < slots { return hosts[rank.host].freeCPUs > 0 ? 0 : nil }
    // The coordinator needs no line of its own actions: it starts the next at once.
    guard index > 0, slots > 0 else { return nil }
    return 1 + min(rank.waiting, Self.deepestAhead)
  }
}

extension Resources {
  /// More than a slot and its processor.
  package var isLarge: Bool { cpus > 1 || memory > 0 || gpus > 0 }

  package var cpusOrOne: Int { max(1, Int(cpus)) }
}
