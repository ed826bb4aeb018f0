import SchedEngine
import SchedExecutors
import SchedSystem
import Testing

@testable import SchedMPI

/// Each stage of the start ends, whoever is gone.
@Suite struct StartTests {
  private typealias TestWorker = Worker<MemoryTransport, ScriptedRunner>

  private let second: UInt64 = 1_000_000_000

  /// How a rank to which rank 0 sends `messages` ends, and after how long; it gives up after ten
  /// seconds.
  private func end(_ messages: [(at: UInt64, Message)]) -> (TestWorker.End, seconds: UInt64)? {
    let job = MemoryTransport.Job(size: 2)
    var link = Link(job.rank(0), epoch: 5)
    var time: UInt64 = 0
    let runner = ScriptedRunner(log: ScriptedRunner.Log(), time: { time }, pass: { time += $0 })
    var worker = TestWorker(
      job.rank(1), prepare: { _ in (VirtualJob.hello, runner) },
      makeWaits: { FileWaits(host: [], limit: $0) }, configure: { _, _ in },
      startLimit: 10 * second, now: { time })
    var rest = messages[...]
    while time < 100 * second {
      while let next = rest.first, next.at <= time {
        link.send(next.1, to: 1)
        link.flush()
        rest.removeFirst()
      }
      if let end = worker.step() { return (end, time / second) }
      time += second / 10
    }
    return nil
  }

  @Test func `a rank waits for the first message as long as rank 0 shows that it is there`() throws
  {
    let silent = try #require(end([]))
    #expect(silent == (.unattended("for its first message"), 10))
    let loading = try #require(
      end([(9 * second, .heartbeat(stamp: 0)), (18 * second, .heartbeat(stamp: 0))]))
    #expect(loading == (.unattended("for its first message"), 28))
  }

  @Test func `a rank that has answered waits to be enrolled`() throws {
    let alone = try #require(end([(second, .welcome(VirtualJob.welcome))]))
    #expect(alone == (.unattended("to be enrolled"), 11))
  }

  @Test func `rank 0 tells those that have answered that it still waits for others`() throws {
    let job = MemoryTransport.Job(size: 3)
    var time: UInt64 = 0
    var heartbeats = 0
    var link = Link(job.rank(1), epoch: 0)
    #expect(throws: AssemblyError.silent(ranks: [2], seconds: 20)) {
      _ = try Assembly(
        job.rank(0), VirtualJob.welcome, own: VirtualJob.hello, slots: .count(1), epoch: 9,
        timeLimit: 20 * second, now: { time },
        sleep: { duration in
          time += max(duration, 100_000_000)
          while let (_, incoming) = link.receive() {
            switch incoming {
            case .message(.welcome):
              link.send(.hello(VirtualJob.hello), to: 0)
              link.flush()
            case .message(.heartbeat): heartbeats += 1
            default: Issue.record("\(incoming)")
            }
          }
        })
    }
    #expect((3...4).contains(heartbeats))
  }

  @Test(arguments: [
    (nil, 60), ("5", 5), ("0", 60), ("-1", 60), ("x", 60), ("", 60),
    ("18446744073709551615", 60), ("99999999999999999999999", 60),
  ])
  func `the limit is what the user says, if it is a number of seconds`(
    _ text: String?, _ seconds: UInt64
  ) {
    #expect(StartWatch(text.map { Array($0.utf8) }).seconds == seconds)
  }

  @Test func `the outcome says interrupted from the start, and otherwise the status alone`() {
    #expect(BuildOutcome.text(nil) == "143 interrupted\n")
    #expect(BuildOutcome.text(143) == "143 interrupted\n")
    #expect(BuildOutcome.text(130) == "130 interrupted\n")
    #expect(BuildOutcome.text(0) == "0\n")
    #expect(BuildOutcome.text(1) == "1\n")
  }
}
