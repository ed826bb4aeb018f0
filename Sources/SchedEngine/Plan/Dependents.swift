import SchedBase
import SchedGraph

/// Who waits for whom in this build: the plan's edges, from an action to those that depend on it.
///
/// Edges are added while the build runs (listed and discovered makers), so each action's edges
/// are a chain through one list. Where several actions wait for the same makers, these are a group: edges lead from each
/// maker to the group, and from there to each dependent. An edge is pending while its dependent is counted as waiting for
/// its maker; the counts and the flags change together, here only. An edge takes 8 bytes: there are
/// millions.
struct Dependents {
  private struct Edge {
    /// The next edge of the same maker or group.
    var next: UInt32
    /// The number of the dependent or group in the low 28 bits, four flags above it.
    private var packed: UInt32

    private static let toGroup: UInt32 = 1 << 28
    private static let pending: UInt32 = 1 << 29
    private static let discovered: UInt32 = 1 << 30
    private static let dropped: UInt32 = 1 << 31
    static let mostActions = 1 << 28

    init(to dependent: ActionID, isDiscovered: Bool, next: UInt32) {
      precondition(dependent.index < Self.mostActions, "more than 250 million actions")
      self.next = next
      packed = dependent.raw | Self.pending | (isDiscovered ? Self.discovered : 0)
    }

    init(to group: MakerGroupID, next: UInt32) {
      precondition(group.index < Self.mostActions, "more than 250 million groups")
      self.next = next
      packed = group.raw | Self.pending | Self.toGroup
    }

    private var number: UInt32 { packed & (Self.toGroup - 1) }
    /// Of an edge that leads to an action.
    var dependent: ActionID { ActionID(raw: number) }
    var group: MakerGroupID? { packed & Self.toGroup != 0 ? MakerGroupID(raw: number) : nil }
    var isDiscovered: Bool { packed & Self.discovered != 0 }
    var isPending: Bool {
      get { packed & Self.pending != 0 }
      set { packed = newValue ? packed | Self.pending : packed & ~Self.pending }
    }
    var isDropped: Bool {
      get { packed & Self.dropped != 0 }
      set { packed = newValue ? packed | Self.dropped : packed & ~Self.dropped }
    }
  }

  private static let none = UInt32.max
  private var first = Column<ActionTag, UInt32>()
  private var edges = ChunkedArray<Edge>()
  /// How many pending edges lead to each action.
  private var waits = Column<ActionTag, UInt32>()
  private var firstOfGroup = Column<MakerGroupTag, UInt32>()
  private var waitsOfGroup = Column<MakerGroupTag, UInt32>()
  private var isBegun = Column<MakerGroupTag, Bool>()

  func waitCount(of action: ActionID) -> UInt32 {
    action.index < waits.count ? waits[action] : 0
  }

  var groupCount: Int { firstOfGroup.count }
  var edgeCount: Int { edges.count }

  /// `dependent` waits for `maker`, unless that is done; the caller adds a pair once.
  mutating func add(
    _ dependent: ActionID, waitsFor maker: ActionID, isDiscovered: Bool = false,
    isDone: Bool = false
  ) {
    first.grow(to: maker.index + 1, with: Self.none)
    waits.grow(to: dependent.index + 1, with: 0)
    var edge = Edge(to: dependent, isDiscovered: isDiscovered, next: first[maker])
    edge.isPending = !isDone
    edges.append(edge)
    first[maker] = UInt32(edges.count - 1)
    if !isDone { waits[dependent] += 1 }
  }

  // MARK: Groups

  /// A group of makers, whose makers are added next.
  ///
  /// Returns whether it was not known.
  mutating func begin(_ group: MakerGroupID) -> Bool {
    guard group.index >= groupCount || !isBegun[group] else { return false }
    isBegun.grow(to: group.index + 1, with: false)
    firstOfGroup.grow(to: group.index + 1, with: Self.none)
    waitsOfGroup.grow(to: group.index + 1, with: 0)
    isBegun[group] = true
    return true
  }

  /// The maker is one of the group, which waits for it unless it is done; the caller adds a pair once,
  /// before any dependent.
  mutating func add(_ group: MakerGroupID, waitsFor maker: ActionID, isDone: Bool = false) {
    first.grow(to: maker.index + 1, with: Self.none)
    var edge = Edge(to: group, next: first[maker])
    edge.isPending = !isDone
    edges.append(edge)
    first[maker] = UInt32(edges.count - 1)
    if !isDone { waitsOfGroup[group] += 1 }
  }

  /// `dependent` waits for all makers of a group that are not done.
  mutating func add(_ dependent: ActionID, waitsFor group: MakerGroupID) {
    let newest = firstOfGroup[group]
    if newest != Self.none, edges[Int(newest)].dependent == dependent { return }
    waits.grow(to: dependent.index + 1, with: 0)
    var edge = Edge(to: dependent, isDiscovered: false, next: newest)
    // One of them may have to run after all.
    edge.isPending = waitsOfGroup[group] > 0
    edges.append(edge)
    firstOfGroup[group] = UInt32(edges.count - 1)
    if edge.isPending { waits[dependent] += 1 }
  }

