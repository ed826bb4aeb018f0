import SchedBase
import SchedGraph
import SchedSystem

/// Inputs that are outputs under another name: they are a link to the output, or a link in the tree leads to the
/// directory that the output is spelled in, or the other way round.
struct OtherNames {
  private var outputs: [PathID: PathID] = [:]
  private var names: [ActionID: [PathID]] = [:]
  /// Inputs to which links lead, without these.
  private(set) var realInputs: Set<PathID> = []
  private var realNames: [PathID: PathID] = [:]
  /// Inputs that are links, with those that make what they lead to.
  private var links: [PathID: [ActionID]] = [:]
  private var heldAgainstLinks = ActionSet()

  var isEmpty: Bool { outputs.isEmpty }
  var hasLinks: Bool { !links.isEmpty }

  /// Who makes what a link leads to; nil: the path was not found to be one.
  func makers(behindLink path: PathID) -> [ActionID]? { links.isEmpty ? nil : links[path] }

  /// What the path is without links, where that is known to be another one.
  func realName(of path: PathID) -> PathID? { realNames.isEmpty ? nil : realNames[path] }

  /// What the name was found to be.
  func output(called name: PathID) -> PathID? { outputs.isEmpty ? nil : outputs[name] }

  func isName(_ name: PathID, ofOneOf outputs: Set<PathID>) -> Bool {
    output(called: name).map(outputs.contains) ?? false
  }

  func names(ofOutputsOf action: ActionID) -> [PathID] { names.isEmpty ? [] : names[action] ?? [] }

  fileprivate mutating func note(_ path: PathID, isReally real: PathID) {
    realInputs.insert(real)
    realNames[path] = real
  }

  fileprivate mutating func addLink(_ path: PathID, to makers: [ActionID]) { links[path] = makers }

  /// Whether the action was not held against the links before.
  fileprivate mutating func holdAgainstLinks(_ action: ActionID) -> Bool {
    guard !heldAgainstLinks.contains(action) else { return false }
    heldAgainstLinks.insert(action)
    return true
  }

  fileprivate mutating func add(_ name: PathID, of output: PathID, madeBy makers: [ActionID]) {
    guard outputs.updateValue(output, forKey: name) == nil else { return }
    for maker in makers { names[maker, default: []].append(name) }
  }
}

extension FileJudge {
  /// Whether a path that nothing makes as it is spelled may have makers all the same.
  ///
  /// It is asked of each source: where no link leads, the answer is one bit of its directory.
  @inline(__always)
  func mayHaveOtherMakers(_ path: PathID) -> Bool {
    !graph.directories.isEmpty || otherNames.hasLinks
      || !outputDirectories.hasOneName(paths.parent(of: path))
  }

  /// Who makes the file that a path leads to which nothing makes as it is spelled.
  mutating func makersByOtherName(of path: PathID) -> [ActionID] {
    if let makers = otherNames.makers(behindLink: path), !makers.isEmpty { return makers }
    guard !outputDirectories.hasOneName(paths.parent(of: path)), paths.root(of: path).isFile,
      !paths.isRoot(path)
    else { return [] }
    if let output = outputDirectories.output(called: path, graph, paths) {
      return note(path, isNameOf: output)
    }
    guard let real = outputDirectories.realName(of: path, graph, paths), real != path else {
      return []
    }
    otherNames.note(path, isReally: real)
    askForRule(real)
    ruleProblems[path] = ruleProblems[real]
    return note(path, isNameOf: real)
  }

  private mutating func note(_ path: PathID, isNameOf output: PathID) -> [ActionID] {
    let makers = makersAsSpelled(of: output)
    if !makers.isEmpty { otherNames.add(path, of: output, madeBy: makers) }
    return makers
  }

  /// Its producer, by whichever of its names.
  func producer(ofFileAt path: PathID) -> ActionID? {
    graph.producer(of: otherNames.output(called: path) ?? path)
  }

  /// They are looked at again when the output may be another.
  mutating func forgetOtherNames(ofOutputsOf action: ActionID) {
    if !otherNames.isEmpty { files.forget(otherNames.names(ofOutputsOf: action)) }
  }

  // MARK: Links to the file itself

