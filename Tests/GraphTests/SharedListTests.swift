import SchedBase
import TestSupport
import Testing

@testable import SchedGraph

/// Long runs of inputs that were written in one place are kept once.
struct SharedListTests {
  /// `count` paths from number `first` on.
  private func paths(_ first: Int, _ count: Int) -> [PathID] {
    (first..<first + count).map { PathID($0) }
  }

  private func place(_ start: Int) -> SourceRange {
    SourceRange(file: SourceFileID(0), lower: UInt32(start), upper: UInt32(start + 1))
  }

  /// Adds an action with each list's runs, each run written in a place of its own.
  @discardableResult
  private func add(
    _ output: Int, _ lists: [(EdgeList, [[PathID]])], to builder: inout GraphBuilder
  ) -> ActionID {
    builder.beginAction(.file, directory: PathRoot.tree.id, place: place(output))
    builder.add(PathID(output), to: .outputs, at: place(output))
    var position = output * 1000
    for (list, runs) in lists {
      for run in runs {
        for path in run { builder.add(path, to: list, at: place(position)) }
        position += 1
      }
    }
    return builder.endAction()
  }

  @Test func `a long run of many actions is in the graph once, whatever list and place it is in`() {
    var builder = GraphBuilder()
    let headers = paths(1000, 50)
    for output in 10..<110 {
      add(
        output, [(.inputs, [paths(500 + output, 1), headers]), (.after, [headers])], to: &builder)
    }
    let graph = builder.graph
    #expect(graph.sharedLists.count == 1)
    // An output, a source, and twice what stands for the list.
    #expect(graph.edges.count == 400)
    for action in graph.actions.ids {
      #expect(
        Array(graph.list(.inputs, of: action)) == paths(510 + action.index, 1) + headers)
      #expect(Array(graph.list(.after, of: action)) == headers)
      #expect(graph.list(.inputs, of: action).count == 51)
      #expect(Array(graph.stalingInputs(of: action)) == paths(510 + action.index, 1) + headers)
      #expect(
        Array(graph.orderingInputs(of: action))
          == paths(510 + action.index, 1) + headers + headers)
    }
  }

  @Test func `what is short, differs, or was written word by word is not shared`() {
    var builder = GraphBuilder()
    let long = paths(1000, 20)
    add(10, [(.inputs, [paths(1000, SharedLists.shortest - 1)])], to: &builder)
    add(11, [(.inputs, long.map { [$0] })], to: &builder)
    #expect(builder.graph.sharedLists.count == 0)
    add(12, [(.inputs, [long])], to: &builder)
    add(13, [(.inputs, [Array(long.reversed())])], to: &builder)
    add(14, [(.inputs, [long])], to: &builder)
    #expect(builder.graph.sharedLists.count == 2)
    #expect(builder.graph.sharedLists.isNamedAgain(SharedListID(0)))
    #expect(!builder.graph.sharedLists.isNamedAgain(SharedListID(1)))
  }

  @Test func `a graph that was kept finds its lists again when actions are added to it`() throws {
    var builder = GraphBuilder()
    let headers = paths(1000, 50)
    add(10, [(.inputs, [headers])], to: &builder)
    var bytes: [UInt8] = []
    var writer = ColumnWriter { bytes.append(contentsOf: $0) }
    builder.graph.encode(to: &writer)
    writer.flush()
    final class Owner {}
    try bytes.withUnsafeBytes { bytes in
      var reader = ColumnReader(bytes, of: Owner()) { _ in }
      var other = GraphBuilder(try Graph(from: &reader))
      add(11, [(.inputs, [headers])], to: &other)
      #expect(other.graph.sharedLists.count == 1)
      #expect(Array(other.graph.list(.inputs, of: ActionID(0))) == headers)
      #expect(Array(other.graph.list(.inputs, of: ActionID(1))) == headers)
    }
    // The first graph knows nothing of it.
    #expect(!builder.graph.sharedLists.isNamedAgain(SharedListID(0)))
  }

  /// Each path of an action with its list and place: what a graph says, however it is kept.
  private func said(_ graph: Graph) -> [String] {
    graph.actions.ids.flatMap { action in
      EdgeList.allCases.flatMap { list in
        let indices = graph.actions[action].range(of: list)
        let words = indices.flatMap { index in
          let edge = graph.edges[index]
          let all = edge.sharedList.map { Array(graph.sharedLists[$0]) } ?? [edge]
          return all.map { "\(action) \(list) \($0) \(graph.edgePlaces[index].lower)" }
        }
        #expect(Array(graph.list(list, of: action)).count == words.count)
        return words
      }
    }
  }

  @Test func `random graphs say what was said to the builder`() {
    for seed in 0..<60 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      var builder = GraphBuilder()
      // Each edge in a place of its own is never shared.
      var plain = GraphBuilder()
      var expected: [[PathID]] = []
      let lists = (0..<4).map { paths(1000 + 100 * $0, 5 + 4 * $0) }
      for output in 10..<40 {
        var said: [(EdgeList, [[PathID]])] = []
        for list in [EdgeList.inputs, .uses, .listings, .after] {
          let runs = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
            Bool.random(using: &random)
              ? lists[Int.random(in: 0..<4, using: &random)]
              : paths(Int.random(in: 500..<900, using: &random), 1)
          }
          said.append((list, runs))
        }
        let action = add(output, said, to: &builder)
        add(output, said.map { ($0.0, $0.1.flatMap { $0.map { [$0] } }) }, to: &plain)
        var more: [PathID] = []
        if Int.random(in: 0..<4, using: &random) == 0 {
          more = lists[3]
          builder.addInputs(more.map { ($0, place(7)) }, to: action)
          plain.addInputs(
            more.enumerated().map { ($0.element, place($0.offset)) }, to: action)
        }
        if Int.random(in: 0..<4, using: &random) == 0 { builder.unshareLists(of: action) }
        let all = said.map { $0.1.flatMap { $0 } }
        expected.append(all[0] + all[1] + more + all[2] + all[3])
      }
      for (action, paths) in zip(builder.graph.actions.ids, expected) {
        #expect(Array(builder.graph.orderingInputs(of: action)) == paths, "seed \(seed)")
        #expect(Array(plain.graph.orderingInputs(of: action)) == paths, "seed \(seed)")
        for list in EdgeList.allCases {
          #expect(
            Array(builder.graph.list(list, of: action))
              == Array(plain.graph.list(list, of: action)),
            "seed \(seed)")
        }
      }
      #expect(plain.graph.sharedLists.count == 0 && builder.graph.sharedLists.count <= 3)
      #expect(said(builder.graph).count == said(plain.graph).count)
      #expect(builder.graph.named == plain.graph.named)
    }
  }
}
