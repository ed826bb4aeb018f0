import DequeModule
import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

// What an action waits for, and what must be there before anything starts.
extension FileJudge {
  public mutating func appendDependencies(of action: ActionID, to list: inout [Dependency]) {
    for index in graph.actions[action].orderingRange {
      let edge = graph.edges[index]
      guard let shared = edge.sharedList else {
        appendMakers(ofInput: edge, of: action, to: &list)
        continue
      }
      appendMakers(of: shared, of: action, to: &list)
    }
    guard let record = state.record(of: graph.outputs(of: action)) else { return }
    for index in state.discoveredRange(of: record) {
      let path = state.discovered(at: index)
      if graph.producer(of: path) == nil { askForRule(path) }
      appendDiscoveredMakers(of: path, except: action, to: &list)
    }
  }

  private mutating func appendMakers(
    of shared: SharedListID, of action: ActionID, to list: inout [Dependency]
  ) {
    switch ordering(of: shared) {
    case .nothing: break
    case .group(let group) where !listMakers.has(action, in: group):
      list.append(.group(group))
    case .group, .each:
      for path in graph.sharedLists[shared] { appendMakers(ofInput: path, of: action, to: &list) }
    }
  }

  public func makers(of group: MakerGroupID) -> [ActionID] { listMakers[group] }

  /// How a shared list orders the actions that have it.
  private mutating func ordering(of list: SharedListID) -> ListMakers.Ordering {
    let count = graph.actions.count
    if let known = listMakers.ordering(of: list, among: count) { return known }
    guard graph.sharedLists.isNamedAgain(list) else {
      return listMakers.set(.each, of: list, among: count)
    }
    var makers: [ActionID] = []
    for path in graph.sharedLists[list] {
      if let maker = graph.producer(of: path) {
        makers.append(maker)
      } else if mayHaveOtherMakers(path), !self.makers(of: path).isEmpty {
        return listMakers.set(.each, of: list, among: count)
      }
    }
    return listMakers.set(makers, of: list, among: count)
  }

  private mutating func appendMakers(
    ofInput path: PathID, of action: ActionID, to list: inout [Dependency]
  ) {
    if paths.root(of: path) == .tasks { tasksThatAreInputs.insert(path) }
    // One that it makes itself is a cycle as any other.
    if let maker = graph.producer(of: path) {
      return append(maker, ofInputOf: action, isDiscovered: false, to: &list)
    }
    guard mayHaveOtherMakers(path) else { return }
    for maker in makers(of: path) { list.append(Dependency(maker)) }
  }

  /// Its own outputs among what it discovered order nothing.
  private mutating func appendDiscoveredMakers(
    of path: PathID, except action: ActionID, to list: inout [Dependency]
  ) {
    if let maker = graph.producer(of: path) {
      guard maker != action else { return }
      return append(maker, ofInputOf: action, isDiscovered: true, to: &list)
    }
    guard mayHaveOtherMakers(path) else { return }
    for maker in makers(of: path) where maker != action {
      list.append(Dependency(maker, isDiscovered: true))
    }
  }

  private mutating func append(
    _ maker: ActionID, ofInputOf action: ActionID, isDiscovered: Bool, to list: inout [Dependency]
  ) {
    list.append(Dependency(maker, isDiscovered: isDiscovered))
  }

  /// Who makes a path: its producer; the action of a directory output that holds it; for a
  /// directory as an input, all that make something below it; the same of its name without links.
  mutating func makers(of path: PathID) -> [ActionID] {
    let makers = makersAsSpelled(of: path)
    return makers.isEmpty ? makersByOtherName(of: path) : makers
  }

  /// What is asked for may be a link, too.
  mutating func makers(ofRequested path: PathID) -> [ActionID] {
    askForRule(path)
    if graph.producer(of: path) == nil {
      files.want(path)
      files.look()
      noteLinks()
    }
    return makers(of: path)
  }

  mutating func makersAsSpelled(of path: PathID) -> [ActionID] {
    if let maker = graph.producer(of: path) { return [maker] }
    guard !graph.directories.isEmpty else { return [] }
    if let holder = paths.ancestor(
      of: path, where: { graph.isDirectory($0) && graph.producer(of: $0) != nil })
    {
      return [graph.producer(of: holder)].compactMap { $0 }
    }
    guard graph.isDirectory(path) else { return [] }
    return actionsBelowDirectories()[path] ?? []
  }

