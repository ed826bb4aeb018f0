import SchedBase
import SchedGraph

// A depfile is removed before its recipe runs: its path may be nothing else that counts.
extension Loader {
  /// Takes in the depfile of the action that was added last, and holds it against those of others and
  /// against what they make.
  func noteDepfile(of header: Header, in graph: Graph) throws(LoadError) {
    let action = ActionID(graph.actions.count - 1)
    if !depfilePlaces.isEmpty {
      for output in header.outputs {
        guard let owner = ownerOfDepfile(output.path) else { continue }
        throw .depfileIsMade(
          paths.text(of: output.path), output.place, by: graph.actions[owner].place)
      }
    }
    guard let (path, place) = header.depfilePath else { return }
    guard paths.root(of: path) == .tree, !paths.isRoot(path), !isAboveRoot(path) else {
      throw .depfileNotHere(
        paths.text(of: path), place, reason: "it is outside the project's root")
    }
    if isOurs(path) {
      throw .depfileNotHere(paths.text(of: path), place, reason: "sched's own files lie there")
    }
    if let maker = graph.producer(of: path), maker != action {
      throw .depfileIsMade(paths.text(of: path), graph.actions[maker].place, by: place)
    }
    if let owner = ownerOfDepfile(path) {
      throw .depfileTwice(paths.text(of: path), place, first: graph.actions[owner].place)
    }
    depfiles.grow(to: path.index + 1, with: 0)
    depfiles[path] = action.raw + 1
    depfilePlaces.append((path, place))
  }

  private func isAboveRoot(_ path: PathID) -> Bool {
    paths.withName(of: paths.top(of: path), PathTable.isParentStep)
  }

  private func ownerOfDepfile(_ path: PathID) -> ActionID? {
    guard path.index < depfiles.count, depfiles[path] != 0 else { return nil }
    return ActionID(raw: depfiles[path] - 1)
  }

  /// Finds depfiles that are Schedfiles or inputs, when all of these are known.
  func checkDepfiles() {
    guard !depfilePlaces.isEmpty else { return }
    for file in filesRead where ownerOfDepfile(file) != nil {
      report(
        .depfileNotHere(
          paths.text(of: file), placeOfDepfile(file), reason: "it is read as a Schedfile"))
    }
    let graph = builder.graph
    if !graph.directories.isEmpty { reportDepfilesBelowOutputs(graph) }
    let isInput =
      graph.edges.contains { $0.sharedList == nil && ownerOfDepfile($0) != nil }
      || (0..<graph.sharedLists.count).contains { list in
        graph.sharedLists[SharedListID(list)].contains { ownerOfDepfile($0) != nil }
      }
    if isInput { reportDepfilesAmongInputs(graph) }
  }

  /// What another target makes as a whole is not written into.
  private func reportDepfilesBelowOutputs(_ graph: Graph) {
    for (path, place) in depfilePlaces {
      guard let outer = madeDirectory(above: path), let maker = graph.producer(of: outer),
        maker != ownerOfDepfile(path)
      else { continue }
      report(
        .depfileNotHere(
          paths.text(of: path), place,
          reason: "another target makes '\(paths.string(of: outer))/' as a whole"))
    }
  }

  private func reportDepfilesAmongInputs(_ graph: Graph) {
    for action in graph.actions.ids {
      let row = graph.actions[action]
      for index in Int(row.ends.outputs)..<Int(row.ends.after) {
        let edge = graph.edges[index]
        let named =
          edge.sharedList.map { graph.sharedLists[$0].first { ownerOfDepfile($0) != nil } }
          ?? (ownerOfDepfile(edge) == nil ? nil : edge)
        // What its own action makes is an output that it removes.
        guard let path = named, graph.producer(of: path) == nil else { continue }
        report(
          .depfileIsInput(
            paths.text(of: path), placeOfDepfile(path), input: graph.edgePlaces[index]))
      }
    }
  }

  private func placeOfDepfile(_ path: PathID) -> SourceRange {
    depfilePlaces.first { $0.path == path }?.place
      ?? SourceRange(file: SourceFileID(0), lower: 0, upper: 0)
  }
}
