import SchedGraph
import Testing

/// Arrows in the notation `0>1 1>2` between `count` nodes.
private func arrows(_ count: Int, _ text: String) -> Arrows {
  arrows(
    count,
    text.split(separator: " ").map { arrow in
      let ends = arrow.split(separator: ">").map { UInt32($0)! }
      return (ends[0], ends[1])
    })
}

private func arrows(_ count: Int, _ pairs: [(UInt32, UInt32)]) -> Arrows {
  var offsets: [UInt32] = [0]
  var targets: [UInt32] = []
  let sorted = Dictionary(grouping: pairs, by: \.0)
  for node in 0..<UInt32(count) {
    targets += (sorted[node] ?? []).map(\.1)
    offsets.append(UInt32(targets.count))
  }
  return Arrows(offsets: offsets, targets: targets)
}

@Suite struct OrderTests {
  @Test func `each node stands before those it points at`() {
    #expect(arrows(5, "4>2 2>0 4>3 3>0 0>1").order() == [4, 2, 3, 0, 1])
  }

  @Test func `nodes without arrows keep their order`() {
    #expect(arrows(4, "").order() == [0, 1, 2, 3])
    #expect(arrows(0, "").order() == [])
  }

  @Test func `two arrows between the same nodes are as good as one`() {
    #expect(arrows(2, "1>0 1>0").order() == [1, 0])
  }

  @Test func `what is on or behind a cycle is missing in the order`() {
    #expect(arrows(5, "0>1 1>2 2>1 2>3").order() == [0, 4])
  }

  @Test func `random graphs are ordered`() {
    for seed in 0..<50 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let names = (0..<40 as Range<UInt32>).shuffled(using: &random)
      let pairs = (0..<120).compactMap { _ -> (UInt32, UInt32)? in
        let (a, b) = (
          Int.random(in: 0..<40, using: &random), Int.random(in: 0..<40, using: &random)
        )
        return a == b ? nil : (names[min(a, b)], names[max(a, b)])
      }
      let graph = arrows(40, pairs)
      let order = graph.order()
      #expect(order.sorted() == Array(0..<40), "seed \(seed)")
      let places = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
      #expect(pairs.allSatisfy { places[$0.0]! < places[$0.1]! }, "seed \(seed)")
      #expect(graph.cycle() == nil, "seed \(seed)")
    }
  }
}

@Suite struct CycleTests {
  @Test func `a graph without a cycle has none`() {
    #expect(arrows(4, "0>1 0>2 1>3 2>3").cycle() == nil)
  }

  @Test(arguments: [
    ("1>1", [1]),
    ("0>3 3>2 2>1 1>3", [1, 3, 2]),
    ("3>0 0>3", [0, 3]),
    ("0>1 1>2 2>4 4>1 2>3", [1, 2, 4]),
  ])
  func `a cycle is given whole, from its lowest node, and without what leads to it`(
    _ text: String, _ cycle: [UInt32]
  ) {
    #expect(arrows(5, text).cycle() == cycle)
  }
}

@Suite struct LongestPathTests {
  @Test func `what remains is the heaviest path to the end, the node itself included`() {
    let graph = arrows(5, "0>1 0>2 1>3 2>3")
    let remaining = graph.longestRemaining(weights: [1, 10, 20, 5, 7], order: graph.order())
    #expect(remaining == [26, 15, 25, 5, 7])
  }

  @Test func `weights beyond all measure stop at the greatest number`() {
    let graph = arrows(2, "0>1")
    #expect(graph.longestRemaining(weights: [2, .max], order: graph.order()) == [.max, .max])
  }
}

@Suite struct DeepChainTests {
  private static let depth = 100_000

  @Test func `a chain of 100,000 nodes is ordered and measured`() {
    let last = UInt32(Self.depth - 1)
    let chain = arrows(Self.depth, (0..<last).map { ($0 + 1, $0) })
    let order = chain.order()
    #expect(order == (0...last).reversed())
    #expect(chain.cycle() == nil)
    let remaining = chain.longestRemaining(
      weights: Array(repeating: 1, count: Self.depth), order: order)
    #expect(remaining.last == UInt64(Self.depth))
  }

  @Test func `a cycle of 100,000 nodes is found`() {
    let count = UInt32(Self.depth)
    let ring = arrows(Self.depth, (0..<count).map { ($0, ($0 + 1) % count) })
    #expect(ring.order() == [])
    #expect(ring.cycle() == Array(0..<count))
  }
}
