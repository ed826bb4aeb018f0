import Glibc
import SchedBase
import SchedGraph
import Testing
import TestSupport

@testable import SchedEngine

/// Every way in which a few actions may depend on each other, with every mix of what they may be: each build
/// ends, and ends as a build from scratch would.
///
/// All graphs of two to four actions, those of two with all mixes, the others with mixes by chance, and graphs of five
/// by chance. `SCHED_STATES=<seed>` takes others, `SCHED_STATES=all` all mixes of three and four, which takes half an
/// hour.
struct StateMachineTests {
  /// What an action is besides a number in the graph.
  private enum Trait: Int, CaseIterable {
    case plain, secondary, temporary, always, discovered, failing, cutOff
  }

  @Test(arguments: [2, 3, 4, 5])
  func `each build of a few actions ends and ends right`(_ count: Int) {
    let wish = getenv("SCHED_STATES").map { String(cString: $0) }
    let seed = wish.flatMap { UInt64($0) } ?? 20_261_130
    let pairs = (0..<count).flatMap { a in (0..<a).map { (a, $0) } }
    let graphs = 1 << pairs.count
    let mixes = (0..<count).reduce(1) { product, _ in product * Trait.allCases.count }
    let all = graphs * mixes
    let isWhole = count < 3 || (count < 5 && wish == "all")
    var random = SplitMix(seed: seed &+ UInt64(count))
    for number in 0..<(isWhole ? all : Self.sample) {
      let graph = count < 5 ? number % graphs : random.below(graphs)
      let state = isWhole ? number : graph * mixes + random.below(mixes)
      let tree = Self.tree(count, pairs, graph: state / mixes, mix: state % mixes)
      for fault in Self.faults(of: tree, &random) {
        Issue.record("\(fault); SCHED_STATES=\(seed), graph \(state / mixes), mix \(state % mixes)")
        return
      }
    }
  }

  /// n0's old depfile names n3, which reads n0 by now; n1's names n0, and is right.
  @Test func `of two old depfiles in a cycle the one that cannot be right orders nothing`() {
    var tree = ModelTree([
      ModelTree.Node(), ModelTree.Node(discovers: [0]), ModelTree.Node(kind: .always, inputs: [1]),
      ModelTree.Node(kind: .always, inputs: [0, 1, 2]),
    ])
    var random = SplitMix(seed: 1)
    #expect(Self.check(&tree, 2, &random, isFailing: false) == [])
    tree.nodes[0].source += 1
    for index in [2, 3] {
      tree.nodes[index].discovers = tree.nodes[index].inputs
      tree.nodes[index].inputs = []
    }
    tree.records[0]?.discovered = [3]
    tree.records[0]?.inputs[3] = tree.disk[3]
    #expect(Self.check(&tree, 2, &random, isFailing: false) == [])
  }

  private static let sample = 256

  private static func tree(_ count: Int, _ pairs: [(Int, Int)], graph: Int, mix: Int) -> ModelTree {
    var nodes = Array(repeating: ModelTree.Node(), count: count)
    var rest = mix
    for index in 0..<count {
      let trait = Trait(rawValue: rest % Trait.allCases.count) ?? .plain
      rest /= Trait.allCases.count
      let reads = pairs.indices.filter { graph >> $0 & 1 == 1 && pairs[$0].0 == index }
        .map { pairs[$0].1 }
      switch trait {
      case .secondary: nodes[index].kind = .secondary
      case .temporary: nodes[index].kind = .temporary
      case .always: nodes[index].kind = .always
      case .failing: nodes[index].fails = true
      case .cutOff: nodes[index].cutsOff = true
      case .plain, .discovered: break
      }
      if trait == .discovered {
        nodes[index].discovers = reads
      } else {
        nodes[index].inputs = reads
      }
    }
    return ModelTree(nodes)
  }

  /// Builds from scratch, then after edits with failures, then without them, then once more; what is
  /// wrong with any of that.
  private static func faults(of tree: ModelTree, _ random: inout SplitMix) -> [String] {
    var tree = tree
    let slots = 1 + Int(random.next() % 3)
    var faults = check(&tree, slots, &random, isFailing: false)
    for round in 0..<2 where faults.isEmpty {
      // What was asked for by name stays; now nothing is, or something.
      for index in tree.nodes.indices {
        switch random.next() % 6 {
        case 0, 1: tree.nodes[index].source += 1
        case 2: tree.disk[index] = nil
        case 3 where round == 1:
          // What the header names is found by a depfile now, or the other way round.
          let node = tree.nodes[index]
          (tree.nodes[index].inputs, tree.nodes[index].discovers) = (node.discovers, node.inputs)
        default: break
        }
        addForgottenCycle(index, &tree, &random)
      }
      faults = check(&tree, slots, &random, isFailing: true)
      if faults.isEmpty { faults = check(&tree, slots, &random, isFailing: false) }
      if faults.isEmpty { faults = check(&tree, slots, &random, isFailing: false, isSecond: true) }
    }
    return faults
  }

