import DequeModule
import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// The engine's judge: actions are recipes, what they read and make are files.
///
/// Decides by content, records what came of each run, and explains from the same walk as it
/// decides.
///
/// A struct, and not a class: the loop has it alone, and its graph would be copied for each call of it if it
/// lay in an object, which others may change meanwhile.
struct FileJudge<Source: TargetSource>: Judge {
  public internal(set) var graph: Graph
  var source: Source
  let state: State
  let paths: PathTable
  var files: FileView
  let options: BuildOptions
  let isDryRun: Bool
  let environment: Environment
  /// What was asked for by name; a temporary output among it is kept.
  var requested: Set<PathID>
  let cpusGranted: (Resources) -> Int
  /// Listings are added here when a message points into one.
  public internal(set) var sources: SourceMap

  /// What `@inputs-from` named, as read in this build.
  var listed: [ActionID: [PathID]] = [:]
  /// What the listings of an action were when it read them.
  var listingSignatures: [ActionID: [(path: PathID, signature: Signature)]] = [:]
  /// The texts of values that ran or were found up to date in this build.
  var valueTexts: [PathID: [UInt8]] = [:]
  /// Tasks that something takes as an input: their facts are an identity.
  var tasksThatAreInputs: Set<PathID> = []
  /// What depends on a run that a dry run only assumes.
  var uncertain: Set<PathID> = []
  /// Paths for which the target source was asked and had no rule.
  var askedForRule = PathSet()
  /// Paths that rules should make and cannot, with why.
  var ruleProblems: [PathID: [Diagnostic]] = [:]
  /// What each running or settling action had before it.
  var runs: [ActionID: ActionRun] = [:]
  /// Counts starts and ends, so that what began before what ended can be told.
  var clock: UInt32 = 0
  /// When each action ended that ran in this build, by `clock`; 0: it did not.
  private var endings = Column<ActionTag, UInt32>()
  /// When each action started that ran in this build, by `clock`.
  private var starts = Column<ActionTag, UInt32>()
  /// Actions that are up to date, whether they ran or not.
  var doneActions = ActionSet()
  var temporaries = Temporaries()
  /// Found for a graph with so many actions.
  var readersOfTemporaries: (count: Int, list: [ActionID: [ActionID]]) = (-1, [:])
  var estimates = DurationEstimates()
  var allWanted: [ActionID] = []
  /// Notes that are passed on with the next summary.
  var pendingNotes: [Diagnostic] = []
  var hasNoted = false
  /// What earlier builds made and the graph does not; nothing while it was not looked for.
  var leftovers: Set<PathID> = []
  var hasFoundLeftovers = false
  /// Those below directories that are inputs, for a graph with so many of these.
  var leftoversBelow: (count: Int, list: [PathID: [PathID]]) = (-1, [:])
  /// Whether what lies there is what was made; a leftover that was edited is a source.
  var isStillLeftover: [PathID: Bool] = [:]
  /// What sched did not make in the place of outputs, and one line has told of.
  var announced: Set<PathID> = []
  var outputDirectories = OutputDirectories()
  var otherNames = OtherNames()
  /// Names in depfiles that lead nowhere, with the first action that named each.
  var unseenNames: [(path: PathID, action: ActionID)] = []
  /// Numbers of processors of which was said that there are not so many.
  var notedCPUs: Set<UInt32> = []
  /// Why actions are stale, in full; kept when asked for.
  var keepsExplanations = false
  var explanations: [ActionID: [StaleReason]] = [:]
  /// Actions for which something may have to be read, in the order in which they came.
  var unreadActions = Deque<ActionID>()
  var makersBelow: [PathID: [ActionID]]?
  /// Which directories are the root, hold it, or lead back into it.
  var rootPlaces = RootPlaces()
  /// Directories leave out what may be missing below them, for a graph with so many actions.
  var leftOutFor = -1
  /// Empty between calls: tells which paths of one list were there before.
  var seen = PathSet()

  /// What is known of shared lists.
  var lists = ListSights()
  /// By `FileView.listChanges`, when all of a list could be read; 0: not known.
  var readableLists = Column<SharedListTag, UInt32>()
  var listMakers = ListMakers()
  private var digester = StaticDigester()
  private var sink: RecordingSink

