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
    guard let report = try? RecipeReport(of: outcome, payload: payload) else {
      return .broken(.error("internal error: the report of '\(name(of: action))' cannot be read"))
    }
    guard var run = runs.removeValue(forKey: action) else {
      return .broken(.error("internal error: '\(name(of: action))' ends without a start"))
    }
    run.ended = clock
    for note in report.moved { run.notes.append(Diagnostic(movedAside: note)) }
    for note in report.notes {
      run.notes.append(Diagnostic(.note, String(decoding: note, as: UTF8.self)))
    }
    guard outcome == .succeeded, report.problem == nil else {
      return failed(action, outcome, report, run.notes)
    }
    run.discovered = discovered(in: report, of: action)
    run.unknown = unknownFiles(among: run.discovered)
    run.known = knownFiles(among: run.discovered)
    run.discovered.append(contentsOf: outputsBehindLinks(among: run.discovered))
    noteTemporaries(readBy: action, discovered: run.discovered)
    let makers = makersToWaitFor(action, run.discovered)
    if makers.isEmpty { return settle(action, run, report) }
    state.appendCleared(graph.outputs(of: action))
    run.report = report
    runs[action] = run
    return .waits(makers)
  }

  public mutating func writeDown() throws(JudgeError) {
    do throws(StateError) {
      try state.write()
    } catch {
      throw JudgeError(error.diagnostic, scope: .build)
    }
  }

  mutating func failed(
    _ action: ActionID, _ outcome: ActionOutcome, _ report: RecipeReport, _ notes: [Diagnostic]
  ) -> Completion {
    let summary = summary(report, notes)
    files.forget(graph.outputs(of: action))
    forgetOtherNames(ofOutputsOf: action)
    // It never began, so that no outcome is recorded of it.
    if case .cannotPrepare = report.problem { return .failed(summary) }
    do throws(StateError) {
      try state.log(
        outputs: graph.outputs(of: action), outcome: outcome, duration: report.duration,
        printed: report.output.bytes)
    } catch {
      return .broken(error.diagnostic)
    }
    return .failed(summary)
  }

  private mutating func summary(_ report: RecipeReport, _ notes: [Diagnostic]) -> ActionSummary {
    let summary = ActionSummary(
      problem: report.problem, output: report.wasShown ? PrintedText() : report.output,
      spool: report.spool, notes: pendingNotes + notes)
    pendingNotes = []
    return summary
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

  public mutating func reopened(_ action: ActionID) {
    doneActions.remove(action)
    temporaries.reopen(action)
  }

  /// It ran, and something that it waited for did not come: as after a failure, what it made goes.
  public mutating func discarded(_ action: ActionID) -> ActionSummary {
    guard let run = runs.removeValue(forKey: action) else { return ActionSummary() }
    let outputs = graph.outputs(of: action)
    if graph.actions[action].kind == .file, !attributes(of: action).flags.contains(.keep),
      let report = run.report
    {
      for (path, output) in zip(outputs, report.outputs) where isAsMade(path, output) {
        files.remove(path, isDirectory: graph.isDirectory(path))
      }
    }
    if let report = run.report { removeDepfile(of: action, report) }
    files.forget(outputs)
    guard let report = run.report else { return ActionSummary(notes: run.notes) }
    try? state.log(
      outputs: outputs, outcome: .failed(status: 0), duration: report.duration,
      printed: report.output.bytes)
    return summary(report, run.notes)
  }

  /// It goes with the outputs: the next build would take it for somebody's.
  mutating func removeDepfile(of action: ActionID, _ report: RecipeReport) {
    guard let path = graph.actions[action].depfile, let depfile = report.depfile,
      !attributes(of: action).flags.contains(.keep), isAsMade(path, depfile)
    else { return }
    files.remove(path, isDirectory: false)
  }

  /// Whether nobody has edited it since its recipe ended.
  private func isAsMade(_ path: PathID, _ output: RecipeReport.Output) -> Bool {
    let text = paths.text(of: path)
    guard let status = try? FileStatus.of(text, followingLinks: false) else { return false }
    if status.kind == .regular { return status.signature == output.signature }
    return IdentityReader(clock: TrustClock())
      .readOutput(text, status, isDirectory: graph.isDirectory(path)).identity == output.identity
  }

  // MARK: Discovered inputs

  private mutating func discovered(in report: RecipeReport, of action: ActionID) -> [PathID] {
    var found: [PathID] = []
    found.reserveCapacity(report.discovered.count)
    let paths = paths
    var known = PathSet()
    swap(&known, &seen)
    for output in graph.outputs(of: action) { _ = known.insert(output) }
    report.discovered.forEach { text in
      let path = paths.intern(path: text)
      if !paths.isRoot(path) { found.append(path) }
    }
    // Not in the closure, which would copy the graph for each path.
    var count = 0
    for index in found.indices {
      var path = found[index]
      if !outputDirectories.hasOneName(paths.parent(of: path)), graph.producer(of: path) == nil,
        let output = outputDirectories.output(called: path, graph, paths)
      {
        path = output
      }
      guard known.insert(path) else { continue }
      found[count] = path
      count += 1
    }
    found.removeLast(found.count - count)
    for path in found { known.remove(path) }
    for output in graph.outputs(of: action) { known.remove(output) }
    swap(&known, &seen)
    return found
  }

  /// Makers of discovered inputs that were not done when the action began.
  private mutating func makersToWaitFor(_ action: ActionID, _ discovered: [PathID]) -> [ActionID] {
    var makers: [ActionID] = []
    for path in discovered {
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
    guard let run = runs.removeValue(forKey: action), let report = run.report else {
      return .broken(.error("internal error: '\(name(of: action))' settles without a report"))
    }
    return settle(action, run, report)
  }

  private mutating func settle(_ action: ActionID, _ run: ActionRun, _ report: RecipeReport)
    -> Completion
  {
    guard let path = discoveredMadeSince(run) ?? discoveredMissing(run) else {
      return record(action, run, report, disturbedBy: nil)
    }
    // It would go on for ever; the next build looks again.
    if run.isSecondRun { return record(action, run, report, disturbedBy: path) }
    var again = run
    again.isSecondRun = true
    again.report = report
    again.notes.append(adviseAfter(action, path))
    runs[action] = again
    state.appendCleared(graph.outputs(of: action))
    return .runsAgain(.discoveredChanged(path))
  }

  /// A discovered input that an action made after this one began: with another content, or while this
  /// one ran, which may have met it half made.
  private func discoveredMadeSince(_ run: ActionRun) -> PathID? {
    for path in run.discovered {
      guard let maker = graph.producer(of: path), let end = ending(of: maker), end > run.began
      else { continue }
      if files.changedInThisBuild(path) { return path }
      if let start = start(of: maker), start < run.ended { return path }
    }
    return nil
  }

  /// A discovered input that may be missing and is: what the recipe says that it read was not there.
  private mutating func discoveredMissing(_ run: ActionRun) -> PathID? {
    guard graph.hasSecondaries else { return nil }
    for path in run.discovered {
      for maker in makersThatMayBeMissing(path) where isMissing(path, of: maker) { return path }
    }
    return nil
  }

  public mutating func makersNeeded(by action: ActionID) -> [ActionID] {
    makersOfMissingSecondaries(action)
  }

  private func adviseAfter(_ action: ActionID, _ path: PathID) -> Diagnostic {
    let file = paths.string(of: path)
    return Diagnostic(
      .note,
      "'\(name(of: action))' runs again: it read '\(file)', which was made after it began",
      at: graph.actions[action].place,
      hint: "write '@after \(file)' or '@uses \(file)' in its recipe")
  }

  // MARK: Recording

  private mutating func record(
    _ action: ActionID, _ run: ActionRun, _ report: RecipeReport, disturbedBy input: PathID?
  ) -> Completion {
    var notes = run.notes
    if graph.actions[action].kind == .value { takeValue(action, report.value) }
    let again = lookAgain(run)
    if let problem = problem(ofDiscovered: run, action) {
      return refuse(action, run, report, problem)
    }
    var world = worldFacts(of: action, discovered: run.discovered)
    if files.hasProblems, let problem = unreadableInput(of: action, run.discovered) {
      return failed(action, because: problem, report, notes)
    }
    var (fingerprint, facts) = fingerprintAndFacts(of: action, world)
    var disturbed = disturbedInputs(run, report, again)
    if let input { disturbed.append(input) }
    let before = state.owner(of: graph.outputs(of: action).first ?? PathRoot.tree.id)
    let isOwnDoing =
      !disturbed.isEmpty && before.map { self.isOwnDoing(disturbed, run, fingerprint, $0) } ?? false
    let isUnsettled = !disturbed.isEmpty && !isOwnDoing
    if let input = disturbed.first {
      notes.append(noteOfDisturbance(action, input, isOwnDoing, before))
    }
    if isOwnDoing {
      do throws(StateError) {
        try takeAsTheyLie(disturbed)
      } catch {
        return .broken(error.diagnostic)
      }
      world = worldFacts(of: action, discovered: run.discovered)
      (fingerprint, facts) = fingerprintAndFacts(of: action, world)
    }

    let outputs = Self.outputs(
      graph.outputs(of: action), graph.actions[action].kind, report,
      stamp: isUnsettled
        ? Digest(low: .random(in: 0...UInt64.max), high: .random(in: 0...UInt64.max)) : fingerprint)
    for output in outputs { files.record(output) }
    recordDepfile(of: action, report)
    forgetDirectories(above: outputs)
    forgetOtherNames(ofOutputsOf: action)
    var new = NewRecord(
      kind: recordKind(of: action), outputs: outputs, fingerprint: fingerprint,
      staticDigest: staticDigest(of: action))
    new.discovered = run.discovered
    new.duration = report.duration
    new.peakMemory = report.peakMemory
    if isUnsettled {
      let runs = before.map { state.unsettledRuns(of: $0) } ?? 0
      new.unsettledRuns = UInt8(clamping: runs + 1)
    }
    new.unsettledInput = disturbed.first
    new.facts = facts
    new.value = graph.actions[action].kind == .value ? report.value : []
    do throws(StateError) {
      try state.appendOutcome(new)
      try state.log(
        outputs: graph.outputs(of: action), outcome: .succeeded, duration: report.duration,
        printed: report.output.bytes)
    } catch {
      return .broken(error.diagnostic)
    }
    noteEnding(of: action)
    noteDone(action, hasRun: true)
    return .succeeded(summary(report, notes))
  }

  /// What lies at the depfile's path is sched's while it is this.
  func recordDepfile(of action: ActionID, _ report: RecipeReport) {
    guard let path = graph.actions[action].depfile, let depfile = report.depfile,
      !graph.outputs(of: action).contains(path)
    else { return }
    state.setDepfile(
      path, identity: depfile.identity, depfile.signature, isSettled: depfile.isSettled)
  }

  /// The outputs as they go into the record: a stamp's identity is the fingerprint.
  private static func outputs(
    _ outputs: ArraySlice<PathID>, _ kind: ActionRow.Kind, _ report: RecipeReport, stamp: Digest
  ) -> [OutputRecord] {
    guard kind == .file else {
      let tag: Identity.Tag = kind == .task ? .task : .value
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

  /// A value's text is what its recipe printed, less the final newline.
  private mutating func takeValue(_ action: ActionID, _ text: [UInt8]) {
    guard let path = graph.outputs(of: action).first else { return }
    valueTexts[path] = text
    files.set(path, Identity(.value, Digest(of: text)))
  }

  // MARK: Done

  /// The action is up to date now, whether it ran or not.
  mutating func noteDone(_ action: ActionID, hasRun: Bool) {
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
    removeTemporaries(after: action, hasRun: hasRun)
  }

  /// What changed below a directory makes its digest unknown.
  mutating func forgetDirectories(above outputs: [OutputRecord]) {
    guard !graph.directories.isEmpty else { return }
    for output in outputs {
      if graph.isDirectory(output.path) { files.forget(below: output.path) }
      paths.forEachAncestor(of: output.path) {
        if graph.isDirectory($0), graph.producer(of: $0) == nil { files.forget([$0]) }
      }
      if paths.root(of: output.path) == .tree { files.forget(directoriesWithRoot()) }
    }
  }

  public mutating func assumeRun(_ action: ActionID) {
    uncertain.formUnion(graph.outputs(of: action))
    uncertain.formUnion(otherNames.names(ofOutputsOf: action))
    noteDone(action, hasRun: true)
  }

  /// A group is uncertain when something in it is.
  mutating func passOnUncertainty(_ action: ActionID) {
    if graph.stalingInputs(of: action).contains(where: { uncertain.contains($0) }) {
      uncertain.formUnion(graph.outputs(of: action))
      uncertain.formUnion(otherNames.names(ofOutputsOf: action))
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

extension RecipeReport {
  /// Of an attempt that was lost nothing needs to be known.
  package init(of outcome: ActionOutcome, payload: [UInt8]) throws(ByteReader.Malformed) {
    if case .lost = outcome, payload.isEmpty {
      self.init()
    } else {
      try self.init(decoding: payload)
    }
  }
}