  private mutating func actionsBelowDirectories() -> [PathID: [ActionID]] {
    if let makersBelow { return makersBelow }
    var result: [PathID: [ActionID]] = [:]
    var directories = InputDirectories(graph, paths, holdingRoot: directoriesWithRoot())
    for action in graph.actions.ids {
      for output in graph.outputs(of: action) {
        for directory in directories.holding(output) where result[directory]?.last != action {
          result[directory, default: []].append(action)
        }
      }
    }
    makersBelow = result
    return result
  }

  /// Asks the target source once for a rule that makes `path`.
  ///
  /// Returns whether something makes it.
  @discardableResult
  mutating func askForRule(_ path: PathID) -> Bool {
    if graph.producer(of: path) != nil { return true }
    guard askedForRule.insert(path), paths.root(of: path) == .tree else { return false }
    let before = graph.actions.count
    var isMade = false
    do throws(TargetSourceError) {
      isMade = try source.makeTarget(for: path, in: &graph)
    } catch {
      ruleProblems[path] = error.diagnostics
    }
    if graph.actions.count != before {
      makersBelow = nil
      markWholeDirectories()
    }
    return isMade
  }

  /// Why rules cannot make the first of the paths that they should make.
  func ruleProblems(among list: some Sequence<PathID>) -> [Diagnostic]? {
    guard !ruleProblems.isEmpty else { return nil }
    for path in list {
      if let problems = ruleProblems[path] { return problems }
    }
    return nil
  }

  // MARK: Looking at files

  /// Durations are estimated among these.
  mutating func want(_ actions: [ActionID]) { allWanted.append(contentsOf: actions) }

  public mutating func prepare(_ actions: [ActionID]) -> [Diagnostic] {
    want(actions)
    leaveOutSecondaries()
    var seenLists = ListSet()
    for action in actions {
      for index in graph.actions[action].edgeRange {
        let edge = graph.edges[index]
        guard let list = edge.sharedList else {
          files.want(edge)
          continue
        }
        guard seenLists.insert(list) else { continue }
        for path in graph.sharedLists[list] { files.want(path) }
      }
      if let record = state.record(of: graph.outputs(of: action)) {
        for index in state.discoveredRange(of: record) { files.want(state.discovered(at: index)) }
      }
      noteTemporaries(readBy: action)
    }
    files.look()
    noteLinks()
    noteVariables(actions)
    let problems =
      outputsAtRoot(of: actions) + depfilesAmongInputs(of: actions) + missingInputs(of: actions)
    if files.hasUnread { unreadActions.append(contentsOf: actions) }
    return problems
  }

  /// Reads what must be read before this action can be judged, and with it, spread over the cores,
  /// what the next ones need.
  ///
  /// Those without a record are stale without that. A batch is small enough that what is stale does
  /// not wait for all.
  mutating func readToJudge(_ action: ActionID, _ record: RecordID) {
    guard files.hasUnread else { return }
    var unread: [PathID] = []
    appendUnread(of: action, record, to: &unread)
    guard !unread.isEmpty else { return }
    while unread.count < Self.batch, let next = unreadActions.popFirst() {
      guard let record = state.record(of: graph.outputs(of: next)), !state.row(record).isVoid
      else { continue }
      appendUnread(of: next, record, to: &unread)
    }
    files.read(unread)
  }

  private static var batch: Int { 256 }

  private mutating func appendUnread(
    of action: ActionID, _ record: RecordID, to unread: inout [PathID]
  ) {
    let row = graph.actions[action]
    for index in Int(row.firstEdge)..<Int(row.ends.variables) {
      let edge = graph.edges[index]
      guard let list = edge.sharedList else {
        if files.isUnread(edge), !waitsForMaker(edge) { unread.append(edge) }
        continue
      }
      guard lists.sight(list, graph.sharedLists, &files).hasUnread else { continue }
      for path in graph.sharedLists[list] where files.isUnread(path) && !waitsForMaker(path) {
        unread.append(path)
      }
    }
    for index in state.discoveredRange(of: record) {
      let path = state.discovered(at: index)
      if files.isUnread(path) { unread.append(path) }
    }
  }

  /// A directory's content is read when all that make something below it are done.
  private mutating func waitsForMaker(_ path: PathID) -> Bool {
    graph.isDirectory(path) && graph.producer(of: path) == nil
  }