  // MARK: Done and held

  /// `maker` is done: nobody waits for it any more.
  ///
  /// Appends those that wait for nothing now.
  mutating func release(_ maker: ActionID, free: inout [ActionID]) {
    guard maker.index < first.count else { return }
    release(edgesFrom: first[maker], free: &free)
  }

  /// No deeper than a group: groups lead to actions.
  private mutating func release(edgesFrom start: UInt32, free: inout [ActionID]) {
    var next = start
    while next != Self.none {
      let index = Int(next)
      let edge = edges[index]
      next = edge.next
      guard edge.isPending else { continue }
      edges[index].isPending = false
      if let group = edge.group {
        waitsOfGroup[group] -= 1
        if waitsOfGroup[group] == 0 { release(edgesFrom: firstOfGroup[group], free: &free) }
      } else {
        waits[edge.dependent] -= 1
        if waits[edge.dependent] == 0 { free.append(edge.dependent) }
      }
    }
  }

  /// `maker`, which was done, must run after all: those that `mustWait` admits wait again.
  mutating func hold(_ maker: ActionID, where mustWait: (ActionID) -> Bool) {
    guard maker.index < first.count else { return }
    hold(edgesFrom: first[maker], where: mustWait)
  }

  private mutating func hold(edgesFrom start: UInt32, where mustWait: (ActionID) -> Bool) {
    var next = start
    while next != Self.none {
      let index = Int(next)
      let edge = edges[index]
      next = edge.next
      guard !edge.isPending, !edge.isDropped else { continue }
      if let group = edge.group {
        edges[index].isPending = true
        waitsOfGroup[group] += 1
        hold(edgesFrom: firstOfGroup[group], where: mustWait)
      } else if mustWait(edge.dependent) {
        edges[index].isPending = true
        waits[edge.dependent] += 1
      }
    }
  }

  /// Whether all edges between the two, at least one, are only discovered.
  func isDiscovered(_ dependent: ActionID, waitsFor maker: ActionID) -> Bool {
    var isFound = false
    var isRequired = false
    forEachEdge(from: firstEdge(of: maker)) { index in
      let edge = edges[index]
      if let group = edge.group {
        forEachEdge(from: firstOfGroup[group]) {
          if edges[$0].dependent == dependent { isRequired = true }
        }
      } else if edge.dependent == dependent, !edge.isDropped {
        if edge.isDiscovered { isFound = true } else { isRequired = true }
      }
    }
    return isFound && !isRequired
  }

  /// Drops the edges between the two if all of them are only discovered.
  ///
  /// Returns whether it did.
  mutating func dropDiscovered(_ dependent: ActionID, waitsFor maker: ActionID) -> Bool {
    guard isDiscovered(dependent, waitsFor: maker) else { return false }
    var next = firstEdge(of: maker)
    while next != Self.none {
      let index = Int(next)
      next = edges[index].next
      guard edges[index].group == nil, edges[index].dependent == dependent else { continue }
      edges[index].isDropped = true
      if edges[index].isPending {
        edges[index].isPending = false
        waits[dependent] -= 1
      }
    }
    return true
  }

  // MARK: Who depends on whom

  /// Those that depend on `maker`, pending or not; one that does so in several ways is met again.
  func forEachDependent(of maker: ActionID, _ body: (ActionID) -> Void) {
    forEachEdge(from: firstEdge(of: maker)) { index in
      let edge = edges[index]
      if let group = edge.group {
        forEachEdge(from: firstOfGroup[group]) { body(edges[$0].dependent) }
      } else if !edge.isDropped {
        body(edge.dependent)
      }
    }
  }

  /// Those that wait for nothing else than `maker`.
  func forEachDependent(waitingOnlyFor maker: ActionID, _ body: (ActionID) -> Void) {
    forEachEdge(from: firstEdge(of: maker)) { index in
      let edge = edges[index]
      if let group = edge.group {
        guard waitsOfGroup[group] == 1 else { return }
        forEachEdge(from: firstOfGroup[group]) {
          if waits[edges[$0].dependent] == 1 { body(edges[$0].dependent) }
        }
      } else if !edge.isDropped, waits[edge.dependent] == 1 {
        body(edge.dependent)
      }
    }
  }

  func dependents(of maker: ActionID) -> [ActionID] {
    var list: [ActionID] = []
    forEachDependent(of: maker) { list.append($0) }
    return list
  }

  /// Whether `action` waits, directly or not, for `other`; with `isRequired` by edges only that are more than
  /// discovered.
  ///
  /// O(edges reached).
  func waits(_ action: ActionID, for other: ActionID, isRequired: Bool = false) -> Bool {
    chain(from: action, to: other, isRequired: isRequired) != nil
  }

