import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// What was so when an action started, to be held against what is so when it ends.
struct ActionRun {
  /// The judge's clock at the start.
  var began: UInt32
  /// The signatures of its known inputs.
  var signatures: [(path: PathID, signature: Signature)]
  /// What lay below its directories, by a look at all of it.
  var trees: [(path: PathID, looks: Digest)] = []
  /// When its process had ended, by the judge's clock.
  var ended: UInt32 = 0
  /// After an unsettled result: the inputs that nobody has changed since.
  var untouched: [PathID: Identity] = [:]
  /// After an unsettled result: the inputs that their makers have made again in this build.
  var madeAnew: [PathID: Identity] = [:]
  /// It ran a second time because what it discovered was made after it began.
  var isSecondRun = false
  /// From its report, while it waits to be settled.
  var report: RecipeReport?
  var discovered: [PathID] = []
  /// Those of which nothing is known: neither were they there before, nor does anything make them.
  var unknown: [PathID] = []
  /// Those of which a content was known, whether it still was so or not.
  var known: [PathID] = []
  var notes: [Diagnostic] = []
}

extension FileJudge {
  /// Inputs that were last looked at longer ago are looked at again: a long build takes edits in.
  private var lookAgainAfter: UInt64 { 1_000_000_000 }

  public mutating func start(_ action: ActionID, attempt: UInt32) throws(JudgeError) -> [UInt8] {
    // Before anything is removed for it.
    if !isDryRun { try asBuildError { () throws(StateError) in try state.refuseIfReadOnly() } }
    try refuseToTakeWhatOthersUse(action)
    let request = try recipeRequest(for: action)
    noteIfCPUsAreCut(action)
    clock += 1
    noteStart(of: action)
    var run = ActionRun(began: clock, signatures: lookAtInputs(of: action))
    lookCloser(at: action, &run)
    if let earlier = runs.removeValue(forKey: action) {
      run.isSecondRun = earlier.isSecondRun
      earlier.report?.spool?.remove()
      run.notes = earlier.notes
    }
    runs[action] = run
    return request.encoded()
  }

  /// A directory in the place of a file would be moved aside whole, and with it what other targets read and
  /// make: `test: …` beside a directory `test` was meant as a task.
  private func refuseToTakeWhatOthersUse(_ action: ActionID) throws(JudgeError) {
    for output in graph.outputs(of: action)
    where files.kind(of: output) == .directory && !graph.isDirectory(output)
      && state.ownership(of: output) == .none
    {
      let used = graph.named.filter {
        $0 != output && paths.root(of: $0) == .tree && paths.isWithin($0, output)
      }
      guard let first = used.min() else { continue }
      let name = paths.string(of: output)
      throw JudgeError(
        .error(
          "'\(name)' is a directory, and holds '\(paths.string(of: first))', which the Schedfile names",
          at: graph.actions[action].place,
          hint: "'task \(name)' is a name that is no file, '\(name)/' the directory as a whole"),
        scope: .action)
    }
  }

  public mutating func noteStart(_ action: ActionID, isCleared: Bool) throws(JudgeError) {
    // A dry run starts nothing but values, and writes nothing.
    guard !isDryRun else { return }
    try asBuildError { () throws(StateError) in
      try state.appendStart(
        kind: recordKind(of: action), outputs: graph.outputs(of: action), isCleared: isCleared)
    }
  }

  public mutating func noteCleared(_ action: ActionID) {
    state.appendCleared(graph.outputs(of: action))
  }

  /// What an earlier run left may be gone by now, and what lies there somebody's.
  public mutating func noteUnprepared(_ action: ActionID) throws(JudgeError) {
    guard !isDryRun, let record = state.record(of: graph.outputs(of: action)),
      state.isCleared(record)
    else { return }
    try noteStart(action, isCleared: false)
  }

  private func asBuildError(_ body: () throws(StateError) -> Void) throws(JudgeError) {
    do throws(StateError) { try body() } catch { throw JudgeError(error.diagnostic, scope: .build) }
  }