  /// Tracked variables are nodes as files are: their identity is their value.
  private mutating func noteVariables(_ actions: [ActionID]) {
    for action in actions {
      for path in graph.variables(of: action) {
        files.set(path, Identity(variable: environment[paths.name(of: path)]))
      }
    }
  }

  // MARK: Inputs that nobody makes

  private mutating func missingInputs(of actions: [ActionID]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var reported: Set<PathID> = []
    var seenLists = ListSet()
    findLeftovers()
    for action in actions where problems.count < 20 {
      for index in graph.actions[action].orderingRange {
        let edge = graph.edges[index]
        guard let list = edge.sharedList else {
          reportIfMissing(edge, action, index, &reported, &problems)
          continue
        }
        guard seenLists.insert(list) else { continue }
        for path in graph.sharedLists[list] {
          reportIfMissing(path, action, index, &reported, &problems)
        }
      }
    }
    return problems + (leftovers.isEmpty ? [] : problemsOfLeftovers(usedBy: actions))
  }

  private mutating func reportIfMissing(
    _ path: PathID, _ action: ActionID, _ index: Int, _ reported: inout Set<PathID>,
    _ problems: inout [Diagnostic]
  ) {
    guard paths.root(of: path).isFile, let problem = inputProblem(path),
      makers(of: path).isEmpty, reported.insert(path).inserted
    else { return }
    problems.append(diagnostic(for: problem, path, neededBy: action, at: graph.edgePlaces[index]))
  }

  enum InputProblem { case missing, isDirectory, isFile, special, unreachable }

  func inputProblem(_ path: PathID) -> InputProblem? {
    switch files.kind(of: path) {
    case .missing: .missing
    case .directory: graph.isDirectory(path) ? nil : .isDirectory
    case .special: .special
    case .unreachable: .unreachable
    case .file: graph.isDirectory(path) ? .isFile : nil
    case .unknown: nil
    }
  }

  mutating func diagnostic(
    for problem: InputProblem, _ path: PathID, neededBy action: ActionID, at place: SourceRange
  ) -> Diagnostic {
    let name = paths.string(of: path)
    switch problem {
    case .missing:
      let need = "no rule makes '\(name)', needed by '\(self.name(of: action))'"
      if let text = textOfDanglingLink(path) {
        return .error(
          "\(need): it is a symbolic link to '\(text)', which is not there", at: place,
          notes: chain(to: action))
      }
      return .error(
        need, at: place, hint: source.hint(forMissing: path, in: graph),
        notes: noteOfVanishedSource(of: path) + chain(to: action))
    case .isDirectory:
      return .error(
        "'\(name)' is a directory", at: place,
        hint: "write '\(name)/' for the directory as a whole")
    case .isFile:
      return .error(
        "'\(name)/' is not a directory, but a file", at: place, hint: "write '\(name)' for a file")
    case .special:
      return .error(
        "'\(name)', needed by '\(self.name(of: action))', is \(FileStatus.noun(of: paths.text(of: path))), which cannot be an input",
        at: place)
    case .unreachable: return diagnostic(forUnreadable: path, neededBy: action, at: place)
    }
  }

  /// What a link says that leads to nothing.
  func textOfDanglingLink(_ path: PathID) -> String? {
    guard files.kind(of: path) == .missing, isLink(path),
      let text = try? Files.readLink(paths.text(of: path))
    else { return nil }
    return String(decoding: text, as: UTF8.self)
  }

  /// Who needs whom, from the action up to what was asked for.
  func chain(to action: ActionID) -> [Diagnostic.Note] {
    var needs: [ActionID: ActionID] = [:]
    var stack = requested.compactMap { graph.producer(of: $0) }
    var seen = Set(stack)
    while let next = stack.popLast(), needs[action] == nil {
      for path in graph.orderingInputs(of: next) {
        guard let maker = graph.producer(of: path), seen.insert(maker).inserted else { continue }
        needs[maker] = next
        stack.append(maker)
      }
    }
    var notes: [Diagnostic.Note] = []
    var current = action
    while let dependent = needs[current], notes.count < 8 {
      notes.append(
        Diagnostic.Note(
          "'\(name(of: current))' is needed by '\(name(of: dependent))'",
          at: graph.actions[dependent].place))
      current = dependent
    }
    return notes
  }

