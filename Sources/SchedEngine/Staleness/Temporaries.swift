import SchedBase
import SchedGraph

/// Which temporary outputs may be removed: those whose wanted readers have all succeeded.
///
/// A reader that was up to date without running may have to run yet, when something else that it reads
/// comes out otherwise: what only such ones have read stays until the build ends.
struct Temporaries {
  /// Wanted readers of each temporary action that are not done.
  private var pending: [ActionID: Set<ActionID>] = [:]
  private var read: [ActionID: Set<ActionID>] = [:]
  /// Some reader was up to date without running.
  private var idle: Set<ActionID> = []
  private var kept: Set<ActionID> = []

  var isEmpty: Bool { pending.isEmpty }

  mutating func add(reader: ActionID, of temporary: ActionID) {
    guard read[reader, default: []].insert(temporary).inserted else { return }
    pending[temporary, default: []].insert(reader)
  }

  /// The action failed or was never reached: what it needs is kept.
  mutating func giveUp(_ reader: ActionID) {
    kept.formUnion(read[reader] ?? [])
  }

  /// The action, which was done, must run or be judged again.
  mutating func reopen(_ reader: ActionID) {
    for temporary in read[reader] ?? [] { pending[temporary]?.insert(reader) }
  }

  /// The action is done.
  ///
  /// Returns the temporary ones that nobody waits for any more.
  mutating func done(_ reader: ActionID, hasRun: Bool) -> [ActionID] {
    var free: [ActionID] = []
    for temporary in (read[reader] ?? []).sorted() {
      pending[temporary]?.remove(reader)
      if !hasRun { idle.insert(temporary) }
      if isFree(temporary), !idle.contains(temporary) { free.append(temporary) }
    }
    return free
  }

  private func isFree(_ temporary: ActionID) -> Bool {
    pending[temporary]?.isEmpty == true && !kept.contains(temporary)
  }

  /// What may be removed when nothing runs any more.
  func left() -> [ActionID] { pending.keys.filter(isFree).sorted() }
}

// Secondary and temporary outputs.
extension FileJudge {
  /// Makers of secondary inputs that are not there, but which the action, that is stale, needs.
  mutating func makersOfMissingSecondaries(_ action: ActionID) -> [ActionID] {
    var makers: [ActionID] = []
    guard graph.hasSecondaries else { return makers }
    forEachRead(by: action) { judge, path in
      for maker in judge.makersThatMayBeMissing(path) where !makers.contains(maker) {
        if judge.isMissing(path, of: maker) { makers.append(maker) }
      }
    }
    makers.removeAll { $0 == action }
    return makers
  }

  /// Calls `body` with everything that the action reads or waits for, groups replaced by what they name.
  private mutating func forEachRead(
    by action: ActionID, _ body: (inout FileJudge, PathID) -> Void
  ) {
    var stack = Array(graph.orderingInputs(of: action))
    if let listed = listed[action] { stack.append(contentsOf: listed) }
    if let run = runs[action] {
      stack.append(contentsOf: run.discovered)
    } else if let record = state.record(of: graph.outputs(of: action)) {
      stack.append(contentsOf: state.discovered(of: record))
    }
    forEachRead(stack, body)
  }

  private mutating func forEachRead(
    _ list: [PathID], _ body: (inout FileJudge, PathID) -> Void
  ) {
    var stack = list
    var groups: Set<PathID> = []
    while let path = stack.popLast() {
      if !paths.root(of: path).isFile {
        guard let maker = graph.producer(of: path), !hasRecipe(maker), groups.insert(path).inserted
        else { continue }
        stack.append(contentsOf: graph.orderingInputs(of: maker))
      } else {
        body(&self, path)
      }
    }
  }

  /// Secondary and temporary actions that make the path, or something below it.
  mutating func makersThatMayBeMissing(_ path: PathID) -> [ActionID] {
    if let maker = graph.producer(of: path) {
      return attributes(of: maker).mayBeMissing ? [maker] : []
    }
    guard mayHaveOtherMakers(path) else { return [] }
    return makers(of: path).filter { attributes(of: $0).mayBeMissing }
  }

