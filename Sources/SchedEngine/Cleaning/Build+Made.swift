import SchedBase
import SchedGraph
import SchedSystem

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

  /// What only the graphs `keys` made, and this one can make no more, inside the tree.
  ///
  /// Asks the target source for each, since a rule may still make it. What is used as a source stays;
  /// that is told by the build.
  public mutating func leftovers(of keys: Set<GraphKey>) -> [RecordID] {
    let candidates = state.records.filter { record in
      guard state.row(record).kind == .file, let makers = state.graphsIfKnown(of: record) else {
        return false
      }
      return !makers.isEmpty && keys.isSuperset(of: makers)
    }
    let inside = candidates.filter { record in
      state.outputs(of: record).allSatisfy { isInTree($0.path) }
    }
    return notMade(inside)
  }

  /// Those of the records of which this graph makes nothing and names nothing.
  public mutating func notMade(_ records: [RecordID]) -> [RecordID] {
    var leftovers: [RecordID] = []
    for record in records {
      let outputs = state.outputs(of: record).map(\.path)
      if outputs.allSatisfy({ !canBeMade($0) }) { leftovers.append(record) }
    }
    guard !leftovers.isEmpty else { return [] }
    let used = graph.named
    var holding: PathSet?
    return leftovers.filter { record in
      state.outputs(of: record).allSatisfy { output in
        guard !used.contains(output.path) else { return false }
        guard output.identity.tag == .directory else { return true }
        // What lies in it may be made or read one by one now.
        let directories = holding ?? directoriesHolding(used)
        holding = directories
        return !directories.contains(output.path)
      }
    }
  }

  /// The directories in which one of the paths lies, or what earlier builds made and this graph makes still.
  private mutating func directoriesHolding(_ used: Set<PathID>) -> PathSet {
    var directories = PathSet()
    let owned = state.ownedPaths { _ in true }.filter { canBeMade($0) }
    for path in used.union(owned) where state.paths.root(of: path).isFile {
      state.paths.forEachAncestor(of: path) { _ = directories.insert($0) }
    }
    return directories
  }

  /// How many files builds of the graph `key` made, this one makes no more, and that lie there as they were made.
  public mutating func leftoverCount(of key: GraphKey) -> Int {
    var bounds = TreeBounds()
    return notMade(recordsOfGraph(key)).reduce(0) { count, record in
      count
        + state.outputs(of: record).count {
          bounds.hold($0.path, state.paths) && state.isMadeAndUnedited($0.path)
        }
    }
  }

  private func isInTree(_ path: PathID) -> Bool {
    state.paths.root(of: path) == .tree
      && !state.paths.text(of: path).starts(with: Array("../".utf8))
  }

  /// What is wrong with a path that nothing makes, that no earlier build has made and that is not there.
  public mutating func problem(ofUnknown path: PathID) -> Diagnostic? {
    guard !canBeMade(path), state.owner(of: path) == nil else { return nil }
    if state.paths.root(of: path).isFile {
      let status = try? FileStatus.of(state.paths.text(of: path), followingLinks: false)
      guard status?.kind == .missing else { return nil }
    }
    return .error(
      "no rule makes '\(state.paths.string(of: path))'",
      hint: source.hint(forMissing: path, in: graph))
  }

  /// Whether a target or a rule makes the path; the graph has it then.
  public mutating func canBeMade(_ path: PathID) -> Bool {
    if graph.producer(of: path) != nil { return true }
    // A rule that is wrong still names the path: it is not ours to take away.
    do { return try source.makeTarget(for: path, in: &graph) } catch { return true }
  }
}
