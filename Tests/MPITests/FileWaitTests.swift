import SchedBase
import SchedDigest
import SchedEngine
import SchedExecutors
import SchedGraph
import Testing

@testable import SchedMPI

/// What one host has made may be seen late on another.
@Suite struct FileWaitTests {
  /// Rank 0 on host `a`, ranks 1 and 2 on host `b`.
  private func job(slots: RankSlots = .count(1)) throws -> VirtualJob {
    try VirtualJob(
      ranks: 3, slots: slots,
      hello: { _ in
        var hello = VirtualJob.hello
        hello.machine.host = Array("b".utf8)
        return hello
      })
  }

  private func problem(of event: ExecutorEvent?) throws -> RecipeReport.Problem? {
    guard case .ended(_, _, _, let payload) = event else { return nil }
    return try RecipeReport(decoding: payload).problem
  }

  @Test func `an action starts when what another host has made for it is seen`() throws {
    let job = try job()
    job.run([job.request(1, milliseconds: 5, isLocal: true)])
    let seenFrom = job.time + 3_000_000_000
    job.isSeen = { rank, _ in rank == 0 || job.time >= seenFrom }
    // Rank 0 has something else to do.
    job.run([
      job.request(2, milliseconds: 10_000, isLocal: true),
      job.request(3, milliseconds: 5, reads: [1]),
    ])
    let order = try #require((job.logs[1].orders + job.logs[2].orders).first)
    #expect(order.attempt.action.raw == 3)
    #expect(order.awaits.map { String(decoding: $0.path, as: UTF8.self) } == ["file1"])
    #expect(order.awaits.map { String(decoding: $0.host, as: UTF8.self) } == ["a"])
    #expect(job.startTimes[3]! >= seenFrom)
    #expect(job.startTimes[3]! < seenFrom + 2 * FileWaits.longestPause)
  }

  @Test func `rank 0 waits too`() throws {
    let job = try job()
    let busy = job.request(1, milliseconds: 100, isLocal: true)
    job.run([busy, job.request(2, milliseconds: 5)])
    let seenFrom = job.time + 1_000_000_000
    job.isSeen = { rank, _ in rank != 0 || job.time >= seenFrom }
    job.run([job.request(3, milliseconds: 5, isLocal: true, reads: [2])])
    #expect(job.startTimes[3]! >= seenFrom)
  }

  @Test func `what the same host has made is not waited for`() throws {
    let job = try job()
    job.isSeen = { _, _ in false }
    let busy = job.request(1, milliseconds: 500, isLocal: true)
    let ends = job.run([busy, job.request(2, milliseconds: 5), job.request(3, milliseconds: 5)])
    #expect(ends.compactMap(\.end).allSatisfy { $0.outcome == .succeeded })
    let again = job.run([
      job.request(4, milliseconds: 500, isLocal: true), job.request(5, milliseconds: 5, reads: [2]),
    ])
    #expect(again.compactMap(\.end).allSatisfy { $0.outcome == .succeeded })
  }

  @Test func `what an earlier build has made is not waited for`() throws {
    let job = try job()
    job.isSeen = { _, _ in false }
    let ends = job.run([
      job.request(1, milliseconds: 50, isLocal: true), job.request(2, milliseconds: 5, reads: [9]),
    ])
    #expect(ends.compactMap(\.end).allSatisfy { $0.outcome == .succeeded })
  }

  @Test func `another slot of the rank goes on, and the rank is not taken for dead`() throws {
    let job = try job(slots: .count(2))
    job.run([job.request(1, milliseconds: 5, isLocal: true)])
    let seenFrom = job.time + 20_000_000_000
    job.isSeen = { _, _ in job.time >= seenFrom }
    let busy = (2...3).map { job.request($0, milliseconds: 30_000, isLocal: true) }
    let late = (4...5).map { job.request($0, milliseconds: 5, reads: [1]) }
    let others = (6...20).map { job.request($0, milliseconds: 5) }
    let ends = job.run(busy + late + others).compactMap(\.end)
    #expect(ends.allSatisfy { $0.outcome == .succeeded })
    // Those that wait are the last but for rank 0's.
    #expect(Set(ends.map(\.action).prefix(15)) == Set(6...20))
    #expect(job.ends.isEmpty)
  }

  @Test func `what is not seen in time fails the action, and says what was expected where`() throws
  {
    let job = try job()
    job.run([job.request(1, milliseconds: 5, isLocal: true)])
    job.isSeen = { rank, _ in rank == 0 }
    let ends = job.run([
      job.request(2, milliseconds: 40_000, isLocal: true),
      job.request(3, milliseconds: 5, reads: [1]),
    ])
    #expect(ends.first?.end?.action == 3)
    #expect(ends.first?.end?.outcome == .failed(status: 127))
    guard case .inputNotSeen(let input) = try problem(of: ends.first) else {
      Issue.record("another problem")
      return
    }
    #expect(input.path == Array("file1".utf8))
    #expect(input.makersHost == Array("a".utf8))
    #expect(input.readersHost == Array("b".utf8))
    #expect(input.expectedSize == 12)
    #expect(input.found == .nothing)
    #expect((30_000_000_000..<31_000_000_000).contains(input.waited))
    #expect(job.startTimes[3] == nil)
  }

  @Test func `an interruption ends the wait`() throws {
    let job = try job()
    job.run([job.request(1, milliseconds: 5, isLocal: true)])
    job.isSeen = { rank, _ in rank == 0 }
    job.coordinator.start(job.request(2, milliseconds: 60_000, isLocal: true))
    job.coordinator.start(job.request(3, milliseconds: 5, reads: [1]))
    _ = job.coordinator.nextEvent(timeout: 1_000_000_000)
    let began = job.time
    job.coordinator.cancel()
    let ends = (0..<2).compactMap { _ in job.coordinator.nextEvent(timeout: 5_000_000_000).end }
    #expect(Set(ends.map(\.action)) == [2, 3])
    #expect(job.time - began < 1_000_000_000)
    #expect(job.startTimes[3] == nil)
  }

  @Test func `a wait of nothing looks once`() {
    let limit: UInt64 = 0
    let waits = FileWaits(
      host: [], limit: limit, helpers: nil, now: { 5 },
      look: { _ in AwaitedLook.Answer(miss: AwaitedLook.Miss(found: .otherSize, size: 3)) })
    waits.add(
      RunOrder(
        attempt: Samples.attempt, cpus: 1, gpus: [],
        awaits: [Samples.awaited("x", .file, size: 4)], payload: []))
    guard case .missed(let report)? = waits.step().first else {
      Issue.record("it waits")
      return
    }
    #expect(report.attempt == Samples.attempt)
    #expect(waits.count == 0)
  }
}
