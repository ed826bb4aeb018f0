import SchedBase
import SchedGraph

/// Who waits for whom in this build: the plan's edges, from an action to those that depend on it.
///
/// Edges are added while the build runs (listed and discovered makers), so each action's edges
/// are a chain through one list. An edge is pending while its dependent is counted as waiting for
/// its maker; the counts and the flags change together, here only. An edge takes 8 bytes: there are
/// millions.
struct Dependents {
  private struct Edge {
    /// The next edge of the same maker.
    var next: UInt32
    /// The dependent's number in the low 29 bits, three flags above it.
    private var packed: UInt32

    private static let pending: UInt32 = 1 << 29
    private static let discovered: UInt32 = 1 << 30
    private static let dropped: UInt32 = 1 << 31
    static let mostActions = 1 << 29

    init(to dependent: ActionID, isDiscovered: Bool, next: UInt32) {
      precondition(dependent.index < Self.mostActions, "more than 500 million actions")
      self.next = next
      packed = dependent.raw | Self.pending | (isDiscovered ? Self.discovered : 0)
    }

    var dependent: ActionID { ActionID(raw: packed & (Self.pending - 1)) }
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

  func waitCount(of action: ActionID) -> UInt32 {
    action.index < waits.count ? waits[action] : 0
  }

  /// `dependent` waits for `maker`; the caller adds a pair once.
  mutating func add(_ dependent: ActionID, waitsFor maker: ActionID, isDiscovered: Bool = false) {
    first.grow(to: maker.index + 1, with: Self.none)
    waits.grow(to: dependent.index + 1, with: 0)
    edges.append(Edge(to: dependent, isDiscovered: isDiscovered, next: first[maker]))
    first[maker] = UInt32(edges.count - 1)
    waits[dependent] += 1
  }

  /// `maker` is done: nobody waits for it any more.
  ///
  /// Appends those that wait for nothing now.
  mutating func release(_ maker: ActionID, free: inout [ActionID]) {
    forEachEdge(of: maker) { dependents, index in
      guard dependents.edges[index].isPending else { return }
      dependents.edges[index].isPending = false
      let dependent = dependents.edges[index].dependent
      dependents.waits[dependent] -= 1
      if dependents.waits[dependent] == 0 { free.append(dependent) }
    }
  }

  /// `maker`, which was done, must run after all: those that `mustWait` admits wait again.
  mutating func hold(_ maker: ActionID, where mustWait: (ActionID) -> Bool) {
    forEachEdge(of: maker) { dependents, index in
      let edge = dependents.edges[index]
      guard !edge.isPending, !edge.isDropped, mustWait(edge.dependent) else { return }
      dependents.edges[index].isPending = true
      dependents.waits[edge.dependent] += 1
    }
  }

  /// Drops the edges between the two if all of them are only discovered.
  ///
  /// Returns whether it did.
  mutating func dropDiscovered(_ dependent: ActionID, waitsFor maker: ActionID) -> Bool {
    var found: [Int] = []
    var isRequired = false
    forEachEdge(of: maker) { dependents, index in
      let edge = dependents.edges[index]
      guard edge.dependent == dependent, !edge.isDropped else { return }
      if edge.isDiscovered { found.append(index) } else { isRequired = true }
    }
    guard !isRequired, !found.isEmpty else { return false }
    for index in found {
      edges[index].isDropped = true
      if edges[index].isPending {
        edges[index].isPending = false
        waits[dependent] -= 1
      }
    }
    return true
  }

  /// Those that depend on `maker`, pending or not.
  func forEachDependent(of maker: ActionID, _ body: (ActionID) -> Void) {
    guard maker.index < first.count else { return }
    var index = first[maker]
    while index != Self.none {
      let edge = edges[Int(index)]
      if !edge.isDropped { body(edge.dependent) }
      index = edge.next
    }
  }

  func dependents(of maker: ActionID) -> [ActionID] {
    var list: [ActionID] = []
    forEachDependent(of: maker) { list.append($0) }
    return list
  }

  /// Whether `action` waits, directly or not, for `other`.
  ///
  /// O(edges reached).
  func waits(_ action: ActionID, for other: ActionID) -> Bool {
    var seen: Set<ActionID> = [other]
    var stack = [other]
    while let next = stack.popLast() {
      if next == action { return true }
      forEachDependent(of: next) { if seen.insert($0).inserted { stack.append($0) } }
    }
    return false
  }

  // MARK: The whole plan

  /// The actions below `count` so that each stands before those that depend on it; fewer of them if
  /// there is a cycle.
  ///
  /// O(actions + edges), without a copy of the edges.
  func order(count: Int) -> [UInt32] {
    var before = [UInt32](repeating: 0, count: count)
    for maker in 0..<count {
      forEachDependent(of: ActionID(maker)) { before[$0.index] += 1 }
    }
    var order: [UInt32] = []
    order.reserveCapacity(count)
    for action in 0..<UInt32(count) where before[Int(action)] == 0 { order.append(action) }
    var next = 0
    while next < order.count {
      forEachDependent(of: ActionID(raw: order[next])) { dependent in
        before[dependent.index] -= 1
        if before[dependent.index] == 0 { order.append(dependent.raw) }
      }
      next += 1
    }
    return order
  }

  /// For each action the weight of the heaviest path that begins with it, its own included.
  ///
  /// `order` is a whole one; `lengths` are the weights.
  func lengthen(_ lengths: inout [UInt64], order: [UInt32]) {
    for action in order.reversed() {
      var longest: UInt64 = 0
      forEachDependent(of: ActionID(raw: action)) { longest = max(longest, lengths[$0.index]) }
      let (sum, overflow) = lengths[Int(action)].addingReportingOverflow(longest)
      lengths[Int(action)] = overflow ? .max : sum
    }
  }

  /// One cycle, from makers to dependents, if there is any.
  func cycle(count: Int) -> [UInt32]? {
    var offsets: [UInt32] = [0]
    var targets: [UInt32] = []
    for maker in 0..<count {
      forEachDependent(of: ActionID(maker)) { targets.append($0.raw) }
      offsets.append(UInt32(targets.count))
    }
    return Arrows(offsets: offsets, targets: targets).cycle()
  }

  private mutating func forEachEdge(of maker: ActionID, _ body: (inout Dependents, Int) -> Void) {
    guard maker.index < first.count else { return }
    var index = first[maker]
    while index != Self.none {
      let next = edges[Int(index)].next
      body(&self, Int(index))
      index = next
    }
  }

  func checkInvariants() {
    var counts = Column<ActionTag, UInt32>(repeating: 0, count: waits.count)
    for index in 0..<edges.count where edges[index].isPending {
      counts[edges[index].dependent] += 1
    }
    precondition(counts.values == waits.values, "wait counts disagree with the edges")
  }
}
