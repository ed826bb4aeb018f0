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
    task(named: word, in: graph) ?? paths.intern(path: place.fromRoot(word))
  }

  /// The task that a word names.
  ///
  /// Adds nothing to the paths: it is asked of words that may mean something else.
  func task(named word: [UInt8], in graph: Graph) -> PathID? {
    guard word.first != UInt8(ascii: "/") else { return nil }
    let directories = place.directoriesUpwards
    if let task = task(word, below: directories[0], in: graph) { return task }
    let file = find(place.fromRoot(word)[...], from: PathRoot.tree.id)
    if let file, graph.producer(of: file) != nil { return nil }
    for directory in directories.dropFirst() {
      if let task = task(word, below: directory, in: graph) { return task }
    }
    return nil
  }

  private func task(_ word: [UInt8], below directory: [UInt8], in graph: Graph) -> PathID? {
    let whole = directory + [UInt8(ascii: "/")] + word
    guard let task = find(whole[...], from: PathRoot.tasks.id), graph.producer(of: task) != nil
    else {
      return nil
    }
    return task
  }

  /// The id of a path below a root, worked out lexically, if the table has it.
  private func find(_ path: ArraySlice<UInt8>, from root: PathID) -> PathID? {
    var names: [ArraySlice<UInt8>] = []
    for name in path.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
      let isStepUp = name.elementsEqual("..".utf8)
      if isStepUp, let last = names.last, !last.elementsEqual("..".utf8) {
        names.removeLast()
      } else {
        names.append(name)
      }
    }
    var current = root
    for name in names {
      guard let next = name.withUnsafeBytes({ paths.find($0, in: current) }) else { return nil }
      current = next
    }
    return current
  }

  /// A path of the graph as the user would name it.
  func name(of path: PathID) -> [UInt8] { place.asTyped(paths.text(of: path)) }

  /// The same; a task that is found from here upwards by a shorter name has that one.
  func name(of path: PathID, in graph: Graph) -> [UInt8] {
    guard paths.root(of: path) == .tasks else { return name(of: path) }
    let whole = paths.text(of: path)
    for directory in place.directoriesUpwards {
      let prefix = directory.isEmpty ? [] : directory + [UInt8(ascii: "/")]
      guard whole.starts(with: prefix) else { continue }
      let short = Array(whole[prefix.count...])
      if self.path(of: short, in: graph) == path { return short }
    }
    return name(of: path)
  }
}
