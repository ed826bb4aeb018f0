import SchedEngine

/// What has to be done from time to time, and ranks that are gone.
extension Coordinator {
  /// How often the processes of this host's ranks are looked at.
  private var watchInterval: UInt64 { 250_000_000 }

  /// The caller flushes.
  func keepUp(at time: UInt64) {
    recallForIdleRanks(at: time)
    mailbox.heartbeat()
    if time - lastWatch >= watchInterval {
      lastWatch = time
      for rank in register.workers { watch(rank) }
    }
    for rank in register.takeOver(at: time) { endAll(on: rank) }
    endDoubtful(at: time)
    giveUpOverdue(at: time)
  }

  /// After `cancel`: whoever has not told by now that its recipes are gone will not.
  private func giveUpOverdue(at time: UInt64) {
    guard let cancelDeadline, time >= cancelDeadline else { return }
    for (action, flight) in inFlight {
      if let rank = flight.allocation?.rank { register[rank].isOverdue = true }
      end(action, .lost(rank: UInt32(flight.allocation?.rank ?? 0)), [])
    }
  }

  /// A rank that is silent gets nothing new and is not spoken to; one that is dead, or silent for
  /// too long, is given up.
  private func watch(_ rank: Int) {
    let silence = mailbox.silence(of: rank)
    if silence >= Mailbox<T>.silenceLimit || (isOnThisHost(rank) && processIsGone(rank)) {
      return lose(rank)
    }
    let isSuspect = silence >= Mailbox<T>.suspicion
    guard isSuspect != register[rank].isSuspect else { return }
    register[rank].isSuspect = isSuspect
    if isSuspect {
      placement.close(rank)
    } else {
      placement.open(rank)
    }
  }

  func isOnThisHost(_ rank: Int) -> Bool {
    register[rank].place.isOnHost(of: register[0].place)
  }

  private func processIsGone(_ rank: Int) -> Bool { host.isGone(register[rank].place.processID) }

  /// The rank is not spoken to any more.
  ///
  /// What it had is lost as soon as none of it can run: here it is ended now; elsewhere the rank's
  /// lease must be over.
  func lose(_ rank: Int) {
    guard !register[rank].isGone else { return }
    let silence = mailbox.silence(of: rank)
    register[rank].isGone = true
    rankLost(rank, register[rank].place.host)
    placement.closeForGood(rank)
    mailbox.giveUp(rank)
    guard isOnThisHost(rank) else {
      let rest = Mailbox<T>.leaseLength - min(silence, Mailbox<T>.leaseLength)
      return register.holdUntil(now() + rest, rank)
    }
    host.end(register[rank].place.processID)
    host.endRecipes(rank)
    endAll(on: rank)
  }

  /// Whether a rank of another host was given up.
  var hasLostHost: Bool {
    register.entries.indices.contains { register[$0].isGone && !isOnThisHost($0) }
  }

  private func endAll(on rank: Int) {
    let lost = inFlight.filter { $0.value.allocation?.rank == rank }.keys.sorted()
    for action in lost { end(action, .lost(rank: UInt32(rank)), []) }
  }
}
