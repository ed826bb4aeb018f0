import HeapModule
import SchedBase
import SchedGraph

/// Stale actions that wait for a slot, the most urgent first.
///
/// Actions with equal attributes need the same of the machine, so each such class has a heap of
/// its own: what does not fit is passed over by its class, not action by action.
struct ReadyQueue {
  struct Entry: Comparable {
    /// Nanoseconds of the longest path that begins here.
    var urgency: UInt64
    var action: ActionID

    /// The more urgent one is greater; among equals the earlier one in the Schedfile.
    static func < (a: Entry, b: Entry) -> Bool {
      a.urgency != b.urgency ? a.urgency < b.urgency : a.action > b.action
    }
  }

  /// The classes in which something waits: few, and found by going through them.
  private var classes: [(key: UInt32, heap: Heap<Entry>)] = []
  private(set) var count = 0
  var isEmpty: Bool { count == 0 }
  var classCount: Int { classes.count }

  mutating func insert(_ action: ActionID, class key: UInt32, urgency: UInt64) {
    let entry = Entry(urgency: urgency, action: action)
    if let position = position(of: key) {
      classes[position].heap.insert(entry)
    } else {
      classes.append((key, [entry]))
    }
    count += 1
  }

  private func position(of key: UInt32) -> Int? { classes.firstIndex { $0.key == key } }

  /// The most urgent action of a class, by the class's position.
  func first(ofClassAt position: Int) -> Entry { classes[position].heap.max.unsafelyUnwrapped }

  /// Takes the most urgent action of the class at a position, which may be another class's afterwards.
  ///
  /// O(log n).
  mutating func removeFirst(ofClassAt position: Int) {
    classes[position].heap.removeMax()
    count -= 1
    if classes[position].heap.isEmpty { removeClass(at: position) }
  }

  private mutating func removeClass(at position: Int) {
    classes.swapAt(position, classes.count - 1)
    classes.removeLast()
  }

  /// The most urgent action of all.
  ///
  /// O(classes).
  var first: ActionID? {
    guard !classes.isEmpty else { return nil }
    var first = first(ofClassAt: 0)
    for position in 1..<classes.count { first = max(first, self.first(ofClassAt: position)) }
    return first.action
  }

  /// Takes one action out wherever it is.
  ///
  /// O(n); for actions that must wait after all.
  mutating func remove(_ action: ActionID, class key: UInt32) {
    guard let position = position(of: key) else { return }
    let before = classes[position].heap.count
    let rest = classes[position].heap.unordered.filter { $0.action != action }
    count -= before - rest.count
    classes[position].heap = Heap(rest)
    if rest.isEmpty { removeClass(at: position) }
  }

  mutating func removeAll() -> [ActionID] {
    defer {
      classes = []
      count = 0
    }
    return classes.flatMap { $0.heap.unordered.map(\.action) }.sorted()
  }
}
