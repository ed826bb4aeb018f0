import Sched
import SchedSystem

/// A worker rank's way to rank 0.
final class RankLink: WorkerLink, @unchecked Sendable {
  private let program: MPIProgram
  private let run: UInt32
  private var backoff = EagerBackoff()
  /// What rank 0 said when the run was over.
  private(set) var end: EarlierRun?
  private(set) var isAbandoned = false
  private var lastWatch: UInt64 = 0
  /// Rank 0 was gone at the last look; what it said before may still have to be received.
  private var isSuspect = false

  init(_ program: MPIProgram, run: Int) {
    self.program = program
    self.run = UInt32(run)
  }

  func send(_ message: WorkerMessage) {
    program.mailbox.send(.task(run: run, message.encoded()), to: 0)
    program.mailbox.flush()
    backoff.somethingHappened()
  }

  func receive() -> CoordinatorMessage {
    while true {
      while let (_, incoming) = program.mailbox.receive() {
        if case .message(.bye(_, let isWhole)) = incoming {
          program.isWhole = isWhole
          continue
        }
        if case .message(.place(let place)) = incoming {
          program.note(place, of: 0)
          continue
        }
        guard case .message(.task(run, let bytes)) = incoming,
          let message = try? CoordinatorMessage(decoding: bytes)
        else {
          abandon()
          return .end
        }
        backoff.somethingHappened()
        guard case .earlierRun(let end) = message else { return message }
        self.end = end
        return .end
      }
      program.mailbox.heartbeat()
      program.mailbox.flush()
      if coordinatorIsLost() {
        abandon()
        return .end
      }
      backoff.wait()
    }
  }

  private func abandon() {
    isAbandoned = true
    program.leave(0)
  }

  private func coordinatorIsLost() -> Bool {
    let now = Clock.monotonic()
    guard now - lastWatch >= MPIProgram.watchInterval else { return false }
    lastWatch = now
    defer { isSuspect = program.isLost(0) }
    return isSuspect
  }
}
