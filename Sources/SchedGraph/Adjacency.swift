/// The edges between the nodes `0..<count`: node `n` points at `targets[offsets[n]..<offsets[n + 1]]`.
///
/// What nodes and edges mean is the caller's affair. The walk keeps its own stack, so that chains of any
/// length work, and is linear in nodes and edges.
public struct Adjacency: Sendable {
  /// One more than there are nodes; ascending from 0.
  public var offsets: [UInt32]
  public var targets: [UInt32]

  /// `offsets` holds one more element than there are nodes and ends with the number of targets.
  public init(offsets: [UInt32], targets: [UInt32]) {
    precondition(offsets.first == 0 && Int(offsets.last ?? 0) == targets.count)
    self.offsets = offsets
    self.targets = targets
  }

  @inlinable public var count: Int { offsets.count - 1 }

  /// One cycle if there is any: each node points at the next, the last at the first, which is the
  /// lowest of them.
  ///
  /// No node is in it twice.
  public func cycle() -> [UInt32]? {
    var states = [VisitState](repeating: .new, count: count)
    var stack: [(node: UInt32, next: UInt32)] = []
    for root in 0..<UInt32(count) where states[Int(root)] == .new {
      states[Int(root)] = .open
      stack.append((root, offsets[Int(root)]))
      while let (node, next) = stack.last {
        guard next < offsets[Int(node) + 1] else {
          states[Int(node)] = .done
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next = next + 1
        let target = targets[Int(next)]
        switch states[Int(target)] {
        case .new:
          states[Int(target)] = .open
          stack.append((target, offsets[Int(target)]))
        case .open: return cycle(closedBy: target, in: stack.map(\.node))
        case .done: break
        }
      }
    }
    return nil
  }

  private enum VisitState: UInt8 {
    case new
    /// On the stack.
    case open
    case done
  }

  private func cycle(closedBy node: UInt32, in path: [UInt32]) -> [UInt32] {
    let cycle = path[path.lastIndex(of: node)!...]
    let lowest = cycle.indices.min { cycle[$0] < cycle[$1] }!
    return Array(cycle[lowest...] + cycle[..<lowest])
  }
}