  /// The actions from `action` on, each of which waits for the next one, the last for `other`, which is
  /// left out; nil if `action` does not wait for it, with `isRequired` by edges that are more than discovered.
  ///
  /// O(edges reached).
  func chain(from action: ActionID, to other: ActionID, isRequired: Bool = false) -> [ActionID]? {
    var next: [ActionID: ActionID] = [other: other]
    var seenGroups: Set<MakerGroupID> = []
    var stack = [other]
    while let maker = stack.popLast() {
      if maker == action {
        var chain: [ActionID] = []
        var current = action
        while current != other {
          chain.append(current)
          current = next[current]!
        }
        return chain
      }
      func add(_ dependent: ActionID) {
        guard next[dependent] == nil else { return }
        next[dependent] = maker
        stack.append(dependent)
      }
      forEachEdge(from: firstEdge(of: maker)) { index in
        let edge = edges[index]
        if let group = edge.group {
          guard seenGroups.insert(group).inserted else { return }
          forEachEdge(from: firstOfGroup[group]) { add(edges[$0].dependent) }
        } else if !edge.isDropped, !isRequired || !edge.isDiscovered {
          add(edge.dependent)
        }
      }
    }
    return nil
  }

  // MARK: The whole plan

  /// Calls `body` with where each edge of a node leads; nodes are the actions below `count` and, behind
  /// them, the groups.
  @inline(__always)
  private func forEachNode(after node: UInt32, _ count: Int, _ body: (Int) -> Void) {
    let start =
      Int(node) < count
      ? firstEdge(of: ActionID(raw: node)) : firstOfGroup[MakerGroupID(Int(node) - count)]
    forEachEdge(from: start) { index in
      let edge = edges[index]
      if !edge.isDropped { body(edge.group.map { count + $0.index } ?? edge.dependent.index) }
    }
  }

  /// The actions below `count`, and the groups, numbered behind them, so that each stands before what
  /// depends on it; fewer of them if there is a cycle.
  ///
  /// O(actions + edges), without a copy of the edges.
  func order(count: Int) -> [UInt32] {
    let nodes = count + groupCount
    var before = [UInt32](repeating: 0, count: nodes)
    for node in 0..<UInt32(nodes) { forEachNode(after: node, count) { before[$0] += 1 } }
    var order: [UInt32] = []
    order.reserveCapacity(nodes)
    for node in 0..<UInt32(nodes) where before[Int(node)] == 0 { order.append(node) }
    var next = 0
    while next < order.count {
      forEachNode(after: order[next], count) { dependent in
        before[dependent] -= 1
        if before[dependent] == 0 { order.append(UInt32(dependent)) }
      }
      next += 1
    }
    return order
  }

  /// For each action the weight of the heaviest path that begins with it, its own included.
  ///
  /// `order` is a whole one of as many actions; `lengths` are the weights.
  func lengthen(_ lengths: inout [UInt64], order: [UInt32]) {
    let count = lengths.count
    var ofGroups = [UInt64](repeating: 0, count: groupCount)
    for node in order.reversed() {
      var longest: UInt64 = 0
      forEachNode(after: node, count) {
        longest = max(longest, $0 < count ? lengths[$0] : ofGroups[$0 - count])
      }
      guard node < count else {
        ofGroups[Int(node) - count] = longest
        continue
      }
      let (sum, overflow) = lengths[Int(node)].addingReportingOverflow(longest)
      lengths[Int(node)] = overflow ? .max : sum
    }
  }

  /// One cycle, from makers to dependents, if there is any.
  func cycle(count: Int) -> [UInt32]? {
    var offsets: [UInt32] = [0]
    var targets: [UInt32] = []
    for node in 0..<UInt32(count + groupCount) {
      forEachNode(after: node, count) { targets.append(UInt32($0)) }
      offsets.append(UInt32(targets.count))
    }
    // It begins with its lowest node, which is an action: groups are behind them.
    return Adjacency(offsets: offsets, targets: targets).cycle()?.filter { $0 < count }
  }

  private func firstEdge(of maker: ActionID) -> UInt32 {
    maker.index < first.count ? first[maker] : Self.none
  }

  @inline(__always)
  private func forEachEdge(from start: UInt32, _ body: (Int) -> Void) {
    var next = start
    while next != Self.none {
      body(Int(next))
      next = edges[Int(next)].next
    }
  }

  func checkInvariants() {
    var counts = Column<ActionTag, UInt32>(repeating: 0, count: waits.count)
    var ofGroups = Column<MakerGroupTag, UInt32>(repeating: 0, count: groupCount)
    for index in 0..<edges.count where edges[index].isPending {
      if let group = edges[index].group {
        ofGroups[group] += 1
      } else {
        counts[edges[index].dependent] += 1
      }
    }
    precondition(
      counts.values == waits.values && ofGroups.values == waitsOfGroup.values,
      "wait counts disagree with the edges")
  }
}
