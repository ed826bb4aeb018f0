import SchedEngine
import SchedGraph
import Testing

@testable import SchedMPI

@Suite struct LossTests {
  /// Ranks 0 and 1 on one host, rank 2 on another.
  private func job() throws -> VirtualJob {
    try VirtualJob(ranks: 3) { rank in
      var hello = VirtualJob.hello
      hello.processID = UInt32(rank)
      if rank == 2 { hello.machine.host = Array("b".utf8) }
      return hello
    }
  }

  /// Starts three long actions, one on each rank, and says which action `rank` has.
  private func start(_ job: VirtualJob, on rank: Int) throws -> UInt32 {
    for id in 0..<3 { job.coordinator.start(job.request(UInt32(id), milliseconds: 60_000)) }
    job.pass(1_000_000)
    return try #require(job.logs[rank].started.first).action.raw
  }

  private func nextEnd(_ job: VirtualJob) -> (action: UInt32, outcome: ActionOutcome)? {
    while true {
      let event = job.coordinator.nextEvent(timeout: 100_000_000_000)
      if case .timeout = event { return nil }
      if let end = event.end { return end }
    }
  }

  @Test func `a rank of this host that dies is lost within a second, its recipes ended first`()
    throws
  {
    let job = try job()
    let action = try start(job, on: 1)
    let start = job.time
    job.job.dead = [1]
    job.gone = [1]
    let end = try #require(nextEnd(job))
    #expect(end.action == action)
    #expect(end.outcome == .lost(rank: 1))
    #expect(job.endedByCoordinator == [1])
    #expect(job.time - start < 1_000_000_000)
  }

  @Test func `a rank of another host that dies is lost after ten seconds of silence`() throws {
    let job = try job()
    let action = try start(job, on: 2)
    let start = job.time
    job.job.dead = [2]
    let end = try #require(nextEnd(job))
    #expect(end.action == action)
    #expect(end.outcome == .lost(rank: 2))
    #expect(job.endedByCoordinator.isEmpty)
    #expect((9_000_000_000...11_000_000_000).contains(job.time - start))
  }

  @Test func `a silent rank is not spoken to, and gets work again when it is back`() throws {
    let job = try job()
    _ = try start(job, on: 2)
    job.stopped = [2]
    #expect(job.coordinator.nextEvent(timeout: 4_000_000_000).end == nil)
    let sent = job.job.sentTo[2]
    #expect(job.coordinator.nextEvent(timeout: 2_000_000_000).end == nil)
    #expect(job.job.sentTo[2] == sent)
    #expect(job.coordinator.placement.ranks[2].isClosed)
    job.stopped = []
    #expect(job.coordinator.nextEvent(timeout: 2_000_000_000).end == nil)
    #expect(!job.coordinator.placement.ranks[2].isClosed)
  }

  @Test func `what ran on a rank while it had no lease is lost, however it ends`() throws {
    let job = try VirtualJob(ranks: 2)
    job.coordinator.start(job.request(0, milliseconds: 60_000))
    job.coordinator.start(job.request(1, milliseconds: 8_000))
    job.pass(1_000_000)
    // The rank does nothing for longer than its lease, but not so long that it is given up.
    job.stopped = [1]
    #expect(job.coordinator.nextEvent(timeout: 7_000_000_000).end == nil)
    job.stopped = []
    let end = try #require(nextEnd(job))
    #expect(end.action == 1)
    #expect(end.outcome == .lost(rank: 1))
  }

  @Test func `the lease of a rank is over before the rank is given up, whatever is delayed`() throws
  {
    let job = try job()
    _ = try start(job, on: 2)
    var lastLease: UInt64 = 0
    job.leaseChanged = { rank, end in if rank == 2 { lastLease = end } }
    #expect(job.coordinator.nextEvent(timeout: 3_500_000_000).end == nil)
    // Nothing that rank 2 says arrives any more, but all that it is told does.
    job.job.mute = [2]
    let end = try #require(nextEnd(job))
    #expect(end.outcome == .lost(rank: 2))
    #expect(lastLease > 0)
    #expect(lastLease < job.time)
  }

  @Test func `a rank that hears nothing of the coordinator ends`() throws {
    let job = try job()
    _ = try start(job, on: 2)
    job.job.dead = [0]
    for _ in 0..<1_200 { job.pass(10_000_000) }
    #expect(job.ends[1] == .abandoned)
    #expect(job.ends[2] == .abandoned)
  }

  @Test func `rank 0 works when no other rank is left`() throws {
    let job = try VirtualJob(ranks: 20) { rank in
      var hello = VirtualJob.hello
      hello.processID = UInt32(rank)
      return hello
    }
    #expect(job.run([job.request(0, milliseconds: 1)]).count == 1)
    #expect(job.logs[0].started.isEmpty)
    job.gone = Set(1..<20)
    job.job.dead = Set(1..<20)
    let events = job.run([job.request(1, milliseconds: 1)])
    if events.last?.end?.outcome != .succeeded {
      #expect(job.run([job.request(1, attempt: 2, milliseconds: 1)]).last?.end?.action == 1)
    }
    #expect(job.logs[0].started.map(\.action.raw) == [1])
  }

  @Test func `an action whose host is lost fails when no other has what it needs`() throws {
    let job = try VirtualJob(ranks: 2) { _ in
      var hello = VirtualJob.hello
      hello.processID = 1
      hello.machine.host = Array("b".utf8)
      hello.machine.gpus = [[0x30]]
      return hello
    }
    var request = job.request(0, milliseconds: 60_000)
    request.resources.gpus = 1
    job.coordinator.start(request)
    job.job.dead = [1]
    #expect(nextEnd(job)?.outcome == .lost(rank: 1))
    #expect(job.coordinator.canTake(request.resources, isLocal: false))
    job.coordinator.start(request)
    #expect(nextEnd(job)?.outcome == .failed(status: 127))
  }
}
