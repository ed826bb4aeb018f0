import SchedBase
import SchedGraph

/// Finds what users name: files from where they stand, tasks from there upwards to the root.
struct TargetNames {
  let paths: PathTable
  let place: Place

  /// The path that a word names.
  ///
  /// A task here comes first, since it hides a file of its name; then a target here, then tasks of
  /// the directories above; else it is a file here, whether or not anything makes it.
  func path(of word: [UInt8], in graph: Graph) -> PathID {
    let file = paths.intern(path: place.fromRoot(word))
    let directories = place.directoriesUpwards
    if let task = task(word, below: directories[0], in: graph) { return task }
    if graph.producer(of: file) != nil { return file }
    for directory in directories.dropFirst() {
      if let task = task(word, below: directory, in: graph) { return task }
    }
    return file
  }

  private func task(_ word: [UInt8], below directory: [UInt8], in graph: Graph) -> PathID? {
    guard word.first != UInt8(ascii: "/") else { return nil }
    let home = paths.intern(path: directory, relativeTo: PathRoot.tasks.id)
    let task = paths.intern(path: word, relativeTo: home)
    return graph.producer(of: task) == nil ? nil : task
  }

  /// A path of the graph as the user would name it.
  func name(of path: PathID) -> [UInt8] { place.asTyped(paths.text(of: path)) }
}
