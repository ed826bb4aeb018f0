import SchedEngine
import SchedGraph
import Testing

@testable import SchedMPI

/// The job of Benchmarks/simulation: what it measures must be a whole build.
@Suite struct SimulatedJobTests {
  /// Starts actions of so many milliseconds as the run loop does; returns how each attempt ended.
  private func run(
    _ count: Int, milliseconds: UInt64, silent: Int
  ) -> [(action: UInt32, outcome: ActionOutcome)] {
    var job = SimulatedJob(ranks: 20, slots: 2, silent: silent, after: 30_000_000)
    var waiting = (0..<UInt32(count)).map { (id: $0, attempt: UInt32(1)) }
    var attempts = Array(repeating: UInt32(1), count: count)
    var ends: [(action: UInt32, outcome: ActionOutcome)] = []
    var left = count
    while left > 0 {
      while let next = waiting.last, job.canTake(Resources(), isLocal: false) {
        waiting.removeLast()
        job.start(
          ActionRequest(
            id: ActionID(raw: next.id), attempt: next.attempt, resources: Resources(),
            isLocal: false, payload: Script.payload(duration: milliseconds * 1_000_000)))
      }
      guard let end = job.nextEvent(timeout: nil).end else { continue }
      ends.append(end)
      if end.outcome == .succeeded {
        left -= 1
      } else {
        attempts[Int(end.action)] += 1
        waiting.append((end.action, attempts[Int(end.action)]))
      }
    }
    return ends
  }

  @Test func `every action ends once`() {
    let ends = run(500, milliseconds: 10, silent: 0)
    #expect(ends.map(\.action).sorted() == Array(0..<500))
    #expect(ends.allSatisfy { $0.outcome == .succeeded })
  }

  @Test func `what silent ranks had is lost, and ends elsewhere`() {
    let ends = run(500, milliseconds: 10, silent: 2)
    let lost = ends.filter { $0.outcome != .succeeded }
    #expect(Set(lost.map(\.outcome)) == [.lost(rank: 18), .lost(rank: 19)])
    #expect(lost.count >= 4)
    #expect(ends.filter { $0.outcome == .succeeded }.map(\.action).sorted() == Array(0..<500))
  }
}
