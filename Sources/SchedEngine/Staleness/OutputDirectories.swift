import SchedBase
import SchedGraph
import SchedSystem

/// Recognises outputs under other names: a directory of the tree may be a link to one elsewhere, be mounted
/// at a second place, or be reached through a link in the tree.
///
/// Directories are compared by device and inode. Those that hold outputs are looked at once.
struct OutputDirectories {
  /// Directories as outputs spell them.
  private var spellings: [DirectoryIdentity: [PathID]] = [:]
  private var hasLooked = false
  /// Directories that are none of these under another name.
  private var others = PathSet()
  private var known: [PathID: [PathID]] = [:]
  /// Directories that no link leads to.
  private var withoutLinks = PathSet()
  /// Of the others, what they are without links.
  private var real: [PathID: PathID] = [:]

  /// Whether it is known that nothing in the directory is an output under another name.
  func hasOneName(_ directory: PathID) -> Bool { others.contains(directory) }

  /// The output that the path is another name of.
  mutating func output(called path: PathID, _ graph: Graph, _ paths: PathTable) -> PathID? {
    let directory = paths.parent(of: path)
    if others.contains(directory) { return nil }
    for spelling in spellings(of: directory, graph, paths) {
      let output = paths.withName(of: path) { paths.find($0, in: spelling) }
      if let output, graph.producer(of: output) != nil { return output }
    }
    return nil
  }

  /// The path without links on the way to it; nil: there are none.
  mutating func realName(of path: PathID, _ graph: Graph, _ paths: PathTable) -> PathID? {
    let directory = paths.parent(of: path)
    if others.contains(directory) { return nil }
    _ = spellings(of: directory, graph, paths)
    return real[directory].map { paths.intern(paths.name(of: path), in: $0) }
  }

  private mutating func spellings(of directory: PathID, _ graph: Graph, _ paths: PathTable)
    -> [PathID]
  {
    if let known = known[directory] { return known }
    if !hasLooked { look(at: graph, paths) }
    let identity = DirectoryIdentity(of: paths.text(of: directory))
    let found = (identity.flatMap { spellings[$0] } ?? []).filter { $0 != directory }
    if let real = realDirectory(directory, paths) {
      self.real[directory] = real
    } else if found.isEmpty {
      _ = others.insert(directory)
    }
    known[directory] = found
    return found
  }

  /// One that is not there yet is where links lead that are there.
  private mutating func realDirectory(_ directory: PathID, _ paths: PathTable) -> PathID? {
    guard isReachedByLink(directory, paths),
      let text = Files.realPathToBe(paths.text(of: directory))
    else { return nil }
    let real = paths.intern(path: text)
    return real == directory ? nil : real
  }

  /// Each directory is looked at once.
  private mutating func isReachedByLink(_ directory: PathID, _ paths: PathTable) -> Bool {
    var above = directory
    var new: [PathID] = []
    while !paths.isRoot(above), !withoutLinks.contains(above) {
      let status = try? FileStatus.of(paths.text(of: above), followingLinks: false)
      if status?.kind == .link { return true }
      new.append(above)
      above = paths.parent(of: above)
    }
    for directory in new { _ = withoutLinks.insert(directory) }
    return false
  }

  /// O(outputs).
  private mutating func look(at graph: Graph, _ paths: PathTable) {
    hasLooked = true
    var seen = PathSet()
    var last: PathID?
    for action in graph.actions.ids where graph.actions[action].kind == .file {
      for index in graph.actions[action].range(of: .outputs) {
        let directory = paths.parent(of: graph.edges[index])
        guard directory != last else { continue }
        last = directory
        guard seen.insert(directory),
          let identity = DirectoryIdentity(of: paths.text(of: directory))
        else { continue }
        spellings[identity, default: []].append(directory)
      }
    }
  }
}
