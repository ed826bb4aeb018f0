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

  private mutating func spellings(of directory: PathID, _ graph: Graph, _ paths: PathTable)
    -> [PathID]
  {
    if let known = known[directory] { return known }
    if !hasLooked { look(at: graph, paths) }
    let identity = DirectoryIdentity(of: paths.text(of: directory))
    let found = (identity.flatMap { spellings[$0] } ?? []).filter { $0 != directory }
    if found.isEmpty { _ = others.insert(directory) } else { known[directory] = found }
    return found
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
