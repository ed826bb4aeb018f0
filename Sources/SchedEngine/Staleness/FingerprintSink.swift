import SchedBase
import SchedDigest
import SchedGraph

/// Hashes facts to a fingerprint.
///
/// Paths are hashed as text, so that a fingerprint means the same in every copy of the tree.
struct FingerprintSink: FactSink {
  private var hasher = FactHasher()
  private let paths: PathTable

  init(_ paths: PathTable) { self.paths = paths }

  mutating func reset() { hasher.reset() }
  var fingerprint: Digest { hasher.digest }

  mutating func bytes(_ label: FactLabel, _ value: UnsafeRawBufferPointer) {
    hasher.add(label.rawValue, value)
  }

  mutating func path(_ label: FactLabel, _ path: PathID, _ identity: Identity) {
    paths.withText(of: path) { hasher.add(label.rawValue, $0) }
    hasher.add(paths.root(of: path).rawValue, identity)
  }

  mutating func text(_ label: FactLabel, _ name: UnsafeRawBufferPointer, _ value: [UInt8]?) {
    hasher.add(label.rawValue, name)
    hasher.add(value == nil ? 0 : 1, UInt64(value?.count ?? 0))
    value?.withUnsafeBytes { hasher.add(label.rawValue, $0) }
  }
}

/// Hashes facts and keeps them, in one walk.
struct RecordingSink: FactSink {
  var hashed: FingerprintSink
  private(set) var recorded = FactRecorder()

  init(_ paths: PathTable) { hashed = FingerprintSink(paths) }

  mutating func reset() {
    hashed.reset()
    // Mostly the next action's facts are as many as the last one's.
    recorded = FactRecorder(capacity: min(recorded.writer.bytes.count + 64, 4096))
  }

  mutating func bytes(_ label: FactLabel, _ value: UnsafeRawBufferPointer) {
    hashed.bytes(label, value)
    recorded.bytes(label, value)
  }

  mutating func path(_ label: FactLabel, _ path: PathID, _ identity: Identity) {
    hashed.path(label, path, identity)
    recorded.path(label, path, identity)
  }

  mutating func text(_ label: FactLabel, _ name: UnsafeRawBufferPointer, _ value: [UInt8]?) {
    hashed.text(label, name, value)
    recorded.text(label, name, value)
  }
}

/// Digests what the graph alone says of an action, by ids: quick, and only compared within one
/// state, where ids are stable.
struct StaticDigester {
  private var hasher = FactHasher()
  /// Of shared lists, once for all actions that have them.
  private var lists = Column<SharedListTag, Digest?>()

  mutating func digest(of action: ActionID, in graph: Graph) -> Digest {
    let row = graph.actions[action]
    hasher.reset()
    hasher.add(FactLabel.format.rawValue, UInt64(FactWalk.format))
    graph.text.withUnsafeBytes { text in
      hasher.add(
        FactLabel.recipe.rawValue, UnsafeRawBufferPointer(rebasing: text[row.recipe.text.range]))
    }
    for hole in graph.holes[row.recipe.holeRange] { add(hole) }
    hasher.add(FactLabel.directory.rawValue, UInt64(row.directory.raw))
    hasher.add(FactLabel.depfile.rawValue, UInt64(row.depfile?.raw ?? 0))
    // Each asked by itself: all attributes together would be copied.
    if let directory = graph.attributes(of: action).depfileDirectory {
      hasher.add(FactLabel.depfileDirectory.rawValue, UInt64(directory.raw))
      graph.attributes(of: action).depfileAlias.withUnsafeBytes {
        hasher.add(FactLabel.depfileDirectory.rawValue, $0)
      }
    }
    for word in graph.attributes(of: action).shell {
      word.withUnsafeBytes { hasher.add(FactLabel.interpreter.rawValue, $0) }
    }
    if row.environment != 0 {
      for entry in graph.environment(of: action) {
        entry.name.withUnsafeBytes { hasher.add(FactLabel.environment.rawValue, $0) }
        graph.text.withUnsafeBytes { text in
          hasher.add(
            FactLabel.environment.rawValue,
            UnsafeRawBufferPointer(rebasing: text[entry.value.text.range]))
        }
        for hole in graph.holes[entry.value.holeRange] { add(hole) }
      }
    }
    // What was confirmed while it might be missing says nothing of an output that must be there.
    if graph.attributes(of: action).mayBeMissing { hasher.add(0, 1) }
    if row.hasSharedLists {
      // Not to be taken for the form below, whose first label is another one.
      hasher.add(0, 0)
      for (list, label) in Self.labels {
        for index in row.range(of: list) { add(label, graph.edges[index], graph) }
      }
      return hasher.digest
    }
    graph.edges.withUnsafeBytes { edges in
      for (list, label) in Self.labels {
        let range = row.range(of: list)
        hasher.add(
          label.rawValue,
          UnsafeRawBufferPointer(
            rebasing: edges[range.lowerBound * 4..<range.upperBound * 4]))
      }
    }
    return hasher.digest
  }

  /// A shared list by its digest: its number says nothing in another graph.
  private mutating func add(_ label: FactLabel, _ edge: PathID, _ graph: Graph) {
    guard let list = edge.sharedList else { return hasher.add(label.rawValue, UInt64(edge.raw)) }
    lists.grow(to: list.index + 1, with: nil)
    let digest =
      lists[list] ?? graph.sharedLists[list].withUnsafeBytes { Digest(of: $0) }
    lists[list] = digest
    hasher.add(label.rawValue, UInt64(graph.sharedLists[list].count) | 1 << 63)
    hasher.add(label.rawValue, digest.low)
    hasher.add(label.rawValue, digest.high)
  }

  private static let labels: [(EdgeList, FactLabel)] = [
    (.outputs, .output), (.inputs, .input), (.uses, .uses), (.values, .value),
    (.listings, .listing), (.variables, .variable),
  ]

  private mutating func add(_ hole: Hole) {
    hasher.add(FactLabel.recipe.rawValue, UInt64(hole.offset))
    switch hole.source {
    case .value(let path): hasher.add(1, UInt64(path.raw))
    case .args: hasher.add(2, 0)
    case .cpus: hasher.add(3, 0)
    }
    hasher.add(hole.rendering.rawValue, UInt64(bitPattern: Int64(hole.index ?? Int32.min)))
    hasher.add(hole.surroundingQuote, hole.mustBeOneWord ? 1 : 0)
  }
}
