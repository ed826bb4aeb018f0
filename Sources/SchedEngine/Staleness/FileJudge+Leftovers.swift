import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

// What an earlier build made and nothing makes now: in a build from scratch it is not there, so nothing may be
// made from it. Whoever edited it has made a source of it.
extension FileJudge {
  /// Looks once which outputs of earlier builds the graph does not make.
  ///
  /// O(paths); mostly there are none, and that is all.
  mutating func findLeftovers() {
    guard !hasFoundLeftovers else { return }
    hasFoundLeftovers = true
    leftovers = state.ownedPaths { self.graph.producer(of: $0) == nil }
  }

  /// What earlier builds made, nothing makes and nobody edited: the path, or the directory output that holds it.
  private mutating func leftover(at path: PathID) -> PathID? {
    guard !leftovers.isEmpty else { return nil }
    let path = otherNames.realName(of: path) ?? path
    var candidate = path
    if !leftovers.contains(path) {
      let leftovers = leftovers
      guard let holder = paths.ancestor(of: path, where: leftovers.contains) else { return nil }
      candidate = holder
    }
    if let known = isStillLeftover[candidate] { return known ? candidate : nil }
    let answer =
      !askForRule(candidate) && ruleProblems[candidate] == nil && makers(of: candidate).isEmpty
      && state.isMadeAndUnedited(candidate)
    isStillLeftover[candidate] = answer
    return answer ? candidate : nil
  }

  /// The leftovers in a directory that is an input as a whole, also where it or they have other names.
  private mutating func leftovers(in directory: PathID) -> [PathID] {
    guard graph.isDirectory(directory), graph.producer(of: directory) == nil else { return [] }
    if leftoversBelow.count != graph.directories.count { findLeftoversBelowDirectories() }
    return (leftoversBelow.list[directory] ?? []).filter { leftover(at: $0) != nil }
  }

  private mutating func findLeftoversBelowDirectories() {
    leftoversBelow = (graph.directories.count, [:])
    var directories = InputDirectories(graph, paths, holdingRoot: directoriesWithRoot())
    for path in leftovers.sorted() {
      for directory in directories.holding(path) {
        leftoversBelow.list[directory, default: []].append(path)
      }
    }
  }

  // MARK: Who uses them

  /// What these actions name as inputs and is a leftover.
  mutating func problemsOfLeftovers(usedBy actions: [ActionID]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var seen = ListSet()
    for action in actions where problems.count < 20 {
      for index in graph.actions[action].orderingRange {
        let edge = graph.edges[index]
        guard let list = edge.sharedList else {
          problems += self.problems(ofInput: edge, index)
          continue
        }
        guard seen.insert(list) else { continue }
        for path in graph.sharedLists[list] { problems += self.problems(ofInput: path, index) }
      }
    }
    return problems
  }

  private mutating func problems(ofInput path: PathID, _ index: Int) -> [Diagnostic] {
    guard paths.root(of: path).isFile, graph.producer(of: path) == nil else { return [] }
    let place = graph.edgePlaces[index]
    let own = problem(ofLeftover: path, at: place).map { [$0] } ?? []
    return own + leftovers(in: path).compactMap { problem(ofLeftover: $0, in: path, at: place) }
  }

  /// What is wrong with a path that is asked for or taken as an input; with `--allow-leftovers` nothing is,
  /// and a warning is noted.
  mutating func problem(
    ofLeftover path: PathID, in directory: PathID? = nil, at place: SourceRange?
  ) -> Diagnostic? {
    guard let leftover = leftover(at: path), files.noteOnce(path) else { return nil }
    let name = paths.string(of: path)
    let what =
      directory.map { "'\(paths.string(of: $0))/' holds '\(name)', which" }
      ?? otherNames.realName(of: path).map {
        "'\(name)' is '\(paths.string(of: $0))' by another name, which"
      } ?? "'\(name)'"
    let message = "\(what) \(description(of: leftover))"
    guard !options.allowsLeftovers else {
      pendingNotes.append(Diagnostic(.warning, "\(message); it is used as a source", at: place))
      return nil
    }
    return .error(message, at: place, hint: waysOut(of: leftover, isHeld: directory != nil))
  }