  /// Finds out who makes what those paths lead to that turned out to be links when they were looked at.
  ///
  /// One that an action makes is that action's.
  mutating func noteLinks() {
    for path in files.takeLinks()
    where graph.producer(of: path) == nil && otherNames.makers(behindLink: path) == nil {
      guard let text = Files.realPathToBe(paths.text(of: path)) else { continue }
      let real = paths.intern(path: text)
      guard real != path, !paths.isRoot(real) else { continue }
      otherNames.note(path, isReally: real)
      askForRule(real)
      ruleProblems[path] = ruleProblems[real]
      let makers = makers(of: real, asDirectory: graph.isDirectory(path))
      otherNames.addLink(path, to: makers)
      guard !makers.isEmpty else { continue }
      otherNames.add(path, of: otherNames.output(called: real) ?? real, madeBy: makers)
    }
  }

  /// For a directory as a whole, also who makes something below it.
  private mutating func makers(of real: PathID, asDirectory isDirectory: Bool) -> [ActionID] {
    let makers = makers(of: real)
    guard makers.isEmpty, isDirectory else { return makers }
    return graph.actions.ids.filter { action in
      graph.outputs(of: action).contains { paths.isWithin($0, real) }
    }
  }

  /// Who makes what is behind links that the action reads: what is a link is known only when it was looked at,
  /// after the action was asked what it waits for.
  ///
  /// The first time only; those that are done are among them, since they may have to run after all.
  mutating func makersBehindLinks(of action: ActionID) -> LateMakers {
    var late = LateMakers()
    guard otherNames.hasLinks, otherNames.holdAgainstLinks(action) else { return late }
    for path in graph.orderingInputs(of: action) {
      late.required.append(contentsOf: otherNames.makers(behindLink: path) ?? [])
    }
    if let record = state.record(of: graph.outputs(of: action)) {
      for path in state.discovered(of: record) {
        for maker in otherNames.makers(behindLink: path) ?? [] where maker != action {
          late.discovered.append(maker)
        }
      }
    }
    if !late.isEmpty { noteTemporaries(readBy: action) }
    return late
  }

  /// Looks at what a recipe turned out to have read.
  ///
  /// Returns the outputs to which links among it lead: they were read, too.
  mutating func outputsBehindLinks(among discovered: [PathID]) -> [PathID] {
    for path in discovered where graph.producer(of: path) == nil { files.want(path) }
    files.look()
    noteLinks()
    guard otherNames.hasLinks else { return [] }
    var outputs: [PathID] = []
    for path in discovered where otherNames.makers(behindLink: path) != nil {
      guard let output = otherNames.output(called: path), graph.producer(of: output) != nil,
        !outputs.contains(output), !discovered.contains(output)
      else { continue }
      outputs.append(output)
    }
    return outputs
  }

  // MARK: Depfiles

  /// Depfiles that are an input or an output behind a link: they would be removed before a recipe runs.
  ///
  /// Those that are spelled as these are the loader finds.
  mutating func depfilesAmongInputs(of actions: [ActionID]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var inputs: Set<PathID>?
    for action in actions where problems.count < 20 {
      guard let depfile = graph.actions[action].depfile else { continue }
      let linked =
        outputDirectories.hasOneName(paths.parent(of: depfile))
        ? nil : outputDirectories.realName(of: depfile, graph, paths)
      let real = linked ?? depfile
      guard linked != nil || !otherNames.realInputs.isEmpty else { continue }
      // An output of its own by that name is removed just so.
      if graph.producer(of: real) == action { continue }
      var isNamed = otherNames.realInputs.contains(real)
      if linked != nil, !isNamed {
        let known = inputs ?? allInputs()
        inputs = known
        isNamed = known.contains(real) || graph.producer(of: real) != nil
      }
      guard isNamed else { continue }
      let noun = graph.producer(of: real) == nil ? "an input" : "an output"
      let link = linked == nil ? "" : ", '\(paths.string(of: real))'"
      problems.append(
        .error(
          "'\(paths.string(of: depfile))' cannot be a depfile: it is \(noun) by another name\(link)",
          at: graph.actions[action].place, hint: "a depfile is removed before its recipe runs"))
    }
    return problems
  }

  private func allInputs() -> Set<PathID> {
    var inputs: Set<PathID> = []
    for action in graph.actions.ids { inputs.formUnion(graph.orderingInputs(of: action)) }
    return inputs
  }
}
