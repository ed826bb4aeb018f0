import SchedBase
import SchedGraph

extension Build {
  /// The records of all files that actions of the graph `key` made.
  public func recordsOfGraph(_ key: GraphKey) -> [RecordID] {
    state.records.filter { state.row($0).kind == .file && state.graphs(of: $0).contains(key) }
  }

  /// The records that made these paths last; those that nothing made are left out.
  public func records(making paths: [PathID]) -> [RecordID] {
    var seen: Set<RecordID> = []
    return paths.compactMap { path in
      guard let record = state.owner(of: path), state.row(record).kind == .file,
        seen.insert(record).inserted
      else { return nil }
      return record
    }
  }

  /// What only the graph `key` made and can make no more, inside the tree.
  ///
  /// Asks the target source for each, since a rule may still make it. What is used as a source stays;
  /// the build warns of it.
  public mutating func leftovers(of key: GraphKey) -> [RecordID] {
    var leftovers: [RecordID] = []
    for record in recordsOfGraph(key) where state.graphs(of: record) == [key] {
      let outputs = state.outputs(of: record).map(\.path)
      if outputs.allSatisfy({ isInTree($0) && !canBeMade($0) }) { leftovers.append(record) }
    }
    guard !leftovers.isEmpty else { return [] }
    let used = graph.named
    return leftovers.filter { record in
      state.outputs(of: record).allSatisfy { !used.contains($0.path) }
    }
  }

  private func isInTree(_ path: PathID) -> Bool {
    state.paths.root(of: path) == .tree
      && !state.paths.text(of: path).starts(with: Array("../".utf8))
  }

  private mutating func canBeMade(_ path: PathID) -> Bool {
    if graph.producer(of: path) != nil { return true }
    // A rule that is wrong still names the path: it is not ours to take away.
    do { return try source.makeTarget(for: path, in: &graph) } catch { return true }
  }
}
