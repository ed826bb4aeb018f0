import SchedEngine
import SchedSystem

// Where there are few descriptors or processes, recipes wait for those of others.
extension ActionRunner {
  /// Whether another recipe can run beside those that do.
  public var hasRoom: Bool {
    postponed.isEmpty && room.admits(beside: running.count + unreported.count)
  }

  /// Whether what could not be had now may be there when others have ended.
  func mayWait(_ attempt: Attempt, for error: SystemError) -> Bool {
    guard error.isScarcity, !isCancelled else { return false }
    guard let since = attempt.waitsSince else { return true }
    // Of our own descriptors only what helpers read with comes back, and that soon.
    return Clock.monotonic() < since
      + (error.isOwnScarcity ? Self.retryInterval * 10 : Self.longestWait)
  }

  func postpone(_ attempt: Attempt, _ error: SystemError) {
    var attempt = attempt
    room.isFull(at: running.count + unreported.count, error)
    if let file = attempt.scriptFile.take() { try? Files.remove(file) }
    if running.isEmpty {
      // Others have them: nothing of ours gives any back.
      let now = Clock.monotonic()
      attempt.waitsSince = attempt.waitsSince ?? now
      triesAgainAt = now + Self.retryInterval
    }
    postponed.prepend(attempt)
  }

  /// Starts what waited and has room now.
  func startPostponed(at now: UInt64) {
    while let attempt = postponed.first, now >= triesAgainAt ?? 0,
      room.admits(beside: running.count + unreported.count)
    {
      postponed.removeFirst()
      triesAgainAt = nil
      run(attempt)
    }
  }

  /// They end as those that were ended while they ran.
  func endPostponed() {
    while let attempt = postponed.popFirst() {
      var report = RecipeReport()
      report.moved = attempt.moved
      ended.append(
        Ended(
          id: attempt.id, attempt: attempt.number,
          outcome: .killed(signal: ChildProcess.terminate), report: report))
    }
  }

  /// Nanoseconds between two tries while nothing runs, and for how long.
  private static var retryInterval: UInt64 { 50_000_000 }
  private static var longestWait: UInt64 { 20_000_000_000 }
}
