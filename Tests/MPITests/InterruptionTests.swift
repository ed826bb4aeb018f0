import SchedEngine
import SchedGraph
import Testing

@testable import SchedMPI

/// What is an interruption is not called a failure.
@Suite struct InterruptionTests {
  private let milliseconds: UInt64 = 1_000_000

  /// Three ranks, each with an action.
  private func job() throws -> VirtualJob {
    let job = try VirtualJob(ranks: 3)
    for id in 0..<3 { job.coordinator.start(job.request(UInt32(id), milliseconds: 60_000)) }
    job.pass(milliseconds)
    return job
  }

  private func isInterruption(_ event: ExecutorEvent) -> Bool {
    if case .interrupted(15) = event { true } else { false }
  }

  @Test func `a signal to a worker is one to the job, once`() throws {
    let job = try job()
    job.coordinator.signalsOfRanksEndJob = true
    job.logs[1].signals = [15]
    job.logs[2].signals = [15]
    var events: [ExecutorEvent] = []
    while events.count < 4 { events.append(job.coordinator.nextEvent(timeout: 1_000_000_000)) }
    #expect(isInterruption(try #require(events.first)))
    #expect(events.count(where: isInterruption) == 1)
  }

  @Test func `where the launcher keeps the job, a worker that got a signal is only lost`() throws {
    let job = try job()
    job.logs[1].signals = [15]
    let event = job.coordinator.nextEvent(timeout: 1_000_000_000)
    #expect(event.end?.outcome == .lost(rank: 1))
  }

  /// A recipe of rank 0 ends as `outcome`, and `body` says what happens then.
  private func ends(
    _ outcome: ActionOutcome, doubtsAll: Bool = false, _ body: (VirtualJob) -> Void = { _ in }
  ) throws -> (ExecutorEvent, milliseconds: UInt64) {
    let job = try job()
    job.coordinator.holdsBack = 250 * milliseconds
    job.coordinator.doubtsAllFailures = doubtsAll
    let attempt = try #require(job.logs[0].started.first)
    let start = job.time
    job.logs[0].ends.append(
      EndReport(attempt: attempt, outcome: outcome, duration: 5, payload: [1]))
    _ = job.coordinator.nextEvent(timeout: 0)
    body(job)
    var event = job.coordinator.nextEvent(timeout: 1_000_000_000)
    if isInterruption(event) {
      job.coordinator.cancel()
      event = job.coordinator.nextEvent(timeout: 1_000_000_000)
    }
    return (event, (job.time - start) / milliseconds)
  }

  @Test(arguments: [
    ActionOutcome.killed(signal: 15), .killed(signal: 9), .failed(status: 143),
    .failed(status: 130),
  ])
  func `an end that may be by a signal to all is a failure a moment later`(_ outcome: ActionOutcome)
    throws
  {
    let (event, time) = try ends(outcome) { job in
      #expect(!job.coordinator.canTake(Resources(), isLocal: false))
    }
    #expect(event.end?.outcome == outcome)
    #expect((250...300).contains(time))
  }

  @Test func `if the signal comes meanwhile, the recipe was interrupted`() throws {
    let (event, time) = try ends(.killed(signal: 15)) { $0.logs[0].signals = [15] }
    #expect(event.end?.outcome == .lost(rank: 0))
    #expect(time < 100)
  }

  @Test func `a plain failure is known at once, under a batch system that signals recipes later`()
    throws
  {
    let (event, time) = try ends(.failed(status: 1))
    #expect(event.end == nil)
    #expect(time > 500)
    let (later, wait) = try ends(.failed(status: 1), doubtsAll: true)
    #expect(later.end?.outcome == .failed(status: 1))
    #expect((250...300).contains(wait))
  }

  /// The rank's heart beats, but it hashes something huge, say, and cannot tell what became of its recipe.
  @Test(arguments: [false, true])
  func `at the end all wait for each other, but not for a rank that is busy`(_ isBusy: Bool) throws
  {
    let job = try job()
    if isBusy { job.stopped = [1] }
    job.coordinator.cancel()
    var ended = 0
    while ended < 3 {
      if job.coordinator.nextEvent(timeout: 1_000_000_000).end != nil { ended += 1 }
    }
    #expect(job.coordinator.dismiss(status: 143) == !isBusy)
  }

  @Test func `of an attempt that was lost nothing needs to be known`() throws {
    #expect(try RecipeReport(of: .lost(rank: 2), payload: []).output.isEmpty)
    #expect(throws: (any Error).self) { try RecipeReport(of: .failed(status: 1), payload: []) }
  }
}
