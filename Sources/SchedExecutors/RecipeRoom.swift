import SchedSystem

/// How many recipes may run at once where descriptors or processes are few, and what is said of it,
/// once.
struct RecipeRoom {
  private var limit = Int.max
  /// What the limit comes from.
  private var reason = ""
  private var note: [UInt8]?
  private var hasNoted = false
  private var knowsLimits = false

  /// Each recipe has its pipes and the descriptor of its process.
  private static let descriptorsEach = 3
  /// Files of the state, pipes of the next start, what helper threads read.
  private static let otherDescriptors = 10
  /// A shell, what it starts, and what that does: a compiler starts its passes.
  private static let processesEach = 4

  /// Whether one more may start beside so many; a no is noted.
  mutating func admits(beside running: Int) -> Bool {
    guard running > 0 else { return true }
    if !knowsLimits { learnLimits(beside: running) }
    guard running >= limit else { return true }
    if !hasNoted {
      hasNoted = true
      let count = limit == 1 ? "one recipe runs" : "\(limit) recipes run"
      note = Array("at most \(count) at once: \(reason)".utf8)
    }
    return false
  }

  /// When two are to run at once for the first time: most builds of one recipe need not know.
  private mutating func learnLimits(beside running: Int) {
    knowsLimits = true
    if let most = Host.mostDescriptors() {
      let free = most - Host.openDescriptors() - Self.otherDescriptors
      cut(to: running + max(free, 0) / Self.descriptorsEach) {
        "no more than \(most) files may be open ('ulimit -n')"
      }
    }
    if let (free, limit) = Host.freeProcesses() {
      cut(to: running + max(free, 0) / Self.processesEach) {
        "no more than \(limit.count) processes may run ('\(limit.name)')"
      }
    }
  }

  /// One more could not be started beside so many.
  mutating func isFull(at running: Int, _ error: SystemError) { cut(to: running) { error.message } }

  private mutating func cut(to count: Int, _ reason: () -> String) {
    guard max(count, 1) < limit else { return }
    limit = max(count, 1)
    self.reason = reason()
  }

  /// Nothing is made ahead then.
  var isTight: Bool { limit == 1 }

  /// What is to be told, if it was not yet.
  mutating func takeNotes() -> [[UInt8]] {
    guard let note = note.take() else { return [] }
    return [note]
  }
}
