import SchedEngine

/// Beats, silences, and ranks that are gone.
extension Coordinator {
  /// How often a rank says that it is there when it has nothing else to say.
  static var beatInterval: UInt64 { 1_000_000_000 }

  /// What has to be done from time to time; the caller flushes.
  func keepUp(at time: UInt64) {
    recallForIdleRanks(at: time)
    for rank in register.workers where time - register[rank].lastSent >= Self.beatInterval {
      tell(rank, .beat)
    }
    giveUpOverdue(at: time)
    bury(at: time)
  }

  /// After `cancel`: whoever has not told by now that its recipes are gone will not.
  private func giveUpOverdue(at time: UInt64) {
    guard let cancelDeadline, time >= cancelDeadline else { return }
    for (action, flight) in flights {
      end(action, .lost(rank: UInt32(flight.seat?.rank ?? 0)), [])
    }
  }

  /// The rank is not spoken to any more. What it had is lost as soon as none of it can still run.
  func lose(_ rank: Int) {
    guard !register[rank].isGone else { return }
    register[rank].isGone = true
    placement.close(rank)
    link.giveUp(rank)
    mourned.append((rank, now()))
  }

  private func bury(at time: UInt64) {
    while let index = mourned.firstIndex(where: { $0.until <= time }) {
      let rank = mourned.remove(at: index).rank
      let lost = flights.filter { $0.value.seat?.rank == rank }.keys.sorted()
      for action in lost { end(action, .lost(rank: UInt32(rank)), []) }
    }
  }
}
