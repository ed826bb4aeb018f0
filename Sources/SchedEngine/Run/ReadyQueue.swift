import HeapModule
import SchedBase
import SchedGraph

/// Stale actions that wait for a slot, the most urgent first.
///
/// Actions with equal attributes need the same of the machine, so each such class has a heap of
/// its own: what does not fit is passed over by its class, not action by action.
struct ReadyQueue {
  private struct Entry: Comparable {
    /// Nanoseconds of the longest path that begins here.
    var urgency: UInt64
    var action: ActionID

    /// The more urgent one is greater; among equals the earlier one in the Schedfile.
    static func < (a: Entry, b: Entry) -> Bool {
      a.urgency != b.urgency ? a.urgency < b.urgency : a.action > b.action
    }
  }

  private var classes: [UInt32: Heap<Entry>] = [:]
  private(set) var count = 0
  var isEmpty: Bool { count == 0 }

  mutating func insert(_ action: ActionID, class key: UInt32, urgency: UInt64) {
    classes[key, default: Heap()].insert(Entry(urgency: urgency, action: action))
    count += 1
  }

  /// Takes the most urgent action of those whose class is admitted.
  ///
  /// O(classes + log n).
  mutating func popFirst(where admits: (_ class: UInt32, _ first: ActionID) -> Bool) -> ActionID? {
    var best: (key: UInt32, entry: Entry)?
    for (key, heap) in classes {
      guard let top = heap.max, best.map({ $0.entry < top }) ?? true else { continue }
      if admits(key, top.action) { best = (key, top) }
    }
    guard let best else { return nil }
    classes[best.key]?.removeMax()
    if classes[best.key]?.isEmpty == true { classes[best.key] = nil }
    count -= 1
    return best.entry.action
  }

  /// The most urgent action of all.
  var first: ActionID? {
    classes.values.compactMap { $0.max }.max()?.action
  }

  /// Takes one action out wherever it is.
  ///
  /// O(n); for actions that must wait after all.
  mutating func remove(_ action: ActionID, class key: UInt32) {
    guard let heap = classes[key] else { return }
    let rest = heap.unordered.filter { $0.action != action }
    count -= heap.count - rest.count
    classes[key] = rest.isEmpty ? nil : Heap(rest)
  }

  mutating func removeAll() -> [ActionID] {
    defer {
      classes = [:]
      count = 0
    }
    return classes.values.flatMap { $0.unordered.map(\.action) }.sorted()
  }
}
