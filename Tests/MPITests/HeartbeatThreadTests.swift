import SchedSystem
import Testing

@testable import SchedMPI

@Suite struct HeartbeatThreadTests {
  @Test func `a rank whose main thread is held up is still heard, and hears`() {
    let job = MemoryTransport.Job(size: 2)
    // Time goes twenty times as fast for it.
    let mailbox = Mailbox(Link(job.rank(1), epoch: 3), now: { Clock.monotonic() * 20 })
    var coordinator = Link(job.rank(0), epoch: 3)
    coordinator.send(.recall(count: 7), to: 1)
    coordinator.flush()
    mailbox.startHeartbeats()
    mailbox.startHeartbeatThread()
    // This thread does nothing with the mailbox for as long as ten seconds are for it.
    Clock.sleep(nanoseconds: 500_000_000)
    #expect(mailbox.close(atMost: 0))
    guard case .message(.heartbeat(let stamp)) = coordinator.receive()?.incoming else {
      Issue.record("no heartbeat")
      return
    }
    #expect(stamp > 0)
    #expect(mailbox.receive()?.incoming == .message(.recall(count: 7)))
  }
}
