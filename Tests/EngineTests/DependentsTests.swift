import TestSupport
import SchedBase
@testable import SchedEngine
import SchedGraph
import Testing

/// Edges in the notation `0>1 1>2`: 1 waits for 0, and 2 for 1.
private func plan(_ text: String) -> Dependents {
  plan(
    text.split(separator: " ").map { edge in
      let ends = edge.split(separator: ">").map { Int($0)! }
      return (ends[0], ends[1])
    })
}

private func plan(_ pairs: [(Int, Int)]) -> Dependents {
  var plan = Dependents()
  for (maker, dependent) in pairs { plan.add(ActionID(dependent), waitsFor: ActionID(maker)) }
  plan.checkInvariants()
  return plan
}

/// The plan's edges as a whole: order, cycles, longest paths.
struct DependentsTests {
  @Test func `each action stands before those that wait for it`() {
    #expect(plan("4>2 2>0 4>3 3>0 0>1").order(count: 5) == [4, 3, 2, 0, 1])
  }

  @Test func `actions without edges keep their order`() {
    #expect(plan("").order(count: 4) == [0, 1, 2, 3])
    #expect(plan("").order(count: 0) == [])
  }

  @Test func `two edges between the same actions are as good as one`() {
    #expect(plan("1>0 1>0").order(count: 2) == [1, 0])
  }

  @Test func `what is on or behind a cycle is missing in the order`() {
    #expect(plan("0>1 1>2 2>1 2>3").order(count: 5) == [0, 4])
    #expect(plan("0>1 1>2 2>1 2>3").cycle(count: 5) == [1, 2])
    #expect(plan("0>1 1>2").cycle(count: 3) == nil)
  }

  @Test func `a dropped edge orders nothing`() {
    var plan = Dependents()
    plan.add(ActionID(0), waitsFor: ActionID(1))
    plan.add(ActionID(1), waitsFor: ActionID(0), isDiscovered: true)
    #expect(plan.order(count: 2) == [])
    let isDropped = plan.dropDiscovered(ActionID(1), waitsFor: ActionID(0))
    let isOtherDropped = plan.dropDiscovered(ActionID(0), waitsFor: ActionID(1))
    #expect(isDropped && !isOtherDropped)
    #expect(plan.order(count: 2) == [1, 0])
    plan.checkInvariants()
  }

