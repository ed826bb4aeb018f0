import SchedBase
import SchedGraph

/// Inputs that are outputs under another name: a link in the tree leads to the directory that the output is
/// spelled in, or the other way round.
struct OtherNames {
  private var outputs: [PathID: PathID] = [:]
  private var names: [ActionID: [PathID]] = [:]
  /// Inputs to which links lead, without these.
  fileprivate(set) var realInputs: Set<PathID> = []

  var isEmpty: Bool { outputs.isEmpty }

  /// What the name was found to be.
  func output(called name: PathID) -> PathID? { outputs.isEmpty ? nil : outputs[name] }

  func isName(_ name: PathID, ofOneOf outputs: Set<PathID>) -> Bool {
    output(called: name).map(outputs.contains) ?? false
  }

  func names(ofOutputsOf action: ActionID) -> [PathID] { names.isEmpty ? [] : names[action] ?? [] }

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
    !graph.directories.isEmpty || !outputDirectories.hasOneName(paths.parent(of: path))
  }

  /// Who makes the file that a path leads to which nothing makes as it is spelled.
  mutating func makersByOtherName(of path: PathID) -> [ActionID] {
    guard !outputDirectories.hasOneName(paths.parent(of: path)), paths.root(of: path).isFile,
      !paths.isRoot(path)
    else { return [] }
    if let output = outputDirectories.output(called: path, graph, paths) {
      return note(path, isNameOf: output)
    }
    guard let real = outputDirectories.realName(of: path, graph, paths), real != path else {
      return []
    }
    otherNames.realInputs.insert(real)
    askForRule(real)
    return note(path, isNameOf: real)
  }

  private mutating func note(_ path: PathID, isNameOf output: PathID) -> [ActionID] {
    let makers = makersAsSpelled(of: output)
    if !makers.isEmpty { otherNames.add(path, of: output, madeBy: makers) }
    return makers
  }

  /// They are looked at again when the output may be another.
  mutating func forgetOtherNames(ofOutputsOf action: ActionID) {
    if !otherNames.isEmpty { files.forget(otherNames.names(ofOutputsOf: action)) }
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
