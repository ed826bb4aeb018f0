import SchedSystem
import Testing

@testable import SchedMPI

@Suite struct KeeperTests {
  @Test func `a rank whose main thread is held up is still heard, and hears`() {
    let job = MemoryTransport.Job(size: 2)
    // Time goes twenty times as fast for it.
    let post = Post(Link(job.rank(1), epoch: 3), now: { Clock.monotonic() * 20 })
    var coordinator = Link(job.rank(0), epoch: 3)
    coordinator.send(.recall(count: 7), to: 1)
    coordinator.flush()
    post.startBeats()
    post.startKeeper()
    // This thread does nothing with the post for as long as ten seconds are for it.
    Clock.sleep(nanoseconds: 500_000_000)
    #expect(post.close(atMost: 0))
    guard case .message(.beat(let stamp)) = coordinator.receive()?.incoming else {
      Issue.record("no beat")
      return
    }
    #expect(stamp > 0)
    #expect(post.receive()?.incoming == .message(.recall(count: 7)))
  }
}