  @Test func `random graphs are ordered`() {
    for seed in 0..<50 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let names = (0..<40).shuffled(using: &random)
      let pairs = (0..<120).compactMap { _ -> (Int, Int)? in
        let (a, b) = (
          Int.random(in: 0..<40, using: &random), Int.random(in: 0..<40, using: &random)
        )
        return a == b ? nil : (names[min(a, b)], names[max(a, b)])
      }
      let order = plan(pairs).order(count: 40).map { Int($0) }
      #expect(order.sorted() == Array(0..<40), "seed \(seed)")
      let places = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
      #expect(pairs.allSatisfy { places[$0.0]! < places[$0.1]! }, "seed \(seed)")
    }
  }

  @Test func `what remains is the heaviest path to the end, the action itself included`() {
    let plan = plan("0>1 0>2 1>3 2>3")
    var lengths: [UInt64] = [1, 10, 20, 5, 7]
    plan.lengthen(&lengths, order: plan.order(count: 5))
    #expect(lengths == [26, 15, 25, 5, 7])
  }

  @Test func `weights beyond all measure stop at the greatest number`() {
    let plan = plan("0>1")
    var lengths: [UInt64] = [2, .max]
    plan.lengthen(&lengths, order: plan.order(count: 2))
    #expect(lengths == [.max, .max])
  }

  @Test func `a chain of 100,000 actions is ordered and measured`() {
    let depth = 100_000
    let chain = plan((0..<depth - 1).map { ($0 + 1, $0) })
    let order = chain.order(count: depth)
    #expect(order == (0..<UInt32(depth)).reversed())
    var lengths = [UInt64](repeating: 1, count: depth)
    chain.lengthen(&lengths, order: order)
    #expect(lengths.last == UInt64(depth))
  }

  // MARK: Groups

  /// The same random graph twice: with groups of makers, and with an edge for each maker.
  private func twins(_ random: inout SplitMix) -> (grouped: Dependents, plain: Dependents) {
    var (grouped, plain) = (Dependents(), Dependents())
    // Makers are below their dependents, so that there is no cycle.
    let groups = (0..<3).map { number -> [Int] in
      let makers = Array((0..<20).shuffled(using: &random).prefix(8))
      _ = grouped.begin(MakerGroupID(number))
      for maker in makers { grouped.add(MakerGroupID(number), waitsFor: ActionID(maker)) }
      return makers
    }
    for dependent in 20..<40 {
      var before: Set<Int> = []
      for _ in 0..<Int.random(in: 0..<3, using: &random) {
        let number = Int.random(in: 0..<3, using: &random)
        grouped.add(ActionID(dependent), waitsFor: MakerGroupID(number))
        for maker in groups[number] where before.insert(maker).inserted {
          plain.add(ActionID(dependent), waitsFor: ActionID(maker))
        }
      }
      for _ in 0..<Int.random(in: 0..<3, using: &random) {
        let maker = Int.random(in: 0..<dependent, using: &random)
        guard before.insert(maker).inserted else { continue }
        let isDiscovered = Bool.random(using: &random)
        for isGrouped in [true, false] {
          if isGrouped {
            grouped.add(
              ActionID(dependent), waitsFor: ActionID(maker), isDiscovered: isDiscovered)
          } else {
            plain.add(ActionID(dependent), waitsFor: ActionID(maker), isDiscovered: isDiscovered)
          }
        }
      }
    }
    grouped.checkInvariants()
    return (grouped, plain)
  }

  @Test func `who waits for a group waits as if for each of its makers`() {
    for seed in 0..<100 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      var (grouped, plain) = twins(&random)
      for action in (0..<40).map({ ActionID($0) }) {
        #expect(
          Set(grouped.dependents(of: action)) == Set(plain.dependents(of: action)), "seed \(seed)")
        #expect((grouped.waitCount(of: action) == 0) == (plain.waitCount(of: action) == 0))
        for other in (0..<40).map({ ActionID($0) }) {
          #expect(grouped.waits(action, for: other) == plain.waits(action, for: other))
        }
      }
      let weights = (0..<40).map { _ in UInt64.random(in: 0..<100, using: &random) }
      var (lengths, plainLengths) = (weights, weights)
      grouped.lengthen(&lengths, order: grouped.order(count: 40))
      plain.lengthen(&plainLengths, order: plain.order(count: 40))
      #expect(lengths == plainLengths, "seed \(seed)")
      #expect(grouped.cycle(count: 40) == nil)

      // Makers end, and some of them must run again; what is free is the same at each moment.
      var done: Set<Int> = []
      for _ in 0..<60 {
        let maker = Int.random(in: 0..<20, using: &random)
        if done.remove(maker) != nil {
          grouped.hold(ActionID(maker)) { _ in true }
          plain.hold(ActionID(maker)) { _ in true }
        } else {
          done.insert(maker)
          var waitingOnly: [Set<ActionID>] = [[], []]
          grouped.forEachDependent(waitingOnlyFor: ActionID(maker)) { waitingOnly[0].insert($0) }
          plain.forEachDependent(waitingOnlyFor: ActionID(maker)) { waitingOnly[1].insert($0) }
          // By two ways at once is more than one wait.
          #expect(waitingOnly[0].isSubset(of: waitingOnly[1]), "seed \(seed)")
          var (free, plainFree) = ([ActionID](), [ActionID]())
          grouped.release(ActionID(maker), free: &free)
          plain.release(ActionID(maker), free: &plainFree)
          #expect(free.sorted() == plainFree.sorted(), "seed \(seed)")
        }
        for action in (0..<40).map({ ActionID($0) }) {
          #expect(
            (grouped.waitCount(of: action) == 0) == (plain.waitCount(of: action) == 0),
            "seed \(seed)")
        }
        grouped.checkInvariants()
      }
      for dependent in 20..<40 {
        for maker in 0..<40 {
          let dropped = grouped.dropDiscovered(ActionID(dependent), waitsFor: ActionID(maker))
          let plainDropped = plain.dropDiscovered(ActionID(dependent), waitsFor: ActionID(maker))
          #expect(dropped == plainDropped, "seed \(seed)")
        }
      }
    }
  }

  @Test func `a group costs an edge for each maker and one for each dependent`() {
    var plan = Dependents()
    _ = plan.begin(MakerGroupID(0))
    for maker in 0..<500 { plan.add(MakerGroupID(0), waitsFor: ActionID(maker)) }
    for dependent in 500..<1500 { plan.add(ActionID(dependent), waitsFor: MakerGroupID(0)) }
    #expect(plan.edgeCount == 1500)
    let order = plan.order(count: 1500)
    #expect(order.count == 1501 && order.firstIndex(of: 1500) == 500)
  }

  @Test func `a cycle through a group names its actions`() {
    var plan = Dependents()
    _ = plan.begin(MakerGroupID(0))
    plan.add(MakerGroupID(0), waitsFor: ActionID(2))
    plan.add(MakerGroupID(0), waitsFor: ActionID(3))
    plan.add(ActionID(1), waitsFor: MakerGroupID(0))
    plan.add(ActionID(2), waitsFor: ActionID(1))
    #expect(plan.order(count: 4).count < 5)
    #expect(plan.cycle(count: 4) == [1, 2])
  }
}
