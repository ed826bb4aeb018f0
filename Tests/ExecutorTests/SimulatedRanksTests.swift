import SchedBase
import SchedEngine
import SchedExecutors
import SchedGraph
import Testing

/// Ranks in virtual time, driven as the run loop drives an executor.
struct SimulatedRanksTests {
  /// Starts actions of so many milliseconds in this order, as many as there is room for; returns when each
  /// has ended, in milliseconds.
  private func ends(
    of durations: [UInt64], ranks: Int, resources: (Int) -> Resources = { _ in Resources() }
  ) -> [UInt64] {
    var executor = SimulatedExecutor(machines: ranks, slots: 1)
    var ends = Array(repeating: UInt64(0), count: durations.count)
    var next = 0
    while true {
      while next < durations.count, executor.canTake(resources(next), isLocal: false) {
        var writer = ByteWriter()
        writer.write(durations[next] * 1_000_000)
        executor.start(
          ActionRequest(
            id: ActionID(next), attempt: 1, resources: resources(next), isLocal: false,
            payload: writer.bytes))
        next += 1
      }
      guard case .ended(let action, _, _, _) = executor.nextEvent(timeout: nil) else { return ends }
      ends[action.index] = executor.clock / 1_000_000
    }
  }

  @Test func `short actions wait at a rank, and are taken back from behind a long one`() {
    // With the first end it is known how short they are, and all that is left goes to the second rank.
    let ends = ends(of: [1, 1, 1, 1, 30, 1, 1, 1, 1], ranks: 2)
    #expect(ends[4] == 32)
    // Four milliseconds without an end at the second rank, and then one after the other at the first.
    #expect(ends[5...] == [7, 8, 9, 10])
  }

  @Test func `what asks for memory waits at no rank`() {
    let ends = ends(of: [1, 1, 1, 1, 30, 1, 1], ranks: 2) { _ in Resources(memory: 1 << 40) }
    #expect(ends == [1, 1, 2, 2, 32, 3, 4])
  }

  @Test func `the coordinator works up to 16 ranks`() {
    #expect(SimulatedExecutor(machines: 16, slots: 2).slots == 32)
    #expect(SimulatedExecutor(machines: 17, slots: 2).slots == 32)
    #expect(ends(of: Array(repeating: 100, count: 17), ranks: 17).max() == 200)
    #expect(ends(of: Array(repeating: 100, count: 16), ranks: 17).max() == 100)
  }
}
