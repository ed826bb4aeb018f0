import SchedSystem

/// What the coordinator can see and do about ranks of its own host.
struct HostWatch {
  /// Whether a process is not there any more.
  var isGone: (_ process: UInt32) -> Bool
  /// Ends a process at once.
  var end: (_ process: UInt32) -> Void
  /// Ends what a rank's recipes have left running, and waits until it is gone.
  var endRecipes: (_ rank: Int) -> Void

  /// Of this machine.
  ///
  /// `session` is what recipes find in `SCHED_SESSION`.
  static func real(session: [UInt8]) -> HostWatch {
    HostWatch(
      isGone: { LeftProcesses.isGone(Int32(bitPattern: $0)) },
      end: { LeftProcesses.kill(Int32(bitPattern: $0)) },
      endRecipes: { LeftRecipes.end(session: session, rank: $0) })
  }
}

/// The processes of recipes whose rank does not end them any more.
enum LeftRecipes {
  /// Each process that a recipe of the rank started carries session and rank in its environment.
  ///
  /// New ones may start while others are ended, so that it looks again until there is none.
  static func end(session: [UInt8], rank: Int) {
    let marks = [
      Array("SCHED_SESSION=".utf8) + session, Array("SCHED_RANK=\(rank)".utf8),
    ]
    for _ in 0..<50 {
      let left = LeftProcesses.find(withEnvironment: marks)
      if left.isEmpty || !LeftProcesses.end(left, limit: 1_000_000_000) { return }
    }
  }
}
