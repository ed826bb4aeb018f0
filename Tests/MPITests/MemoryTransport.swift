@testable import SchedMPI

/// Ranks of one process: what one sends is at once in the other's queue.
final class MemoryTransport: Transport {
  /// What all ranks of one job share.
  final class Job {
    fileprivate var inboxes: [[(source: Int, bytes: [UInt8])]]
    /// Ranks that are gone: nobody hears from them, and nothing reaches them.
    var dead: Set<Int> = []
    /// Ranks of which nothing is heard any more, though they hear all.
    var mute: Set<Int> = []
    /// Messages that were sent to a rank, whether it is dead or not.
    var sentTo: [Int]

    init(size: Int) {
      inboxes = Array(repeating: [], count: size)
      sentTo = Array(repeating: 0, count: size)
    }

    func rank(_ rank: Int) -> MemoryTransport { MemoryTransport(self, rank) }
  }

  let job: Job
  let rank: Int
  private var givenUp: Set<Int> = []
  var failures: [Int] = []

  private init(_ job: Job, _ rank: Int) {
    self.job = job
    self.rank = rank
  }

  var size: Int { job.inboxes.count }
  var hasSentAll: Bool { true }

  func send(_ bytes: [UInt8], to rank: Int) {
    guard !givenUp.contains(rank), !job.dead.contains(self.rank),
      !job.mute.contains(self.rank)
    else { return }
    job.sentTo[rank] += 1
    job.inboxes[rank].append((self.rank, bytes))
  }

  func receive() -> (source: Int, bytes: [UInt8])? {
    job.inboxes[rank].isEmpty ? nil : job.inboxes[rank].removeFirst()
  }

  func giveUp(_ rank: Int) { givenUp.insert(rank) }
  func takeFailure() -> Int? { failures.popLast() }
}
