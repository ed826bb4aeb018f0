import SchedEngine
import Testing

@testable import SchedMPI

@Suite struct BackoffTests {
  @Test func `a rank that waits has looked every sixteenth of the time, within limits`() {
    var backoff = Backoff(at: 1_000)
    #expect(backoff.length(at: 1_000) == Backoff.shortest)
    #expect(backoff.length(at: 1_000 + 16_000_000) == 1_000_000)
    #expect(backoff.length(at: 1_000 + 10_000_000_000) == Backoff.longest)
    backoff.somethingHappened(at: 20_000_000_000)
    #expect(backoff.length(at: 20_000_000_000) == Backoff.shortest)
  }

  /// What a worker means to sleep after it has been given one action, with so many slots.
  private func sleeps(slots: Int) throws -> [UInt64] {
    let job = try VirtualJob(ranks: 2, slots: .count(slots))
    // The first ones go to rank 0.
    for id in 0..<slots + 1 {
      job.coordinator.start(job.request(UInt32(id), milliseconds: 20))
    }
    job.pass(100_000)
    #expect(job.logs[1].started.count == 1)
    job.logs[1].sleeps = []
    job.pass(200_000)
    return job.logs[1].sleeps
  }

  @Test func `a worker whose slots are all taken is in no hurry`() throws {
    let sleeps = try sleeps(slots: 1)
    #expect(!sleeps.isEmpty)
    #expect(sleeps.allSatisfy { $0 == Backoff.longest })
  }

  @Test func `a worker with a free slot is`() throws {
    let sleeps = try sleeps(slots: 2)
    #expect(!sleeps.isEmpty)
    #expect(sleeps.allSatisfy { $0 == Backoff.shortest })
  }

  /// What rank 0 means to sleep first when so many actions of a millisecond were just started, and
  /// it has learnt that they are that short.
  private func firstSleep(started count: Int) throws -> UInt64? {
    let job = try VirtualJob(ranks: 2)
    job.run((0..<40).map { job.request($0, milliseconds: 1) })
    for id in 40..<40 + UInt32(count) {
      let request = job.request(id, milliseconds: 1)
      #expect(job.coordinator.canTake(request.resources, isLocal: false))
      job.coordinator.start(request)
    }
    job.logs[0].sleeps = []
    _ = job.coordinator.nextEvent(timeout: nil)
    return job.logs[0].sleeps.first
  }

  @Test func `while actions wait at each rank, what ranks tell is taken in together`() throws {
    // One runs on rank 0, one on the other, and two wait there.
    let sleep = try #require(try firstSleep(started: 4))
    #expect(sleep > 10 * Backoff.shortest)
    #expect(sleep <= 1_000_000)
  }

  @Test func `a rank that could soon have nothing to do is looked after at once`() throws {
    #expect(try firstSleep(started: 2) == Backoff.shortest)
  }
}