  /// What an action read when it was made, and is a leftover by now.
  mutating func problem(ofLeftoverReadBy action: ActionID) -> Diagnostic? {
    guard let record = state.record(of: graph.outputs(of: action)) else { return nil }
    for path in state.discovered(of: record) {
      guard let leftover = leftover(at: path), files.noteOnce(path) else { continue }
      let message =
        "'\(name(of: action))' was made with '\(paths.string(of: path))', which "
        + description(of: leftover)
      let place = graph.actions[action].place
      guard options.allowsLeftovers else {
        return .error(message, at: place, hint: waysOut(of: leftover, isHeld: false))
      }
      pendingNotes.append(Diagnostic(.warning, message, at: place))
    }
    return nil
  }

  /// What a recipe has just read and is a leftover.
  mutating func problem(ofLeftoversAmong discovered: [PathID], _ action: ActionID)
    -> RecipeReport.Problem?
  {
    for path in discovered {
      guard let leftover = leftover(at: path) else { continue }
      let cause = "which " + description(of: leftover)
      let name = paths.text(of: path)
      guard options.allowsLeftovers else { return .readLeftover(name, cause: Array(cause.utf8)) }
      guard files.noteOnce(path) else { continue }
      pendingNotes.append(
        Diagnostic(
          .warning, "'\(self.name(of: action))' read '\(paths.string(of: path))', \(cause)",
          at: graph.actions[action].place))
    }
    return nil
  }

  // MARK: Words

  private func description(of leftover: PathID) -> String {
    if state.ownership(of: leftover) == .left {
      return "was being written when a build was killed, and nothing makes it now"
    }
    let what = "is left over from an earlier build: "
    guard let source = vanishedSource(of: leftover)?.path else {
      return what + "nothing makes it now"
    }
    return what + "'\(paths.string(of: source))', which it was made from, is gone"
  }

  private func waysOut(of leftover: PathID, isHeld: Bool) -> String {
    let name = paths.string(of: leftover)
    let removal = isHeld ? "'sched clean --orphans' removes it; " : ""
    var earlier = ""
    if let first = vanishedSource(of: leftover)?.user, first != leftover,
      state.isMadeAndUnedited(first)
    {
      // The rules that are still there go on from it.
      earlier = "; 'sched adopt \(paths.string(of: first))' does that to what it is made from"
    }
    return
      "\(removal)'sched adopt \(name)', or a line 'adopt \(name)' for everybody, makes it a source"
      + "\(earlier); '--allow-leftovers' only warns"
  }

  /// For a path that is not there: what it was made from last, if that is gone too.
  func noteOfVanishedSource(of path: PathID) -> [Diagnostic.Note] {
    guard state.owner(of: path) != nil, let source = vanishedSource(of: path)?.path else {
      return []
    }
    return [Diagnostic.Note("it was made from '\(paths.string(of: source))', which is gone")]
  }

  /// What was an input when it was made, and is gone: its own, or of what it was made from in turn.
  ///
  /// `user`: what was made from it, and is left over.
  private func vanishedSource(of leftover: PathID) -> (path: PathID, user: PathID)? {
    var pending = [leftover]
    var seen: Set<PathID> = [leftover]
    while let next = pending.popLast() {
      guard let record = state.owner(of: next),
        let facts = try? FactRecord(decoding: state.facts(of: record))
      else { continue }
      for (path, identity) in facts.inputs where paths.root(of: path).isFile {
        guard ![.missing, .absent].contains(identity.tag), graph.producer(of: path) == nil else {
          continue
        }
        let status = try? FileStatus.of(paths.text(of: path), followingLinks: true)
        if status?.kind == .missing { return (path, next) }
        if leftovers.contains(path), seen.insert(path).inserted { pending.append(path) }
      }
    }
    return nil
  }
}