  /// Whether what the action makes of the path is not there.
  mutating func isMissing(_ path: PathID, of maker: ActionID) -> Bool {
    if graph.producer(of: path) == maker || !graph.isDirectory(path) {
      return files.current(path).identity.tag == .missing && !uncertain.contains(path)
    }
    for output in graph.outputs(of: maker) where paths.isWithin(output, path) {
      if files.current(output).identity.tag == .missing, !uncertain.contains(output) { return true }
    }
    return false
  }

  /// Notes which temporary outputs the action reads, in any way that is known by now.
  mutating func noteTemporaries(readBy action: ActionID) {
    guard graph.hasTemporaries else { return }
    forEachRead(by: action) { judge, path in judge.noteTemporaries(path, readBy: action) }
  }

  /// The same for what it turned out to have read.
  mutating func noteTemporaries(readBy action: ActionID, discovered: [PathID]) {
    guard graph.hasTemporaries else { return }
    forEachRead(discovered) { judge, path in judge.noteTemporaries(path, readBy: action) }
  }

  private mutating func noteTemporaries(_ path: PathID, readBy action: ActionID) {
    for maker in makersThatMayBeMissing(path) where maker != action && isTemporary(maker) {
      temporaries.add(reader: action, of: maker)
    }
  }

  private func isTemporary(_ action: ActionID) -> Bool {
    attributes(of: action).flags.contains(.temporary)
  }

  mutating func removeTemporaries(after action: ActionID, hasRun: Bool) {
    guard !temporaries.isEmpty, !isDryRun else { return }
    for temporary in temporaries.done(action, hasRun: hasRun) { remove(temporary) }
  }

  public mutating func finish() {
    guard !temporaries.isEmpty, !isDryRun else { return }
    for temporary in temporaries.left() { remove(temporary) }
  }

  private mutating func remove(_ temporary: ActionID) {
    let outputs = graph.outputs(of: temporary)
    guard !outputs.contains(where: isRequested), doneActions.contains(temporary),
      !isNeededByStaleRecord(temporary)
    else { return }
    // Somebody may have edited one since it was made.
    for path in outputs where state.isMadeAndUnedited(path) {
      files.remove(path, isDirectory: graph.isDirectory(path))
    }
  }

  /// Whether it was asked for by its name, or with the directory that it is in.
  func isRequested(_ path: PathID) -> Bool {
    requested.contains(path)
      || !graph.directories.isEmpty
        && paths.ancestor(of: path, where: { requested.contains($0) && graph.isDirectory($0) })
          != nil
  }

  /// Whether an action of the graph was made from another content of the temporary outputs: it would run
  /// next, and would need them.
  private mutating func isNeededByStaleRecord(_ temporary: ActionID) -> Bool {
    let outputs = graph.outputs(of: temporary)
    return readersInGraph(of: temporary).contains { action in
      guard action != temporary, let record = state.record(of: graph.outputs(of: action)),
        !state.row(record).isVoid,
        let facts = try? FactRecord(decoding: state.facts(of: record))
      else { return false }
      return facts.inputs.contains { fact in
        let output = outputs.first { $0 == fact.path || paths.isWithin(fact.path, $0) }
        return output.map { state.file($0).identity != fact.identity } ?? false
      }
    }
  }

  /// Every action of the graph that names an output of a temporary one, wanted or not.
  private mutating func readersInGraph(of temporary: ActionID) -> [ActionID] {
    if readersOfTemporaries.count != graph.actions.count {
      readersOfTemporaries = (graph.actions.count, [:])
      for action in graph.actions.ids {
        for path in graph.orderingInputs(of: action) {
          for maker in makersThatMayBeMissing(path) where isTemporary(maker) {
            readersOfTemporaries.list[maker, default: []].append(action)
          }
        }
      }
    }
    return readersOfTemporaries.list[temporary] ?? []
  }
}
