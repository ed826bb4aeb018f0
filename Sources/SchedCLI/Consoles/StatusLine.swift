import SchedEngine
import SchedGraph

/// The one live line of a terminal: what is done, and what runs since when.
struct StatusLine {
  /// A redraw costs a terminal more than it costs us; nobody reads faster.
  static let shortestInterval: UInt64 = 50_000_000

  /// What runs, in the order of starting.
  private var running: [(action: ActionID, title: String, since: UInt64)] = []
  private var isShown = false
  private var lastDrawn: UInt64?

  /// An action that starts once more (what it discovered changed) takes its old place.
  mutating func started(_ action: ActionID, _ title: String, at time: UInt64) {
    ended(action)
    running.append((action, title, time))
  }

  mutating func ended(_ action: ActionID) {
    if let index = running.firstIndex(where: { $0.action == action }) { running.remove(at: index) }
  }

  /// What takes the line away, so that other text can stand in its place.
  mutating func clear() -> TerminalText {
    defer { isShown = false }
    return isShown ? "\r\u{1B}[K" : ""
  }

  /// What draws the line; nothing where it stands there and was drawn a moment ago.
  mutating func draw(_ counts: BuildCounts, at time: UInt64, width: Int) -> TerminalText {
    if isShown, let lastDrawn, time < lastDrawn + Self.shortestInterval { return "" }
    lastDrawn = time
    isShown = true
    // The last column stays free: some terminals wrap as soon as it is written.
    return "\r\(fitting(text(counts, at: time), width - 1))\u{1B}[K"
  }

  /// The line itself: `[12/340] 3% CC build/a.o 4s, CC build/b.o`.
  func text(_ counts: BuildCounts, at time: UInt64) -> String {
    let percent = counts.total == 0 ? 100 : counts.ended * 100 / counts.total
    let titles = running.map { entry in
      let seconds = (time - min(time, entry.since)) / 1_000_000_000
      return seconds == 0 ? entry.title : "\(entry.title) \(Self.age(seconds))"
    }
    return "[\(counts.ended)/\(counts.total)] \(percent)% " + titles.joined(separator: ", ")
  }

  /// `8s`, `3m12s`, `2h05m`.
  static func age(_ seconds: UInt64) -> String {
    func twoDigits(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if seconds < 60 { return "\(seconds)s" }
    if seconds < 3600 { return "\(seconds / 60)m\(twoDigits(seconds % 60))s" }
    return "\(seconds / 3600)h\(twoDigits(seconds / 60 % 60))m"
  }
}