  init(
    graph: Graph, source: Source, state: State, sources: SourceMap, requested: [PathID],
    options: BuildOptions, isDryRun: Bool, environment: Environment, files: FileView,
    cpusGranted: @escaping (Resources) -> Int
  ) {
    self.graph = graph
    self.source = source
    self.state = state
    self.sources = sources
    self.options = options
    self.isDryRun = isDryRun
    self.environment = environment
    self.requested = Set(requested)
    self.cpusGranted = cpusGranted
    self.files = files
    paths = state.paths
    sink = RecordingSink(state.paths)
    markWholeDirectories()
  }

  var texts: GraphTexts { GraphTexts(graph: graph, paths: paths) }

  /// When the action ended, if it ran in this build.
  func ending(of action: ActionID) -> UInt32? {
    action.index < endings.count && endings[action] != 0 ? endings[action] : nil
  }

  /// When the action started last, if it ran in this build.
  func start(of action: ActionID) -> UInt32? {
    action.index < starts.count && starts[action] != 0 ? starts[action] : nil
  }

  mutating func noteStart(of action: ActionID) {
    starts.grow(to: action.index + 1, with: 0)
    starts[action] = clock
  }

  mutating func noteEnding(of action: ActionID) {
    endings.grow(to: action.index + 1, with: 0)
    endings[action] = clock
  }

  // MARK: Judging

  public mutating func judge(_ action: ActionID, isForced: Bool) -> Judgement {
    if !graph.listings(of: action).isEmpty, listed[action] == nil {
      switch readListings(of: action) {
      case .failure(let problems): return .failed(problems.diagnostics)
      case .success(let makers):
        noteTemporaries(readBy: action)
        if !makers.isEmpty { return .waits(LateMakers(required: makers)) }
      }
    }
    let makers = makersBehindLinks(of: action)
    if !makers.isEmpty { return .waits(makers) }
    guard hasRecipe(action) else {
      if isDryRun { passOnUncertainty(action) }
      noteDone(action, hasRun: true)
      return .upToDate
    }
    if !ruleProblems.isEmpty {
      if let problems = ruleProblems(among: graph.orderingInputs(of: action)) {
        return .failed(problems)
      }
      if let record = state.record(of: graph.outputs(of: action)),
        let problems = ruleProblems(among: state.discovered(of: record))
      {
        return .failed(problems)
      }
    }
    let verdict = verdict(action, isForced: isForced)
    switch verdict {
    case .stale(let reason):
      let makers = makersOfMissingSecondaries(action)
      if !makers.isEmpty { return .needs(makers, reason) }
      let problems = unreadableInputs(of: action)
      if !problems.isEmpty { return .failed(problems) }
      if keepsExplanations, explanations[action] == nil { explanations[action] = [reason] }
    case .upToDate:
      if !leftovers.isEmpty, let problem = problem(ofLeftoverReadBy: action) {
        return .failed([problem])
      }
      let problems = files.hasProblems ? unreadableInputs(of: action) : []
      if !problems.isEmpty { return .failed(problems) }
      noteDone(action, hasRun: false)
    default: break
    }
    return verdict
  }

  /// The rows of the table in docs/staleness.md, in the order in which they are told.
  private mutating func verdict(_ action: ActionID, isForced: Bool) -> Judgement {
    let outputs = graph.outputs(of: action)
    if isDryRun, isValue(action),
      graph.stalingInputs(of: action).contains(where: uncertain.contains)
    {
      return .uncertain
    }
    if isForced { return .stale(missingOutput(outputs).map { .outputNeeded($0) } ?? .forced) }
    if attributes(of: action).flags.contains(.always) { return .stale(.always) }
    guard let id = state.record(of: outputs) else {
      return .stale(reasonForNoRecord(outputs))
    }
    let row = state.row(id)
    if row.isVoid { return .stale(.interrupted) }
    if row.isUnsettled { return .stale(.unsettled(state.unsettledInput(of: id))) }
    if attributes(of: action).mayBeMissing, let path = missingRequest(outputs) {
      return .stale(.outputMissing(path))
    }
    readToJudge(action, id)
    let staticDigest = digester.digest(of: action, in: graph)
    // What a dry run only assumes to have run is untouched on disk.
    if uncertain.isEmpty, row.staticDigest == staticDigest,
      isUntouched(action, id, since: min(row.checkedIn, state.moments.last))
    {
      #if DEBUG
        let agrees = fullWalkAgrees(action, id, row)
        precondition(agrees, "internal error: the quick answer and the walk over the facts differ")
      #endif
      return .upToDate
    }
    return fullVerdict(action, id, row, staticDigest)
  }