  /// A record may name what reads its action by now: that orders nothing.
  private static func addForgottenCycle(
    _ index: Int, _ tree: inout ModelTree, _ random: inout SplitMix
  ) {
    guard random.next() % 16 == 0, tree.records[index] != nil,
      let reader = tree.nodes.indices.last(where: { tree.nodes[$0].inputs.contains(index) }),
      let content = tree.disk[reader], tree.records[index]?.inputs[reader] == nil
    else { return }
    tree.records[index]?.discovered.append(reader)
    tree.records[index]?.inputs[reader] = content
  }

  private static func check(
    _ tree: inout ModelTree, _ slots: Int, _ random: inout SplitMix, isFailing: Bool,
    isSecond: Bool = false
  ) -> [String] {
    let isRead = Set(tree.nodes.flatMap(\.reads))
    var requested = Set(tree.nodes.indices.filter { !isRead.contains($0) })
    if !isSecond, random.next() % 4 == 0 {
      requested.insert(Int(random.next() % UInt64(tree.nodes.count)))
    }
    let known = tree.records.map { $0?.discovered ?? [] }
    let failing = isFailing ? Set(tree.nodes.indices.filter { tree.nodes[$0].fails }) : []
    var options = BuildOptions()
    options.failureLimit = Int(random.next() % 2)
    var loop = RunLoop(
      judge: ModelJudge(tree, requested: requested),
      executor: ModelExecutor(
        slots: slots, failing: failing, random: SplitMix(seed: random.next())),
      observer: EventObserver(), options: options)
    let result = loop.run(requested.sorted().map { ActionID($0) })
    tree = loop.judge.tree
    var faults = loop.judge.faults + loop.observer.faults
    faults += loop.observer.open.map { "n\($0.index) never ends" }
    faults += result.diagnostics.map(\.message)
    let isUsual = loop.judge.againCount == 0
    for (index, starts) in loop.judge.starts where starts > 1 && isUsual && !hasDiscovered(tree) {
      faults.append("n\(index) starts \(starts) times")
    }
    let hasFailed = loop.judge.starts.keys.contains { failing.contains($0) }
    if (result.end == .succeeded) == hasFailed { faults.append("ends with \(result.end)") }
    if !hasFailed || options.failureLimit == 0 {
      let wanted = Set(tree.nodes.indices.filter { loop.states[ActionID($0)] != .unwanted })
      faults += wrong(tree, known, wanted, requested, failing)
    }
    // A record that names what reads its action is of another time than that is, and may be stale once more.
    let hasForgotten = known.indices.contains { index in known[index].contains { $0 > index } }
    if isSecond, !hasForgotten {
      for (index, _) in loop.judge.starts where tree.nodes[index].kind != .always {
        if !isReadByAlways(index, tree), !requested.contains(index) || tree.disk[index] == nil {
          faults.append("n\(index) runs in a second build")
        }
      }
    }
    return faults.map { "\($0) (-j\(slots), \(tree.nodes))" }
  }

  private static func hasDiscovered(_ tree: ModelTree) -> Bool {
    tree.nodes.contains { !$0.discovers.isEmpty }
      || tree.records.contains { $0?.discovered.isEmpty == false }
  }

  /// An action that always runs needs what may be missing otherwise.
  private static func isReadByAlways(_ index: Int, _ tree: ModelTree) -> Bool {
    tree.nodes.contains { node in
      node.reads.contains(index) && (node.kind == .always || node.mayBeMissing)
    } && tree.nodes[index].mayBeMissing
  }

  /// What is not as a build from scratch would leave it.
  private static func wrong(
    _ tree: ModelTree, _ known: [[Int]], _ wanted: Set<Int>, _ requested: Set<Int>,
    _ failing: Set<Int>
  ) -> [String] {
    let right = tree.fromScratch()
    var blocked = failing
    var count = -1
    while count != blocked.count {
      count = blocked.count
      for index in tree.nodes.indices
      where (tree.nodes[index].reads + known[index]).contains(where: blocked.contains) {
        blocked.insert(index)
      }
    }
    var faults: [String] = []
    for index in tree.nodes.indices where wanted.contains(index) && !blocked.contains(index) {
      let node = tree.nodes[index]
      if node.mayBeMissing, !requested.contains(index) {
        if let lies = tree.disk[index], lies != right[index] { faults.append("n\(index) is old") }
        continue
      }
      if tree.disk[index] != right[index] { faults.append("n\(index) is not what it should be") }
    }
    guard failing.isEmpty else { return faults }
    for index in tree.nodes.indices where tree.nodes[index].kind == .temporary {
      let isRead = tree.nodes.contains { $0.reads.contains(index) }
      // Who read it at another time, and is its own input now, was up to date with what it was before: that is
      // stale once more, and the next build may need it.
      let isForgotten = known.indices.contains { $0 < index && known[$0].contains(index) }
      if isRead, !isForgotten, !requested.contains(index), tree.disk[index] != nil {
        faults.append("n\(index) was not removed")
      }
    }
    return faults
  }
}
