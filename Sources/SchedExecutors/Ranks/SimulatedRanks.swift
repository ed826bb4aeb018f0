import DequeModule
import SchedEngine
import SchedGraph

/// The ranks of an MPI job as the coordinator sees them, and the lines at the workers, without messages.
///
/// Knows no clock: whoever asks says what time it is.
struct SimulatedRanks {
  struct Action {
    var id: ActionID
    var attempt: UInt32
    /// Nanoseconds.
    var duration: UInt64
    var allocation: Placement.Allocation
  }

  private struct Rank {
    var running = 0
    /// Plain actions behind those that run.
    var line = Deque<Action>()
    /// When something last ended there, or began on a rank that had nothing.
    var lastProgress: UInt64 = 0
  }

  private var placement: Placement
  private var ahead = AheadEstimate()
  private var ranks: [Rank]
  /// Plain actions that were taken back and for which no rank has room yet.
  private var unplaced = Deque<Action>()

  /// Each rank is a host of its own.
  init(count: Int, slots: Int) {
    let machines = (0..<count).map { rank in
      Machine(
        host: Array("\(rank)".utf8), bootID: [], cpus: UInt32(slots), binding: [], memory: .max,
        gpus: [])
    }
    placement = Placement(
      machines, slots: .count(slots),
      coordinatorWorks: Placement.coordinatorWorks(amongRanks: count))
    // With room in each line from the start: what a rank takes is not what an action or an edge takes.
    ranks = (0..<count).map { _ in Rank(line: Deque(minimumCapacity: 2)) }
  }

  /// Of the ranks that run more than what must run there.
  var slots: Int {
    placement.ranks.indices.reduce(0) { $0 + (isCounted($1) ? placement.ranks[$1].slots : 0) }
  }

  var localSlots: Int { placement.ranks[0].slots }

  /// Whether the rank runs more than what must run there.
  func isCounted(_ rank: Int) -> Bool { rank > 0 || placement.coordinatorWorks }

  func grantedCPUs(_ resources: Resources) -> Int {
    min(resources.cpusOrOne, placement.mostCPUs)
  }

  func admits(_ resources: Resources, isLocal: Bool) -> Bool {
    unplaced.isEmpty && placement.admits(Self.withoutLimits(resources), isLocal: isLocal)
  }

  /// Memory and GPUs are enough, but an action that asks for them waits at no rank.
  private static func withoutLimits(_ resources: Resources) -> Resources {
    var resources = resources
    resources.memory = resources.memory > 0 || resources.gpus > 0 ? 1 : 0
    resources.gpus = 0
    return resources
  }

  /// Precondition: `admits`.
  ///
  /// Adds the action to `begun` unless it waits at its rank.
  mutating func take(
    _ id: ActionID, attempt: UInt32, _ resources: Resources, isLocal: Bool, duration: UInt64,
    at time: UInt64, begun: inout [Action]
  ) {
    let allocation = placement.take(Self.withoutLimits(resources), isLocal: isLocal)
    send(
      Action(id: id, attempt: attempt, duration: duration, allocation: allocation), at: time, &begun
    )
  }

  private mutating func send(_ action: Action, at time: UInt64, _ begun: inout [Action]) {
    let rank = action.allocation.rank
    if placement.ranks[rank].plain + placement.ranks[rank].large == 1 {
      ranks[rank].lastProgress = time
    }
    guard ranks[rank].running < placement.ranks[rank].slots else {
      return ranks[rank].line.append(action)
    }
    ranks[rank].running += 1
    begun.append(action)
  }

  /// The action has ended; adds what begins now to `begun`.
  mutating func give(_ action: Action, at time: UInt64, begun: inout [Action]) {
    let rank = action.allocation.rank
    placement.give(action.allocation)
    ahead.add(action.duration)
    placement.aheadLimit = ahead.limit
    ranks[rank].lastProgress = time
    if let next = ranks[rank].line.popFirst() {
      begun.append(next)
    } else {
      ranks[rank].running -= 1
    }
    placeUnplaced(at: time, &begun)
  }

  /// When what waits at the most laden rank is taken back for one that has nothing to do; nil if there
  /// are no such two.
  var recallTime: UInt64? {
    guard unplaced.isEmpty, placement.hasIdleRank, let rank = placement.mostLadenRank else {
      return nil
    }
    return ranks[rank].lastProgress + ahead.recallAfter + 1
  }

  /// Takes back; adds what begins now to `begun`.
  mutating func recall(at time: UInt64, begun: inout [Action]) {
    guard let rank = placement.mostLadenRank else { return }
    for action in ranks[rank].line { placement.give(action.allocation) }
    unplaced.append(contentsOf: ranks[rank].line)
    ranks[rank].line.removeAll(keepingCapacity: true)
    placeUnplaced(at: time, &begun)
  }

  private mutating func placeUnplaced(at time: UInt64, _ begun: inout [Action]) {
    while !unplaced.isEmpty, placement.admits(Resources(), isLocal: false) {
      var action = unplaced.removeFirst()
      action.allocation = placement.take(Resources(), isLocal: false)
      send(action, at: time, &begun)
    }
  }
}