  #if DEBUG
    /// Whether the walk over all facts says what the quick answer said: checked for each of them in
    /// debug builds, which the tests run.
    private mutating func fullWalkAgrees(
      _ action: ActionID, _ record: RecordID, _ row: RecordRow
    ) -> Bool {
      let world = worldFacts(of: action, discovered: state.discovered(of: record))
      return fingerprint(of: action, world) == row.fingerprint
        && outputDifference(action, record) == nil
    }
  #endif

  /// Whether nothing that the action reads or makes got another identity after that moment.
  ///
  /// This is what nothing-to-do costs per action: no hashing, no walk, nothing allocated.
  private mutating func isUntouched(
    _ action: ActionID, _ record: RecordID, since moment: UInt32
  ) -> Bool {
    if files.hasLinks, graph.outputs(of: action).contains(where: isLink) { return false }
    // The name of a task or value is no file.
    let staling = graph.actions[action].stalingRange
    let first =
      graph.actions[action].kind == .file
      ? graph.actions[action].edgeRange.lowerBound : staling.lowerBound
    let hasCompanions = hasCompanions
    for index in first..<staling.upperBound {
      let edge = graph.edges[index]
      if hasCompanions {
        for path in edge.sharedList.map({ Array(graph.sharedLists[$0]) }) ?? [edge] {
          if !hasUntouchedCompanions(path, since: moment) { return false }
        }
      }
      if let list = edge.sharedList {
        let sight = lists.sight(list, graph.sharedLists, &files)
        if !sight.isUntouched(since: moment) { return false }
      } else if !files.isUntouched(edge, since: moment) {
        return false
      }
    }
    for index in state.discoveredRange(of: record)
    where !files.isUntouched(state.discovered(at: index), since: moment) { return false }
    if hasCompanions {
      for path in state.discovered(of: record) + (listed[action] ?? []) {
        if !hasUntouchedCompanions(path, since: moment) { return false }
      }
    }
    for path in listed[action] ?? [] where !files.isUntouched(path, since: moment) { return false }
    return !FactWalk.usesArguments(action, graph)
  }

  private mutating func fullVerdict(
    _ action: ActionID, _ record: RecordID, _ row: RecordRow, _ staticDigest: Digest
  ) -> Judgement {
    let world = worldFacts(of: action, discovered: Array(state.discovered(of: record)))
    if fingerprint(of: action, world) != row.fingerprint {
      return differences(action, record, world)
    }
    if let reason = outputDifference(action, record) { return .stale(reason) }
    if isDryRun, dependsOnUncertain(action, world) { return .uncertain }
    state.confirm(record, staticDigest: staticDigest)
    return .upToDate
  }

  private mutating func differences(_ action: ActionID, _ record: RecordID, _ world: WorldFacts)
    -> Judgement
  {
    guard let was = try? FactRecord(decoding: state.facts(of: record)),
      let now = try? FactRecord(decoding: factBytes(of: action, world))
    else { return .stale(.formatChanged) }
    var reasons = was.differences(to: now)
    if reasons.isEmpty { reasons = [.inputsReordered] }
    if isDryRun {
      let certain = reasons.filter { !isUncertain($0) }
      if certain.isEmpty, dependsOnUncertain(action, world) { return .uncertain }
      if !certain.isEmpty { reasons = certain }
    }
    if keepsExplanations { explanations[action] = reasons }
    return .stale(reasons[0])
  }

  private func reasonForNoRecord(_ outputs: ArraySlice<PathID>) -> StaleReason {
    guard let first = outputs.first, let owner = state.owner(of: first) else {
      return outputs.contains { state.owner(of: $0) != nil } ? .outputsChanged : .neverMade
    }
    guard state.outputs(of: owner).map(\.path) == Array(outputs) else { return .outputsChanged }
    return outputs.first { state.owner(of: $0) != owner }.map { .outputTakenOver($0) } ?? .neverMade
  }

  /// An output that may be missing otherwise, and was asked for.
  private mutating func missingRequest(_ outputs: ArraySlice<PathID>) -> PathID? {
    for path in outputs where isRequested(path) {
      if files.current(path).identity.tag == .missing { return path }
    }
    return nil
  }

  private mutating func missingOutput(_ outputs: ArraySlice<PathID>) -> PathID? {
    for path in outputs where files.current(path).identity.tag == .missing { return path }
    return nil
  }

  // MARK: Facts