  // MARK: Messages

  /// The name of what the action makes, as the user reads it.
  public func name(of action: ActionID) -> String {
    graph.outputs(of: action).first.map { paths.string(of: $0) } ?? "?"
  }

  public func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic {
    let names = (cycle + cycle.prefix(1)).map { name(of: $0) }
    var notes: [Diagnostic.Note] = []
    for (index, action) in cycle.enumerated() {
      notes.append(noteOfCycle(from: action, to: cycle[(index + 1) % cycle.count]))
    }
    return .error(
      "dependency cycle: \(names.joined(separator: " -> "))", notes: notes)
  }

  /// One step of a cycle; an input that is not itself an output of the next action is named.
  private func noteOfCycle(from action: ActionID, to maker: ActionID) -> Diagnostic.Note {
    let row = graph.actions[action]
    let (target, next) = (name(of: action), name(of: maker))
    let outputs = Set(graph.outputs(of: maker))
    for index in Int(row.ends.outputs)..<Int(row.ends.after) {
      let edge = graph.edges[index]
      let inputs = edge.sharedList.map { Array(graph.sharedLists[$0]) } ?? [edge]
      let place = graph.edgePlaces[index]
      if inputs.contains(where: outputs.contains) {
        return Diagnostic.Note("'\(target)' depends on '\(next)'", at: place)
      }
      if let input = inputs.first(where: { otherNames.isName($0, ofOneOf: outputs) }) {
        return Diagnostic.Note(
          "'\(target)' depends on '\(paths.string(of: input))', which is '\(next)' by another name",
          at: place)
      }
      for input in inputs where paths.root(of: input).isFile {
        if outputs.contains(where: { paths.isWithin(input, $0) && graph.isDirectory($0) }) {
          return Diagnostic.Note(
            "'\(target)' depends on '\(paths.string(of: input))', which lies in '\(next)'",
            at: place)
        }
        guard graph.isDirectory(input) else { continue }
        if makersBelow?[input]?.contains(maker) == true {
          return Diagnostic.Note(
            "'\(target)' depends on '\(paths.string(of: input))/', which holds '\(next)'", at: place
          )
        }
      }
    }
    if let index = row.range(of: .listings).first {
      let listing = paths.string(of: graph.edges[index])
      return Diagnostic.Note(
        "'\(target)' depends on '\(next)', which '\(listing)' names", at: graph.edgePlaces[index])
    }
    return Diagnostic.Note("'\(target)' depends on '\(next)'", at: row.place)
  }

  public func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic {
    let place = graph.actions[action].place
    switch refusal.kind {
    case .memory:
      return .error(
        "'\(name(of: action))' needs \(refusal.asked) bytes of memory (@mem), and there are \(refusal.available)",
        at: place)
    case .gpus:
      return .error(
        "'\(name(of: action))' needs \(refusal.asked) GPUs (@gpus), and there are \(refusal.available)",
        at: place)
    }
  }
}

extension FileJudge {
  /// What is wrong with a path that was asked for and that nothing makes.
  mutating func problem(ofRequested path: PathID) -> Diagnostic? {
    if let problem = ruleProblems[path]?.first { return problem }
    files.want(path)
    files.look()
    let name = paths.string(of: path)
    let place = graph.placeOfDefault(path)
    if files.kind(of: path) != .missing {
      findLeftovers()
      if let problem = problem(ofLeftover: path, at: place) { return problem }
    }
    switch files.kind(of: path) {
    case .missing:
      if let text = textOfDanglingLink(path) {
        return .error(
          "no rule makes '\(name)': it is a symbolic link to '\(text)', which is not there",
          at: place)
      }
      return .error(
        "no rule makes '\(name)'", at: place, hint: source.hint(forMissing: path, in: graph))
    case .unreachable:
      return .error(files.problem(of: path)?.message() ?? "cannot read '\(name)'", at: place)
    case .directory: noteNothingToMake("'\(name)' is a directory that no target makes")
    case .special: noteNothingToMake("'\(name)' is \(FileStatus.noun(of: paths.text(of: path)))")
    case .file, .unknown: noteNothingToMake("'\(name)' is a source")
    }
    return nil
  }

  private mutating func noteNothingToMake(_ reason: String) {
    pendingNotes.append(Diagnostic(.note, "\(reason): there is nothing to make"))
  }
}
