import SchedBase
import SchedGraph

/// Which temporary outputs may be removed: those whose wanted dependents have all succeeded.
struct Temporaries {
  private(set) var wanted: Set<ActionID> = []
  /// Wanted dependents of each temporary action that have not succeeded.
  private var pending: [ActionID: Set<ActionID>] = [:]
  private var kept: Set<ActionID> = []

  var isEmpty: Bool { wanted.isEmpty }

  mutating func want(_ action: ActionID) { wanted.insert(action) }

  mutating func add(dependent: ActionID, of action: ActionID) {
    pending[action, default: []].insert(dependent)
  }

  /// The action failed or was never reached: what it needs is kept.
  mutating func giveUp(_ action: ActionID) {
    for (temporary, dependents) in pending where dependents.contains(action) {
      kept.insert(temporary)
    }
  }

  /// The action is done.
  ///
  /// Returns the temporary ones that nobody waits for any more.
  mutating func done(_ action: ActionID) -> [ActionID] {
    var free: [ActionID] = []
    for temporary in wanted where pending[temporary]?.remove(action) != nil {
      if pending[temporary]?.isEmpty == true, !kept.contains(temporary) { free.append(temporary) }
    }
    return free
  }
}

// Secondary and temporary outputs.
extension FileJudge {
  /// Makers of secondary inputs that are not there, but which the action, that is stale, needs.
  mutating func makersOfMissingSecondaries(_ action: ActionID) -> [ActionID] {
    var makers: [ActionID] = []
    var inputs = Array(graph.orderingInputs(of: action))
    inputs.append(contentsOf: listed[action] ?? [])
    if let record = state.record(of: graph.outputs(of: action)) {
      inputs.append(contentsOf: state.discovered(of: record))
    }
    for path in inputs {
      guard let maker = graph.producer(of: path), attributes(of: maker).mayBeMissing,
        files.current(path).identity.tag == .missing, !makers.contains(maker),
        !uncertain.contains(path)
      else { continue }
      makers.append(maker)
    }
    return makers
  }

  mutating func removeTemporaries(after action: ActionID) {
    guard !temporaries.isEmpty, !isDryRun else { return }
    for temporary in temporaries.done(action) { remove(temporary) }
  }

  private mutating func remove(_ temporary: ActionID) {
    let outputs = graph.outputs(of: temporary)
    guard !outputs.contains(where: { requested.contains($0) }), doneActions.contains(temporary),
      !isNeededByStaleRecord(temporary)
    else { return }
    // Somebody may have edited one since it was made.
    for path in outputs where state.isMadeAndUnedited(path) {
      files.remove(path, isDirectory: graph.isDirectory(path))
    }
  }

  /// Whether an action of the graph that this build did not bring up to date was made from another
  /// content of the temporary outputs: it would run next, and would need them.
  private func isNeededByStaleRecord(_ temporary: ActionID) -> Bool {
    let outputs = Set(graph.outputs(of: temporary))
    let current = Dictionary(
      uniqueKeysWithValues: outputs.map { ($0, state.file($0).identity) })
    return graph.actions.ids.contains { action in
      guard !doneActions.contains(action), action != temporary,
        graph.orderingInputs(of: action).contains(where: { outputs.contains($0) }),
        let record = state.record(of: graph.outputs(of: action)),
        let facts = try? FactRecord(decoding: state.facts(of: record))
      else { return false }
      return facts.inputs.contains { fact in
        current[fact.path].map { $0 != fact.identity } ?? false
      }
    }
  }
}
