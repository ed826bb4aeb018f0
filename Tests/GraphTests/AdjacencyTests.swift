import SchedGraph
import Testing

/// Edges in the notation `0>1 1>2` between `count` nodes.
private func edges(_ count: Int, _ text: String) -> Adjacency {
  edges(
    count,
    text.split(separator: " ").map { edge in
      let ends = edge.split(separator: ">").map { UInt32($0)! }
      return (ends[0], ends[1])
    })
}

private func edges(_ count: Int, _ pairs: [(UInt32, UInt32)]) -> Adjacency {
  var offsets: [UInt32] = [0]
  var targets: [UInt32] = []
  let sorted = Dictionary(grouping: pairs, by: \.0)
  for node in 0..<UInt32(count) {
    targets += (sorted[node] ?? []).map(\.1)
    offsets.append(UInt32(targets.count))
  }
  return Adjacency(offsets: offsets, targets: targets)
}

@Suite struct CycleTests {
  @Test func `a graph without a cycle has none`() {
    #expect(edges(4, "0>1 0>2 1>3 2>3").cycle() == nil)
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
    #expect(edges(5, text).cycle() == cycle)
  }
}

@Suite struct DeepChainTests {
  private static let depth = 100_000

  @Test func `a chain of 100,000 nodes has no cycle`() {
    let last = UInt32(Self.depth - 1)
    #expect(edges(Self.depth, (0..<last).map { ($0 + 1, $0) }).cycle() == nil)
  }

  @Test func `a cycle of 100,000 nodes is found`() {
    let count = UInt32(Self.depth)
    let ring = edges(Self.depth, (0..<count).map { ($0, ($0 + 1) % count) })
    #expect(ring.cycle() == Array(0..<count))
  }
}
