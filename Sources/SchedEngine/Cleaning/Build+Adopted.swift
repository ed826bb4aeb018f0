import SchedBase
import SchedGraph
import SchedSystem

/// A file cannot be made a source.
public struct AdoptionRefusal: Error {
  public var diagnostic: Diagnostic
}

extension State {
  /// Forgets who made these files, and all in the directories that the graph does not make: a Schedfile
  /// says that they are sources.
  ///
  /// What was made as a whole is a source as a whole once a file in it is.
  public func adopt(_ files: [PathID], _ directories: [PathID], in graph: Graph) {
    for path in files + directories {
      disown(path)
      if let holder = formerDirectory(holding: path, in: graph) { disown(holder) }
    }
    guard !directories.isEmpty else { return }
    let owned = ownedPaths { path in
      graph.producer(of: path) == nil && directories.contains { self.paths.isWithin(path, $0) }
    }
    for path in owned.sorted() { disown(path) }
  }

  /// The directory output of an earlier build that the path lies in, if the graph does not make it.
  func formerDirectory(holding path: PathID, in graph: Graph) -> PathID? {
    paths.ancestor(of: path) { graph.producer(of: $0) == nil && self.isDirectoryOutput($0) }
  }

  /// Whether a recipe made the path as a directory, as far as is known.
  func isDirectoryOutput(_ path: PathID) -> Bool {
    guard let record = owner(of: path) else { return false }
    return outputs(of: record).contains { $0.path == path && $0.identity.tag == .directory }
  }
}

extension Build {
  /// What earlier builds made at a path, or below it where that is a directory, and nothing makes now.
  public mutating func adoptable(_ path: PathID) -> Result<[PathID], AdoptionRefusal> {
    func refused(_ diagnostic: Diagnostic) -> Result<[PathID], AdoptionRefusal> {
      .failure(AdoptionRefusal(diagnostic: diagnostic))
    }
    let name = state.paths.string(of: path)
    guard state.paths.root(of: path).isFile else {
      return refused(.error("'\(name)' is a task, and only files can be adopted"))
    }
    if canBeMade(path) {
      return refused(
        .error(
          "'\(name)' is made by a target",
          at: graph.producer(of: path).map { graph.actions[$0].place },
          hint: "what a target makes is no source; remove the target first"))
    }
    let holder = state.paths.ancestor(of: path) { [graph] in
      graph.isDirectory($0) && graph.producer(of: $0) != nil
    }
    if let holder {
      return refused(
        .error(
          "'\(name)' is in '\(state.paths.string(of: holder))/', which a target makes",
          at: graph.producer(of: holder).map { graph.actions[$0].place },
          hint: "what a target makes is no source; remove the target first"))
    }
    let kind = (try? FileStatus.of(state.paths.text(of: path), followingLinks: false))?.kind
    guard let kind, kind != .missing else {
      return refused(.error("cannot adopt '\(name)': no such file or directory"))
    }
    if let whole = state.formerDirectory(holding: path, in: graph) { return .success([whole]) }
    if state.owner(of: path) != nil || kind != .directory {
      return .success(state.owner(of: path) == nil ? [] : [path])
    }
    let owned = state.ownedPaths { state.paths.isWithin($0, path) }.sorted()
    return .success(owned.filter { !canBeMade($0) })
  }
}
