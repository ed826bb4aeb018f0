import SchedSystem

/// What recipes have started and taken out of their process groups (setsid, daemons): found by their
/// environment when its recipe is ended.
///
/// A process that has thrown its environment away is not found.
struct StrayProcesses {
  /// The variable of a recipe's environment that tells its attempt from the others of the session.
  static let variable = Array("SCHED_ACTION".utf8)

  private let session: [UInt8]

  init(session: [UInt8]) { self.session = Array("SCHED_SESSION=".utf8) + session }

  private func find(_ recipes: some Sequence<RunningRecipe>) -> [Int32] {
    let marks = recipes.map { Self.variable + [UInt8(ascii: "=")] + $0.attempt.mark }
    return LeftProcesses.find(withEnvironment: [session], andOneOf: marks)
  }

  /// Sends a signal to those of all these recipes.
  ///
  /// What is in a recipe's group gets it with that, and no second one.
  func signal(_ recipes: some Collection<RunningRecipe>, _ signal: Int32) {
    guard !recipes.isEmpty else { return }
    let groups = Set(recipes.map { $0.child.id })
    for id in find(recipes) where !groups.contains(LeftProcesses.group(of: id)) {
      ChildProcess.signal(id, signal)
    }
  }

  /// Ends those of a recipe that has ended, and waits until they are gone.
  func end(_ recipe: RunningRecipe) {
    // What was being started meanwhile is found by the next look.
    for _ in 0..<Self.mostLooks {
      let left = find([recipe])
      if left.isEmpty || !LeftProcesses.end(left, limit: Self.longestDeath) { return }
    }
  }

  private static let mostLooks = 5
  /// Nanoseconds.
  private static let longestDeath: UInt64 = 1_000_000_000
}
