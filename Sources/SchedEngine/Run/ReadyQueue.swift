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

  private var classes: [UInt32: Heap<Entry>] = [:]
  private(set) var count = 0
  var isEmpty: Bool { count == 0 }

  mutating func insert(_ action: ActionID, class key: UInt32, urgency: UInt64) {
    classes[key, default: Heap()].insert(Entry(urgency: urgency, action: action))
    count += 1
  }

  /// The most urgent action of each class.
  ///
  /// O(classes).
  var firsts: [(class: UInt32, entry: Entry)] {
    var firsts: [(class: UInt32, entry: Entry)] = []
    for (key, heap) in classes {
      if let first = heap.max { firsts.append((key, first)) }
    }
    return firsts
  }

  /// Takes the most urgent action of a class.
  ///
  /// O(log n).
  mutating func removeFirst(of key: UInt32) {
    guard var heap = classes.removeValue(forKey: key) else { return }
    heap.removeMax()
    count -= 1
    if !heap.isEmpty { classes[key] = heap }
  }

  /// The most urgent action of all.
  var first: ActionID? {
    var first: Entry?
    for heap in classes.values {
      if let top = heap.max, first.map({ $0 < top }) ?? true { first = top }
    }
    return first?.action
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
