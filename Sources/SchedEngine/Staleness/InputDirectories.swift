import SchedBase
import SchedGraph
import SchedSystem

/// Which directories that are inputs as a whole hold an output, by whatever name: one of them may be a link to the
/// directory that the output is spelled in, or be mounted there, and the other way round.
struct InputDirectories {
  private let graph: Graph
  private let paths: PathTable
  /// Those that are the root or hold it.
  private let holdingRoot: [PathID]
  private var names: [DirectoryIdentity: [PathID]] = [:]
  /// Of directories that hold outputs, each looked at once.
  private var known: [PathID: [PathID]] = [:]

  init(_ graph: Graph, _ paths: PathTable, holdingRoot: [PathID]) {
    self.graph = graph
    self.paths = paths
    self.holdingRoot = holdingRoot
    for directory in graph.directories where graph.producer(of: directory) == nil {
      guard let identity = DirectoryIdentity(of: paths.text(of: directory)) else { continue }
      names[identity, default: []].append(directory)
    }
  }

  mutating func holding(_ output: PathID) -> [PathID] {
    let directory = paths.parent(of: output)
    if let known = known[directory] { return known }
    var found: Set<PathID> = []
    func look(at directory: PathID) {
      if graph.isDirectory(directory) { found.insert(directory) }
      guard !names.isEmpty, let identity = DirectoryIdentity(of: paths.text(of: directory)) else {
        return
      }
      found.formUnion(names[identity] ?? [])
    }
    if !paths.isRoot(directory) {
      look(at: directory)
      paths.forEachAncestor(of: directory, look)
    }
    if paths.root(of: output) == .tree { found.formUnion(holdingRoot) }
    let list = found.sorted()
    known[directory] = list
    return list
  }
}