  /// Their signatures now.
  ///
  /// What was not read yet and is large is read by helper threads while the recipe runs.
  private mutating func lookAtInputs(of action: ActionID) -> [(path: PathID, signature: Signature)]
  {
    var inputs: [PathID] = []
    for path in graph.stalingInputs(of: action) where paths.root(of: path).isFile {
      inputs.append(path)
    }
    if let listed = listed[action] { inputs.append(contentsOf: listed) }
    if let record = state.record(of: graph.outputs(of: action)) {
      inputs.append(contentsOf: state.discovered(of: record))
    }
    files.refresh(inputs, olderThan: lookAgainAfter)
    files.readAhead(inputs)
    var signatures: [(path: PathID, signature: Signature)] = []
    signatures.reserveCapacity(inputs.count)
    for path in inputs { signatures.append((path, files.signature(of: path))) }
    return signatures
  }

  /// Says once for each number that there are fewer processors than asked for.
  private mutating func noteIfCPUsAreCut(_ action: ActionID) {
    let resources = attributes(of: action).resources
    guard resources.cpus > 1, resources.cpus != Resources.allCPUs else { return }
    let granted = cpusGranted(resources)
    guard granted < Int(resources.cpus), notedCPUs.insert(resources.cpus).inserted else { return }
    pendingNotes.append(
      Diagnostic(
        .note,
        "'\(name(of: action))' asks for \(resources.cpus) processors (@cpus) and gets \(granted): there are no more",
        at: graph.actions[action].place))
  }

  // MARK: The request

  private mutating func recipeRequest(for action: ActionID) throws(JudgeError) -> RecipeRequest {
    let row = graph.actions[action]
    let attributes = attributes(of: action)
    let texts = valueTexts
    let filling = TemplateFilling(
      values: { texts[$0] ?? [] }, arguments: options.arguments,
      cpus: cpusGranted(attributes.resources))
    var request = RecipeRequest(
      directory: paths.text(of: row.directory),
      script: try filling.fill(row.recipe, in: graph))
    request.shell = attributes.shell
    for entry in graph.environment(of: action) {
      request.environment.append(
        .init(name: entry.name, value: try filling.fill(entry.value, in: graph)))
    }
    if row.kind == .file { request.outputs = expectedOutputs(of: action) }
    // Without a closure, which would copy the judge.
    if let depfile = row.depfile { request.depfile = expectedDepfile(depfile, of: action) }
    if let directory = attributes.depfileDirectory {
      request.depfileDirectory = paths.text(of: directory)
      request.depfileAlias = attributes.depfileAlias
    }
    if attributes.flags.contains(.keep) { request.flags.insert(.keep) }
    if attributes.flags.contains(.console) { request.flags.insert(.console) }
    if row.kind == .value { request.flags.insert(.value) }
    request.timeout = attributes.timeout.multipliedClamped(by: 1_000_000)
    return request
  }

  /// A depfile is no output: what is known of it is that a recipe wrote it.
  private mutating func expectedDepfile(_ path: PathID, of action: ActionID) -> RecipeRequest.Output
  {
    let record = state.record(of: graph.outputs(of: action))
    return RecipeRequest.Output(
      path: paths.text(of: path), isDirectory: false,
      expected: expected(state.ownership(ofDepfile: path, record), at: path))
  }

  /// What may be removed without a copy: what sched made and nobody edited.
  private mutating func expectedOutputs(of action: ActionID) -> [RecipeRequest.Output] {
    var outputs: [RecipeRequest.Output] = []
    for path in graph.outputs(of: action) {
      outputs.append(
        RecipeRequest.Output(
          path: paths.text(of: path), isDirectory: graph.isDirectory(path),
          expected: expected(state.ownership(of: path), at: path)))
    }
    return outputs
  }

  private mutating func expected(_ ownership: Ownership, at path: PathID) -> RecipeRequest.Expected
  {
    switch ownership {
    case .none: return .foreign(isTold: takeAnnouncement(of: path))
    case .left: return .leftByUs
    case .made(let identity, var signature, let isSettled):
      // An edit may hide behind one that cannot be trusted: the content is compared.
      if !isSettled { signature.inode = 0 }
      return .recorded(identity, signature)
    }
  }

  func recordKind(of action: ActionID) -> RecordKind {
    switch graph.actions[action].kind {
    case .file: .file
    case .task: .task
    case .value: .value
    }
  }
}
