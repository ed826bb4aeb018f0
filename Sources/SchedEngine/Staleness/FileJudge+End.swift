import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

// From the report of a recipe to its record.
extension FileJudge {
  public mutating func ended(
    _ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8]
  ) -> Completion {
    clock += 1
    guard let report = try? RecipeReport(decoding: payload) else {
      return .broken(.error("internal error: the report of '\(name(of: action))' cannot be read"))
    }
    runs[action]?.notes += report.notes.map {
      Diagnostic(.note, String(decoding: $0, as: UTF8.self))
    }
    guard outcome == .succeeded, report.problem == nil else {
      return failed(action, outcome, report)
    }
    runs[action]?.report = report
    let found = discovered(in: report, of: action)
    runs[action]?.discovered = found
    let makers = makersToWaitFor(action)
    if makers.isEmpty { return settle(action) }
    return .waits(makers, summary(of: action, report))
  }

  private mutating func failed(
    _ action: ActionID, _ outcome: ActionOutcome, _ report: RecipeReport
  ) -> Completion {
    let summary = summary(of: action, report)
    files.forget(graph.outputs(of: action))
    runs[action] = nil
    do throws(StateError) {
      try state.log(
        outputs: graph.outputs(of: action), outcome: outcome, duration: report.duration,
        printed: report.output)
    } catch {
      return .broken(error.diagnostic)
    }
    return .failed(summary)
  }

  private mutating func summary(of action: ActionID, _ report: RecipeReport) -> ActionSummary {
    defer {
      runs[action]?.notes = []
      pendingNotes = []
    }
    return ActionSummary(
      problem: report.problem, output: report.wasShown ? [] : report.output,
      duration: report.duration,
      notes: pendingNotes + (runs[action]?.notes ?? []))
  }

  public mutating func takeNotes() -> [Diagnostic] {
    defer { pendingNotes = [] }
    hasNoted = hasNoted || !pendingNotes.isEmpty
    return pendingNotes
  }

  public mutating func gaveUp(_ action: ActionID) {
    runs[action] = nil
    temporaries.giveUp(action)
  }

  // MARK: Discovered inputs

  private mutating func discovered(in report: RecipeReport, of action: ActionID) -> [PathID] {
    var seen = Set(graph.outputs(of: action))
    var found: [PathID] = []
    for text in report.discovered {
      let path = paths.intern(path: text)
      if !paths.isRoot(path), seen.insert(path).inserted { found.append(path) }
    }
    return found
  }

  /// Makers of discovered inputs that were not done when the action began.
  private mutating func makersToWaitFor(_ action: ActionID) -> [ActionID] {
    guard let run = runs[action] else { return [] }
    var makers: [ActionID] = []
    for path in run.discovered {
      askForRule(path)
      for maker in self.makers(of: path) where maker != action && !isDone(maker) {
        if !makers.contains(maker) { makers.append(maker) }
      }
    }
    return makers
  }

  /// Whether the loop is done with the action: it is up to date or ran.
  private func isDone(_ action: ActionID) -> Bool { doneActions.contains(action) }

  // MARK: Settling

  public mutating func settle(_ action: ActionID) -> Completion {
    guard let run = runs[action], let report = run.report else {
      return .broken(.error("internal error: '\(name(of: action))' settles without a report"))
    }
    if let path = discoveredMadeSince(run) {
      if run.isSecondRun {
        // It would go on for ever; the next build looks again.
        return record(action, run, report, disturbedBy: path)
      }
      runs[action]?.isSecondRun = true
      let advice = adviseAfter(action, path)
      runs[action]?.notes.append(advice)
      return .runsAgain(.discoveredChanged(path))
    }
    return record(action, run, report, disturbedBy: disturbingInput(of: action, run))
  }

  /// A discovered input that an action made, with another content, after this one began.
  private func discoveredMadeSince(_ run: ActionRun) -> PathID? {
    run.discovered.first { path in
      guard let maker = graph.producer(of: path), let end = ending(of: maker) else { return false }
      return end > run.began && files.changedInThisBuild(path)
    }
  }

  private func adviseAfter(_ action: ActionID, _ path: PathID) -> Diagnostic {
    let file = paths.string(of: path)
    return Diagnostic(
      .note,
      "'\(name(of: action))' runs again: it read '\(file)', which was made after it began",
      at: graph.actions[action].place,
      hint: "write '@after \(file)' or '@uses \(file)' in its recipe")
  }

  /// An input that is not as it was when the action began, by the file system's own clock.
  private mutating func disturbingInput(of action: ActionID, _ run: ActionRun) -> PathID? {
    let known = Set(run.signatures.map(\.path))
    files.refresh(run.signatures.map(\.path) + run.discovered, olderThan: 0)
    for (path, signature) in run.signatures
    where files.signature(of: path) != signature && !graph.isDirectory(path) {
      return path
    }
    let began = run.report?.started ?? 0
    return run.discovered.first { path in
      !known.contains(path) && graph.producer(of: path).flatMap(ending) == nil
        && files.kind(of: path) == .file
        && files.signature(of: path).changed >= Int64(clamping: began)
    }
  }

  // MARK: Recording

  private mutating func record(
    _ action: ActionID, _ run: ActionRun, _ report: RecipeReport, disturbedBy input: PathID?
  ) -> Completion {
    if graph.actions[action].kind == .value { takeValue(action, report.value) }
    let world = worldFacts(of: action, discovered: run.discovered)
    let fingerprint = fingerprint(of: action, world)
    let before = state.owner(of: graph.outputs(of: action).first ?? PathRoot.tree.id)
    let wasUnsettled = before.map { state.lastUnsettledFingerprint(of: $0) } ?? nil
    // Disturbed again in the same way: that is its own doing, it rewrites its input.
    let isOwnDoing = input != nil && wasUnsettled == fingerprint
    let isUnsettled = input != nil && !isOwnDoing
    if let input {
      let note = noteOfDisturbance(action, input, isOwnDoing)
      runs[action]?.notes.append(note)
    }

    let outputs = identities(
      of: action, report,
      stamp: isUnsettled
        ? Digest(low: .random(in: 0...UInt64.max), high: .random(in: 0...UInt64.max)) : fingerprint)
    let changedNothing = before.map { hasOutputs($0, outputs) } ?? false
    for output in outputs { files.record(output) }
    forgetDirectories(above: outputs)
    var new = NewRecord(
      kind: recordKind(of: action), outputs: outputs, fingerprint: fingerprint,
      staticDigest: staticDigest(of: action))
    new.discovered = run.discovered
    new.duration = report.duration
    new.peakMemory = report.peakMemory
    new.isUnsettled = isUnsettled
    new.unsettledInput = input
    new.facts = factBytes(of: action, world)
    new.value = graph.actions[action].kind == .value ? report.value : []
    do throws(StateError) {
      try state.appendOutcome(new)
      try state.log(
        outputs: graph.outputs(of: action), outcome: .succeeded, duration: report.duration,
        printed: report.output)
    } catch {
      return .broken(error.diagnostic)
    }
    noteEnding(of: action)
    noteDone(action)
    var summary = summary(of: action, report)
    summary.changedNothing = changedNothing
    runs[action] = nil
    return .succeeded(summary)
  }

  /// The outputs as they go into the record: a stamp's identity is the fingerprint.
  private func identities(of action: ActionID, _ report: RecipeReport, stamp: Digest)
    -> [OutputRecord]
  {
    let outputs = graph.outputs(of: action)
    guard graph.actions[action].kind == .file else {
      let tag: Identity.Tag = graph.actions[action].kind == .task ? .task : .value
      return outputs.map {
        OutputRecord(path: $0, identity: Identity(tag, stamp), signature: .none, isSettled: true)
      }
    }
    return zip(outputs, report.outputs).map { path, output in
      let identity = output.identity.tag == .stamp ? Identity(.stamp, stamp) : output.identity
      return OutputRecord(
        path: path, identity: identity, signature: output.signature, isSettled: output.isSettled)
    }
  }

  private func hasOutputs(_ record: RecordID, _ outputs: [OutputRecord]) -> Bool {
    state.outputs(of: record).map(\.identity) == outputs.map(\.identity)
  }

  private func noteOfDisturbance(_ action: ActionID, _ input: PathID, _ isOwnDoing: Bool)
    -> Diagnostic
  {
    let (target, file) = (name(of: action), paths.string(of: input))
    return isOwnDoing
      ? Diagnostic(.note, "'\(target)' changes its own input '\(file)'")
      : Diagnostic(
        .note,
        "'\(file)' changed while '\(target)' was made from it; it runs again in the next build")
  }

  /// A value's text is what its recipe printed, less the final newline.
  private mutating func takeValue(_ action: ActionID, _ text: [UInt8]) {
    guard let path = graph.outputs(of: action).first else { return }
    valueTexts[path] = text
    files.set(path, Identity(.value, Digest(of: text)))
  }

  // MARK: Done

  /// The action is up to date now, whether it ran or not.
  mutating func noteDone(_ action: ActionID) {
    doneActions.insert(action)
    let outputs = graph.outputs(of: action)
    if let record = state.record(of: outputs) { state.use(record) }
    switch graph.actions[action].kind {
    case .file: break
    case .task:
      guard let task = outputs.first, tasksThatAreInputs.contains(task) else { break }
      let discovered = state.record(of: outputs).map { Array(state.discovered(of: $0)) } ?? []
      let world = worldFacts(of: action, discovered: discovered)
      files.set(
        task, Identity(.task, fingerprint(of: action, world, includingArguments: false)))
    case .value:
      if let value = outputs.first, valueTexts[value] == nil, let record = state.record(of: outputs)
      {
        takeValue(action, state.value(of: record))
      }
    }
    removeTemporaries(after: action)
  }

  /// What changed below a directory makes its digest unknown.
  private mutating func forgetDirectories(above outputs: [OutputRecord]) {
    guard !graph.directories.isEmpty else { return }
    for output in outputs {
      if graph.isDirectory(output.path) { files.forget(below: output.path) }
      paths.forEachAncestor(of: output.path) {
        if graph.isDirectory($0), graph.producer(of: $0) == nil { files.forget([$0]) }
      }
    }
  }

  public mutating func assumeRun(_ action: ActionID) {
    uncertain.formUnion(graph.outputs(of: action))
    noteDone(action)
  }

  /// A group is uncertain when something in it is.
  mutating func passOnUncertainty(_ action: ActionID) {
    if graph.stalingInputs(of: action).contains(where: { uncertain.contains($0) }) {
      uncertain.formUnion(graph.outputs(of: action))
    }
  }

  func isUncertain(_ reason: StaleReason) -> Bool {
    switch reason {
    case .inputChanged(let path, _, _), .inputAdded(let path), .inputRemoved(let path):
      uncertain.contains(path)
    case .valueChanged(let name, _, _): uncertain.contains { paths.text(of: $0) == name }
    default: false
    }
  }

  func dependsOnUncertain(_ action: ActionID, _ world: WorldFacts) -> Bool {
    guard !uncertain.isEmpty else { return false }
    return graph.stalingInputs(of: action).contains { uncertain.contains($0) }
      || (world.listed + world.discovered).contains { uncertain.contains($0) }
  }
}
