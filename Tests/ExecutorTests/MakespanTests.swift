import TestSupport
import SchedBase
import SchedEngine
import SchedExecutors
import SchedGraph
import Testing

/// The real loop in virtual time over random graphs: how near the makespan comes to what no scheduler
/// can be better than.
struct MakespanTests {
  /// Layered, tree, chain and wide graphs, 50 of each, with 2 to 32 slots.
  ///
  /// Measured: 1.006 on average with the longest path first, 1.079 first come, first served.
  @Test func `the makespan is within a twentieth of its bound on average over 200 graphs`() {
    var longestFirst = 0.0
    var firstCome = 0.0
    for seed in 0..<200 {
      var random = SplitMix(seed: UInt64(seed))
      let graph = WorkGraph.random(kind: seed % 4, &random)
      let slots = [2, 4, 8, 16, 32][Int.random(in: 0..<5, using: &random)]
      let bound = Double(max(graph.longestPath, graph.work / UInt64(slots)))
      longestFirst += Double(graph.makespan(slots: slots)) / bound
      firstCome += Double(graph.makespan(slots: slots, isFirstCome: true)) / bound
    }
    #expect(longestFirst / 200 <= 1.05)
    #expect(firstCome > longestFirst)
  }

  @Test func `a wide action is not passed over for ever`() {
    var graph = WorkGraph()
    _ = graph.add(1000, after: [])
    let wide = graph.add(10, after: [], cpus: 4)
    _ = graph.add(500, after: [wide])
    for _ in 0..<400 { _ = graph.add(10, after: []) }
    let place = graph.startOrder(slots: 4).firstIndex(of: wide)!
    #expect(place < 100)
  }

  @Test func `ranks have slots of their own`() {
    var graph = WorkGraph()
    for _ in 0..<3 { _ = graph.add(10, after: [], cpus: 3) }
    // Three cpus fit on a rank of four once, on one machine of eight twice.
    #expect(graph.makespan(slots: 8) == 20)
    #expect(graph.makespan(machines: 2, slots: 4) == 20)
    #expect(graph.makespan(machines: 3, slots: 4) == 10)
  }
}

/// Work with known durations; each action depends on earlier ones only.
struct WorkGraph {
  private(set) var durations: [UInt64] = []
  private(set) var dependencies: [[Int]] = []
  private var cpus: [UInt32] = []

  mutating func add(_ duration: UInt64, after: [Int], cpus: UInt32 = 1) -> Int {
    durations.append(duration)
    dependencies.append(after)
    self.cpus.append(cpus)
    return durations.count - 1
  }

  static func random(kind: Int, _ random: inout SplitMix) -> WorkGraph {
    var graph = WorkGraph()
    func duration() -> UInt64 {
      // Mostly short, some long, as builds have them.
      let base = UInt64.random(in: 1...100, using: &random)
      return Int.random(in: 0..<10, using: &random) == 0 ? base * 10 : base
    }
    switch kind {
    case 0:
      var above: [Int] = []
      for _ in 0..<Int.random(in: 5...20, using: &random) {
        var layer: [Int] = []
        for _ in 0..<Int.random(in: 20...120, using: &random) {
          let after = (0..<3).compactMap { _ in above.randomElement(using: &random) }
          layer.append(graph.add(duration(), after: Array(Set(after)).sorted()))
        }
        above = layer
      }
    case 1:
      _ = graph.add(duration(), after: [])
      for node in 1..<Int.random(in: 200...1500, using: &random) {
        _ = graph.add(
          duration(), after: [Int.random(in: max(0, node / 4 - 8)...node / 4, using: &random)])
      }
    case 2:
      for _ in 0..<Int.random(in: 8...60, using: &random) {
        var last: Int?
        for _ in 0..<Int.random(in: 5...40, using: &random) {
          last = graph.add(duration(), after: last.map { [$0] } ?? [])
        }
      }
    default:
      let all = (0..<Int.random(in: 300...1500, using: &random)).map { _ in
        graph.add(duration(), after: [])
      }
      _ = graph.add(duration(), after: all)
    }
    return graph
  }

  var work: UInt64 { zip(durations, cpus).reduce(0) { $0 + $1.0 * UInt64($1.1) } }

  var longestPath: UInt64 {
    var ends: [UInt64] = []
    for (duration, after) in zip(durations, dependencies) {
      ends.append(duration + (after.map { ends[$0] }.max() ?? 0))
    }
    return ends.max() ?? 0
  }

  func makespan(machines: Int = 1, slots: Int, isFirstCome: Bool = false) -> UInt64 {
    run(machines: machines, slots: slots, isFirstCome: isFirstCome).executor.clock
  }

  func startOrder(slots: Int) -> [Int] {
    run(machines: 1, slots: slots, isFirstCome: false).observer.started.map(\.index)
  }

  private func run(machines: Int, slots: Int, isFirstCome: Bool)
    -> RunLoop<WorkJudge, SimulatedExecutor, StartRecorder>
  {
    var executor = SimulatedExecutor(machines: machines, slots: slots)
    executor.isSerial = isFirstCome
    var loop = RunLoop(
      judge: WorkJudge(durations: durations, dependencies: dependencies, cpus: cpus),
      executor: executor, observer: StartRecorder(),
      options: BuildOptions())
    let result = loop.run(durations.indices.map { ActionID($0) })
    precondition(result.end == .succeeded && result.ran == durations.count)
    return loop
  }
}
