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
}