  /// Everything that decides staleness and is not in the graph, as it is now.
  mutating func worldFacts(of action: ActionID, discovered: [PathID]) -> WorldFacts {
    var world = WorldFacts()
    if !listed.isEmpty { world.listed = listed[action] ?? [] }
    world.discovered = discovered
    world.arguments = options.arguments
    for variable in graph.variables(of: action) {
      world.variables.append(environment[paths.name(of: variable)])
    }
    for value in graph.values(of: action) { world.values.append(valueTexts[value]) }
    let row = graph.actions[action]
    world.identities.reserveCapacity(
      graph.list(.inputs, of: action).count + graph.list(.uses, of: action).count
        + row.range(of: .listings).count + world.listed.count + world.discovered.count)
    for list in [EdgeList.inputs, .uses, .listings] {
      for path in graph.list(list, of: action) {
        world.identities.append(identity(ofInput: path))
      }
    }
    for path in world.listed { world.identities.append(identity(ofInput: path)) }
    for path in discovered { world.identities.append(identity(ofDiscovered: path)) }
    return world
  }

  /// The fingerprint, and the facts as they are recorded, in one walk.
  mutating func fingerprintAndFacts(of action: ActionID, _ world: WorldFacts) -> (Digest, [UInt8]) {
    sink.reset()
    FactWalk.walk(action, graph, paths, world, into: &sink)
    return (sink.hashed.fingerprint, sink.recorded.writer.bytes)
  }

  mutating func fingerprint(
    of action: ActionID, _ world: WorldFacts, includingArguments: Bool = true
  ) -> Digest {
    sink.reset()
    FactWalk.walk(
      action, graph, paths, world, includingArguments: includingArguments, into: &sink.hashed)
    return sink.hashed.fingerprint
  }

  func factBytes(of action: ActionID, _ world: WorldFacts) -> [UInt8] {
    var recorder = FactRecorder()
    FactWalk.walk(action, graph, paths, world, into: &recorder)
    return recorder.writer.bytes
  }

  mutating func staticDigest(of action: ActionID) -> Digest {
    digester.digest(of: action, in: graph)
  }

  /// What an input is now.
  ///
  /// A secondary output that is not there is what its record says.
  mutating func identity(ofInput path: PathID) -> Identity {
    if hasCompanions, let identity = joinedIdentity(ofInput: path) { return identity }
    let identity = files.current(path).identity
    guard identity.tag == .missing else { return identity }
    let path = otherNames.output(called: path) ?? path
    guard let maker = graph.producer(of: path),
      attributes(of: maker).mayBeMissing,
      let record = state.record(of: graph.outputs(of: maker)), !state.row(record).isVoid,
      let output = state.outputs(of: record).first(where: { $0.path == path })
    else { return identity }
    return output.identity
  }

  /// What a discovered input is now: one that is not there is absent, a directory only exists.
  mutating func identity(ofDiscovered path: PathID) -> Identity {
    if files.kind(of: path) == .directory, !graph.isDirectory(path) { return Identity(.existing) }
    let identity = identity(ofInput: path)
    return identity.tag == .missing ? .absent : identity
  }

  // MARK: Outputs

  /// The first output that is not what was recorded.
  private mutating func outputDifference(_ action: ActionID, _ record: RecordID) -> StaleReason? {
    guard graph.actions[action].kind == .file else { return nil }
    let mayBeMissing = attributes(of: action).mayBeMissing
    for output in state.outputs(of: record) {
      let now = outputIdentity(output.path)
      if now == output.identity { continue }
      if now.tag != .missing { return .outputEdited(output.path) }
      if !mayBeMissing || isRequested(output.path) { return .outputMissing(output.path) }
    }
    return nil
  }

  /// What an output is now: a link is its own text.
  mutating func outputIdentity(_ path: PathID) -> Identity {
    files.linkIdentity(path) ?? files.current(path).identity
  }

  // MARK: Attributes

  public func attributes(of action: ActionID) -> ActionAttributes { graph.attributes(of: action) }
  public func attributeClass(of action: ActionID) -> UInt32 { graph.actions[action].attributes }
  public func poolLimit(_ pool: UInt32) -> UInt32 { graph.pools[Int(pool)].limit }
  public func hasRecipe(_ action: ActionID) -> Bool { graph.actions[action].hasRecipe }
  public func isValue(_ action: ActionID) -> Bool { graph.actions[action].kind == .value }

  public func expectedDuration(of action: ActionID) -> UInt64 {
    estimates.duration(of: action, among: allWanted, graph, state)
  }
}

extension ActionAttributes {
  /// `@secondary` or `@temporary`.
  var mayBeMissing: Bool { !flags.isDisjoint(with: [.secondary, .temporary]) }
}
