import Sched
import SchedSystem

/// A worker rank's way to rank 0.
final class RankLink: WorkerLink, @unchecked Sendable {
  private let program: MPIProgram
  private let run: UInt32
  private var pause = EagerPause()
  /// What rank 0 said when the run was over.
  private(set) var end: EarlierRun?
  private(set) var isAbandoned = false

  init(_ program: MPIProgram, run: Int) {
    self.program = program
    self.run = UInt32(run)
  }

  func send(_ message: WorkerMessage) {
    program.post.send(.task(run: run, message.encoded()), to: 0)
    program.post.flush()
    pause.somethingHappened()
  }

  func receive() -> CoordinatorMessage {
    while true {
      while let (_, incoming) = program.post.receive() {
        if case .message(.bye(_, let isWhole)) = incoming {
          program.isWhole = isWhole
          continue
        }
        guard case .message(.task(run, let bytes)) = incoming,
          let message = try? CoordinatorMessage(decoding: bytes)
        else {
          isAbandoned = true
          return .end
        }
        pause.somethingHappened()
        guard case .earlierRun(let end) = message else { return message }
        self.end = end
        return .end
      }
      program.post.beat()
      program.post.flush()
      if program.isLost(0) {
        isAbandoned = true
        return .end
      }
      pause.wait()
    }
  }
}
