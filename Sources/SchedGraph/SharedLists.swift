import SchedBase

public enum SharedListTag {}

/// A long run of inputs that was written as one expression.
public typealias SharedListID = ID<SharedListTag>

/// Runs of inputs that actions name in one piece, such as `{{headers}}`, each kept once however many
/// actions have it.
///
/// An action has its number in place of the paths. Lists are never changed once they are made.
public struct SharedLists: Sendable {
  /// Shorter runs are kept with the action: a list of its own would save little.
  public static let shortest = 8

  /// All lists, one after the other.
  var paths: [PathID] = []
  /// Where each list ends.
  var ends: [UInt32] = []
  /// How often each was named.
  var uses: [UInt32] = []

  public var count: Int { ends.count }

  /// The paths of a list, repeats included; never empty.
  public subscript(list: SharedListID) -> ArraySlice<PathID> { paths[range(of: list)] }

  /// Whether more than one action has it, or one twice.
  public func isNamedAgain(_ list: SharedListID) -> Bool { uses[list.index] > 1 }

  private func range(of list: SharedListID) -> Range<Int> {
    (list.index == 0 ? 0 : Int(ends[list.index - 1]))..<Int(ends[list.index])
  }

  mutating func append(_ list: some Collection<PathID>) -> SharedListID {
    paths.append(contentsOf: list)
    ends.append(UInt32(paths.count))
    uses.append(1)
    return SharedListID(ends.count - 1)
  }

  /// Finds lists by what is in them, while a graph is built.
  struct Index: Sendable {
    private var lists: [Int: SharedListID] = [:]
    /// So many lists are in it: those of a graph that was kept are added when a list is looked for.
    private var count = 0

    /// The list of these paths, which is added if there is none.
    ///
    /// O(paths).
    mutating func list(of paths: [PathID], in shared: inout SharedLists) -> SharedListID {
      while count < shared.count {
        let list = SharedListID(count)
        lists[hash(shared[list])] = list
        count += 1
      }
      let hash = hash(paths[...])
      if let known = lists[hash], shared[known].elementsEqual(paths) {
        shared.uses[known.index] += 1
        return known
      }
      let list = shared.append(paths)
      lists[hash] = list
      count += 1
      return list
    }

    private func hash(_ paths: ArraySlice<PathID>) -> Int {
      var hasher = Hasher()
      paths.withUnsafeBytes { hasher.combine(bytes: $0) }
      return hasher.finalize()
    }
  }
}

/// An element of `Graph.edges` is a path, or stands for a shared list: then its highest bit is set, which
/// no path's number reaches.
extension PathID {
  private static let listMark: UInt32 = 1 << 31

  init(standingFor list: SharedListID) { self.init(raw: list.raw | Self.listMark) }

  /// The list for which it stands in `Graph.edges`; nil: it is a path.
  @inlinable
  public var sharedList: SharedListID? {
    raw >= 1 << 31 ? SharedListID(raw: raw & (1 << 31 - 1)) : nil
  }
}

/// The paths of some of an action's lists, those of shared lists in their places.
public struct EdgePaths: Sequence, Sendable {
  let edges: ArraySlice<PathID>
  /// Empty where `edges` are all paths.
  let shared: SharedLists

  /// O(edges).
  public var count: Int {
    shared.count == 0
      ? edges.count : edges.reduce(0) { $0 + ($1.sharedList.map { shared[$0].count } ?? 1) }
  }

  public var underestimatedCount: Int { edges.count }

  public func makeIterator() -> Iterator { Iterator(edges: edges[...], shared: shared) }

  public struct Iterator: IteratorProtocol {
    fileprivate var edges: ArraySlice<PathID>
    fileprivate let shared: SharedLists
    fileprivate var list: ArraySlice<PathID> = []

    public mutating func next() -> PathID? {
      if let path = list.popFirst() { return path }
      guard let edge = edges.popFirst() else { return nil }
      guard let id = edge.sharedList else { return edge }
      list = shared[id]
      return list.popFirst()
    }
  }
}
