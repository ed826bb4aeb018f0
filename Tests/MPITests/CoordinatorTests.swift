import SchedEngine
import SchedGraph
import Testing

@testable import SchedMPI

@Suite struct CoordinatorTests {
  @Test(arguments: [1, 2, 3, 8])
  func `every action runs once and ends once, on any number of ranks`(_ ranks: Int) throws {
    let job = try VirtualJob(ranks: ranks)
    let events = job.run((0..<200).map { job.request($0, milliseconds: UInt64($0 % 7)) })
    #expect(events.compactMap { $0.end?.action }.sorted() == Array(0..<200))
    #expect(events.allSatisfy { $0.end?.outcome == .succeeded })
    let started = job.logs.flatMap(\.started)
    #expect(started.count == 200)
    #expect(Set(started).count == 200)
    #expect(job.logs.allSatisfy { !$0.started.isEmpty })
  }

  @Test func `a rank runs as many at once as it has slots`() throws {
    let job = try VirtualJob(ranks: 3, slots: .count(3))
    job.run((0..<60).map { job.request($0, milliseconds: 5) })
    #expect(job.logs.map(\.mostRunning) == [3, 3, 3])
  }

  @Test func `short actions wait at ranks, long ones do not`() throws {
    func mostAhead(milliseconds: UInt64) throws -> Int {
      let job = try VirtualJob(ranks: 2)
      job.run((0..<20).map { job.request($0, milliseconds: milliseconds) })
      return job.coordinator.placement.aheadLimit
    }
    #expect(try mostAhead(milliseconds: 1) == 5)
    #expect(try mostAhead(milliseconds: 20) == 1)
    #expect(try mostAhead(milliseconds: 60) == 0)
  }

  @Test func `what waits behind a long action is taken back when another rank is idle`() throws {
    let job = try VirtualJob(ranks: 3)
    // Short ones first, so that lines are allowed; then some that take seconds.
    job.run((0..<30).map { job.request($0, milliseconds: 1) })
    let long = (30..<32).map { job.request($0, milliseconds: 5_000) }
    let short = (32..<40).map { job.request($0, milliseconds: 1) }
    let start = job.time
    for request in long + short {
      #expect(job.coordinator.canTake(request.resources, isLocal: false))
      job.coordinator.start(request)
    }
    var ends: [(action: UInt32, time: UInt64)] = []
    while ends.count < 10 {
      if let end = job.coordinator.nextEvent(timeout: nil).end {
        ends.append((end.action, job.time - start))
      }
    }
    let started = job.logs.flatMap(\.started)
    #expect(Set(started).count == started.count)
    #expect(Set(started).count == 40)
    #expect(ends.filter { $0.time < 1_000_000_000 }.count == 8)
  }

  @Test func `a cancelled build ends within the grace, also when a rank does not answer`() throws {
    let job = try VirtualJob(ranks: 3)
    job.logs[1].stubbornness = 400_000_000
    for id in 0..<3 { job.coordinator.start(job.request(UInt32(id), milliseconds: 100_000)) }
    job.pass(1_000_000)
    job.stopped = [2]
    let start = job.time
    job.coordinator.cancel()
    var outcomes: [ActionOutcome] = []
    while outcomes.count < 3 {
      if let end = job.coordinator.nextEvent(timeout: nil).end { outcomes.append(end.outcome) }
    }
    #expect(outcomes == [.killed(signal: 15), .killed(signal: 15), .lost(rank: 2)])
    #expect(job.time - start < 1_000_000_000)
    #expect(!job.coordinator.canTake(Resources(), isLocal: false))
  }

  @Test func `a signal to rank 0 is an event`() throws {
    let job = try VirtualJob(ranks: 2)
    job.logs[0].signals = [15]
    guard case .interrupted(signal: 15) = job.coordinator.nextEvent(timeout: nil) else {
      Issue.record("no interruption")
      return
    }
  }

  @Test func `what ran on a rank that got a signal is lost, and the rank gets nothing more`() throws
  {
    let job = try VirtualJob(ranks: 2)
    for id in 0..<2 { job.coordinator.start(job.request(UInt32(id), milliseconds: 50)) }
    job.pass(1_000_000)
    job.logs[1].signals = [15]
    let event = job.coordinator.nextEvent(timeout: nil)
    #expect(event.end?.action == 1)
    #expect(event.end?.outcome == .lost(rank: 1))
    #expect(!job.coordinator.canTake(Resources(), isLocal: false))
  }

  @Test func `a rank that sends nonsense is given up, and its late results are dropped`() throws {
    let job = try VirtualJob(ranks: 3)
    for id in 0..<3 { job.coordinator.start(job.request(UInt32(id), milliseconds: 5)) }
    job.job.rank(2).send([1, 2, 3], to: 0)
    let first = job.coordinator.nextEvent(timeout: nil)
    #expect(first.end?.outcome == .lost(rank: 2))
    let sent = job.job.sentTo[2]
    let lost = try #require(first.end?.action)
    var ends: [UInt32] = []
    while ends.count < 3 {
      if let end = job.coordinator.nextEvent(timeout: nil).end { ends.append(end.action) }
      if ends.count == 2 { job.coordinator.start(job.request(lost, attempt: 2, milliseconds: 5)) }
    }
    #expect(ends.sorted() == [0, 1, 2])
    #expect(job.job.sentTo[2] == sent)
  }
}
