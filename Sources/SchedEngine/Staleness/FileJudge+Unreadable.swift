import SchedBase
import SchedGraph
import SchedSystem

// Inputs that are there and cannot be read. What was discovered is judged by itself: it makes its action run,
// and is an error when the recipe names it again.
extension FileJudge {
  /// What of the declared and listed inputs of a stale action cannot be read, told before it runs.
  mutating func unreadableInputs(of action: ActionID) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for index in graph.actions[action].stalingRange {
      let edge = graph.edges[index]
      guard let list = edge.sharedList else {
        if files.problem(of: edge) != nil {
          problems.append(
            diagnostic(forUnreadable: edge, neededBy: action, at: graph.edgePlaces[index]))
        }
        continue
      }
      for path in unreadable(in: list) {
        problems.append(
          diagnostic(forUnreadable: path, neededBy: action, at: graph.edgePlaces[index]))
      }
    }
    if !listed.isEmpty {
      for path in listed[action] ?? [] where files.problem(of: path) != nil {
        let place = graph.actions[action].range(of: .listings).first.map { graph.edgePlaces[$0] }
        problems.append(diagnostic(forUnreadable: path, neededBy: action, at: place))
      }
    }
    return problems
  }

  /// O(1) while nothing of the list has changed and all of it could be read.
  private mutating func unreadable(in list: SharedListID) -> [PathID] {
    readableLists.grow(to: list.index + 1, with: 0)
    if readableLists[list] == files.listChanges { return [] }
    var found: [PathID] = []
    for path in graph.sharedLists[list] {
      files.watch(path)
      if files.problem(of: path) != nil { found.append(path) }
    }
    if found.isEmpty { readableLists[list] = files.listChanges }
    return found
  }

  mutating func diagnostic(
    forUnreadable path: PathID, neededBy action: ActionID, at place: SourceRange?
  ) -> Diagnostic {
    let need = ", needed by '\(name(of: action))'"
    let message =
      files.problem(of: path)?.message(need) ?? "cannot read '\(paths.string(of: path))'\(need)"
    return .error(message, at: place, notes: chain(to: action))
  }

  // MARK: After the recipe

  /// The first input of an action that has just run and that cannot be read.
  mutating func unreadableInput(of action: ActionID, _ discovered: [PathID]) -> Reading.Problem? {
    for path in graph.stalingInputs(of: action) {
      if let problem = files.problem(of: path) { return problem }
    }
    for path in (listed[action] ?? []) + discovered {
      if let problem = files.problem(of: path) { return problem }
    }
    return nil
  }

  /// Nothing can be recorded of a run whose inputs cannot be read: what it made goes, as after any other
  /// failure.
  mutating func failed(
    _ action: ActionID, because problem: Reading.Problem, _ report: RecipeReport,
    _ notes: [Diagnostic]
  ) -> Completion {
    var report = report
    report.problem = .unreadableInput(reason: Array(problem.message().utf8))
    if graph.actions[action].kind == .file, !attributes(of: action).flags.contains(.keep) {
      for output in graph.outputs(of: action) {
        files.remove(output, isDirectory: graph.isDirectory(output))
      }
    }
    removeDepfile(of: action, report)
    return failed(action, .failed(status: 0), report, notes)
  }

  // MARK: Directories as a whole

  /// Directories of the graph that are inputs or outputs as a whole.
  mutating func markWholeDirectories() {
    for path in graph.directories { markWhole(path) }
  }

  /// What editors leave does not count in a directory of sources; in one that an action makes, all counts.
  mutating func markWhole(_ path: PathID) {
    files.setWhole(
      path, ignoring: graph.producer(of: path) == nil ? graph.ignoredNames(in: path) : .none)
  }
}
