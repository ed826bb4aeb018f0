import SchedBase
import SchedGraph

/// Who waits for whom in this build: the plan's edges, from an action to those that depend on it.
///
/// Edges are added while the build runs (listed and discovered makers), so each action's edges
/// are a chain through one array. An edge is pending while its dependent is counted as waiting for
/// its maker; the counts and the flags change together, here only.
struct Dependents {
  private struct Edge {
    var maker: ActionID
    var dependent: ActionID
    var next: UInt32
    var isDiscovered: Bool
    var isPending = true
    var isDropped = false
  }

  private static let none = UInt32.max
  private var first = Column<ActionTag, UInt32>()
  private var edges: [Edge] = []
  /// How many pending edges lead to each action.
  private var waits = Column<ActionTag, UInt32>()

  func waitCount(of action: ActionID) -> UInt32 {
    action.index < waits.count ? waits[action] : 0
  }

  /// `dependent` waits for `maker`; the caller adds a pair once.
  mutating func add(_ dependent: ActionID, waitsFor maker: ActionID, isDiscovered: Bool = false) {
    first.grow(to: maker.index + 1, with: Self.none)
    waits.grow(to: dependent.index + 1, with: 0)
    edges.append(
      Edge(
        maker: maker, dependent: dependent, next: first[maker], isDiscovered: isDiscovered))
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

  /// The edges as arrows from makers to dependents, over the actions below `count`.
  func arrows(count: Int) -> Arrows {
    var offsets = [UInt32](repeating: 0, count: count + 1)
    for edge in edges where !edge.isDropped { offsets[edge.maker.index + 1] += 1 }
    for index in 0..<count { offsets[index + 1] += offsets[index] }
    var next = offsets
    var targets = [UInt32](repeating: 0, count: Int(offsets[count]))
    for edge in edges where !edge.isDropped {
      targets[Int(next[edge.maker.index])] = edge.dependent.raw
      next[edge.maker.index] += 1
    }
    return Arrows(offsets: offsets, targets: targets)
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
    for edge in edges where edge.isPending { counts[edge.dependent] += 1 }
    precondition(counts.values == waits.values, "wait counts disagree with the edges")
  }
}
