import DequeModule
import SchedBase
import SchedGraph
import SchedSystem

/// The one loop that brings actions up to date: judges those whose dependencies are done, starts
/// the stale ones where there is room, the longest remaining path first, and takes in how they
/// ended.
///
/// One thread; knows neither files nor functions, which are the judge's.
public struct RunLoop<J: Judge, E: Executor, O: BuildObserver> {
  public internal(set) var judge: J
  public internal(set) var executor: E
  public internal(set) var observer: O
  let options: BuildOptions
  /// Nothing is started; what would be is in `answers`.
  let isDryRun: Bool

  var states = ActionStates()
  var dependents = Dependents()
  private var toJudge = Deque<ActionID>()
  private var toSettle = Deque<ActionID>()
  var ready = ReadyQueue()
  /// The longest path that begins at each action, nanoseconds; found before the first start.
  var remaining: [UInt64] = []
  /// All actions that were ever wanted, in the order in which they were found.
  private(set) var wanted: [ActionID] = []
  /// Guards against counting one pair twice: the action that last took each one as a dependency.
  private var lastDependent = Column<ActionTag, UInt32>()

  var attempts = Column<ActionTag, UInt32>()
  var failures: [ActionID: UInt32] = [:]
  /// Of actions that are ready; those that were never made are not in it, which in a build from scratch
  /// are all.
  var reasons: [ActionID: StaleReason] = [:]
  var forced: Set<ActionID> = []
  /// Actions that have started and whose last end was not told yet.
  var open = ActionSet()
  /// Ends that are told when what they decide has been judged: until then nobody knows how many
  /// recipes are left.
  var untold: [UntoldEnd] = []
  /// Counts starts and ends: while it stays, nothing has happened.
  var progress = 0
  /// How often an action was put off while nothing happened.
  private var postponed: [ActionID: (progress: Int, count: Int)] = [:]
  /// What ran in this build, was gone, and was made again: at whose need.
  private var remade: Set<Need> = []
  /// How often nothing could start although nothing ran.
  var idleRounds = 0
  var slots = SlotUse()
  /// Actions that left room for something more urgent than what is ready: nothing starts before
  /// their ends have come.
  var holdingSlots: Set<ActionID> = []
  /// How often others were started past an action that did not fit.
  var starvationCounts: [ActionID: Int] = [:]
  /// Whether the checks that come before the first start were made.
  var isPrepared = false
  /// Whether anything was started.
  var hasStarted = false
  /// How many files were moved aside of which a note was to be told.
  var movedCount = 0
  /// Set when nothing may be started any more.
  var stop: BuildResult.End?
  public private(set) var answers: [(action: ActionID, answer: DryAnswer)] = []
  var result = BuildResult(end: .succeeded)

  public init(
    judge: J, executor: E, observer: O, options: BuildOptions, isDryRun: Bool = false
  ) {
    self.judge = judge
    self.executor = executor
    self.observer = observer
    self.options = options
    self.isDryRun = isDryRun
  }

  /// Brings the actions and all that they depend on up to date.
  public mutating func run(_ requested: [ActionID]) -> BuildResult {
    let problems = want(requested)
    if wasCutShort() { return finished() }
    passNotesOn()
    guard problems.isEmpty else { return refused(problems) }
    while true {
      let isJudged = judgeAndSettle()
      tellEnds()
      if stop == nil { startWhatFits() }
      guard isJudged else {
        takeWhatHappened()
        continue
      }
      if slots.running == 0 {
        if !toSettle.isEmpty || (!toJudge.isEmpty && !isInterrupted) { continue }
        if stop != nil || states.unfinished == 0 { break }
        if !breakDeadlock() { break }
        continue
      }
      if !executor.hasEvents { writeDown() }
      handle(executor.nextEvent(timeout: options.tickInterval))
    }
    endWhatIsOpen()
    tellEnds()
    assert(holdsInvariants())
    judge.finish()
    executor.shutDown()
    return finished()
  }

  /// Finds what makes building the actions impossible, and runs and judges nothing.
  public mutating func check(_ requested: [ActionID]) -> BuildResult {
    let problems = want(requested)
    if wasCutShort() { return finished() }
    passNotesOn()
    guard problems.isEmpty else { return refused(problems) }
    _ = prepareToRun()
    return finished()
  }

  // MARK: What is wanted

  /// Wants the actions and, transitively, all that they wait for.
  ///
  /// Returns what makes that impossible.
  mutating func want(_ roots: [ActionID]) -> [Diagnostic] {
    var stack = Array(roots.reversed())
    var new: [ActionID] = []
    var found: [Dependency] = []
    var blocked: [ActionID] = []
    // Groups that were met, and whether one of their makers failed.
    var groups: [MakerGroupID: Bool] = [:]
    while let action = stack.popLast() {
      guard states[action] == .unwanted else { continue }
      states.want(action, isCounted: judge.hasRecipe(action) && !judge.isValue(action))
      new.append(action)
      found.removeAll(keepingCapacity: true)
      judge.appendDependencies(of: action, to: &found)
      for dependency in found {
        switch dependency {
        case .action(let maker, let isDiscovered):
          addEdge(action, waitsFor: maker, isDiscovered)
          let state = states[maker]
          if state == .unwanted { stack.append(maker) }
          if state.isBlocked { blocked.append(action) }
        case .group(let group):
          let isBlocked = groups[group] ?? want(group, &stack)
          groups[group] = isBlocked
          dependents.add(action, waitsFor: group)
          if isBlocked { blocked.append(action) }
        }
      }
    }
    wanted.append(contentsOf: new)
    let problems = judge.prepare(new)
    guard problems.isEmpty else { return problems }
    for action in blocked { abandon(action) }
    for action in new where states[action] == .waiting && dependents.waitCount(of: action) == 0 {
      becomeJudgeable(action)
    }
    return []
  }

  /// Puts what is not wanted yet on the stack.
  ///
  /// Returns whether one of the makers failed.
  private mutating func want(_ group: MakerGroupID, _ stack: inout [ActionID]) -> Bool {
    let makers = judge.makers(of: group)
    if dependents.begin(group) {
      for maker in makers {
        dependents.add(group, waitsFor: maker, isDone: states[maker].isDone)
      }
    }
    for maker in makers where states[maker] == .unwanted { stack.append(maker) }
    return makers.contains { states[$0].isBlocked }
  }

  private mutating func addEdge(
    _ action: ActionID, waitsFor maker: ActionID, _ isDiscovered: Bool
  ) {
    lastDependent.grow(to: maker.index + 1, with: UInt32.max)
    guard lastDependent[maker] != action.raw else { return }
    lastDependent[maker] = action.raw
    // One that is done may have to run after all.
    dependents.add(
      action, waitsFor: maker, isDiscovered: isDiscovered, isDone: states[maker].isDone)
  }

  /// Makes `action` wait for makers that only now are known.
  ///
  /// Returns what makes that impossible.
  private mutating func addDependencies(_ makers: [ActionID], of action: ActionID)
    -> [Diagnostic]
  {
    for maker in makers {
      let isDone = states[maker].isDone
      if maker == action { return [judge.diagnostic(forCycle: [action])] }
      // What is only known from an old depfile orders nothing where it closes a cycle.
      while !isDone, let chain = dependents.chain(from: maker, to: action) {
        guard dropDiscoveredEdge(of: [action] + chain) else {
          return [judge.diagnostic(forCycle: [action] + chain)]
        }
      }
      dependents.add(action, waitsFor: maker, isDone: isDone)
    }
    let problems = want(makers)
    guard problems.isEmpty else { return problems }
    return []
  }

  /// The same of makers that are known only from what the action read last: one that waits for the action
  /// orders nothing.
  private mutating func addDiscoveredDependencies(_ makers: [ActionID], of action: ActionID)
    -> [Diagnostic]
  {
    for maker in makers where states[maker].isDone || !dependents.waits(maker, for: action) {
      dependents.add(action, waitsFor: maker, isDiscovered: true, isDone: states[maker].isDone)
    }
    return want(makers)
  }

  var hasWork: Bool { !toJudge.isEmpty || !toSettle.isEmpty || !ready.isEmpty }

  /// Nothing is left to wait for.
  mutating func release(_ action: ActionID) { becomeJudgeable(action) }

  // MARK: Judging

  /// Returns false when the time for it was over before all was judged.
  private mutating func judgeAndSettle() -> Bool {
    guard let slice = options.judgingSlice, !isDryRun else { return judgeAndSettle(until: .max) }
    let wasPrepared = isPrepared
    let isJudged = judgeAndSettle(until: Clock.monotonic() + slice)
    // What comes first is known only now, and is judged first.
    guard !isJudged, isPrepared, !wasPrepared else { return isJudged }
    return judgeAndSettle(until: Clock.monotonic() + slice)
  }

  private mutating func judgeAndSettle(until end: UInt64) -> Bool {
    while true {
      if let action = toSettle.popFirst() {
        if states[action] == .settling { complete(action, judge.settle(action), nil) }
      } else if !isInterrupted, let action = toJudge.popFirst() {
        if states[action] == .judgeable { judgeOne(action) }
      } else {
        return true
      }
      if end != .max, Clock.monotonic() >= end { return toJudge.isEmpty && toSettle.isEmpty }
    }
  }

  /// Whether a signal that asks to stop was seen while something was read: what follows from that reading
  /// does not count, and the signal is taken in at once.
  private mutating func wasCutShort() -> Bool {
    guard StopSignals.seen != nil else { return false }
    while !isInterrupted {
      let event = executor.nextEvent(timeout: 0)
      if case .timeout = event { return isInterrupted }
      handle(event)
    }
    return true
  }

  private mutating func writeDown() {
    do throws(JudgeError) {
      try judge.writeDown()
    } catch {
      guard stop == nil else { return }
      result.diagnostics.append(error.diagnostic)
      stop = .failed
    }
  }

  /// Takes in what has happened meanwhile, without waiting.
  private mutating func takeWhatHappened() {
    while true {
      if !executor.hasEvents { writeDown() }
      let event = executor.nextEvent(timeout: 0)
      if case .timeout = event { return }
      handle(event)
    }
  }

  /// Before the first start, what is to be judged is put into the order of starting: a stale build
  /// starts while it judges, and begins with what it would begin with if it knew all.
  mutating func judgeMostUrgentFirst() {
    guard options.judgingSlice != nil else { return }
    var order: [(urgency: UInt64, action: ActionID)] = []
    order.reserveCapacity(toJudge.count)
    for action in toJudge { order.append((urgency(of: action), action)) }
    toJudge = Deque(
      order.sorted { $0.urgency != $1.urgency ? $0.urgency > $1.urgency : $0.action < $1.action }
        .map(\.action))
  }

  private mutating func judgeOne(_ action: ActionID) {
    let isForced =
      forced.contains(action) || (options.runsEverything && judge.hasRecipe(action))
    let verdict = judge.judge(action, isForced: isForced)
    if wasCutShort() { return toJudge.prepend(action) }
    switch verdict {
    case .upToDate:
      finish(action, .upToDate)
    case .uncertain:
      answers.append((action, .mayRun))
      judge.assumeRun(action)
      finish(action, .upToDate)
    case .stale(let reason):
      if isDryRun, !judge.isValue(action) {
        answers.append((action, .willRun(reason)))
        judge.assumeRun(action)
        finish(action, .upToDate)
      } else {
        makeReady(action, reason)
      }
    case .waits(let makers):
      move(action, to: .waiting)
      let problems =
        addDependencies(makers.required, of: action)
        + addDiscoveredDependencies(makers.discovered, of: action)
      guard problems.isEmpty else { return fail(action, problems) }
      resume(action, after: makers.required + makers.discovered)
    case .needs(let makers, let reason):
      need(makers, for: action, reason)
    case .failed(let problems):
      fail(action, problems)
    }
  }

  /// After new dependencies: not reached if one has failed, judged if there is nothing to wait for.
  private mutating func resume(_ action: ActionID, after makers: [ActionID]) {
    if makers.contains(where: { states[$0].isBlocked }) {
      abandon(action)
    } else if dependents.waitCount(of: action) == 0 {
      guard isFirstTimes(action) else { return failForEver([action] + makers) }
      becomeJudgeable(action)
    }
  }

  /// Whether an action that is put off again and again still may be: nothing that is right does that so
  /// often while nothing starts or ends.
  private mutating func isFirstTimes(_ action: ActionID) -> Bool {
    var entry = postponed[action] ?? (progress, 0)
    if entry.progress != progress { entry = (progress, 0) }
    entry.count += 1
    postponed[action] = entry
    return entry.count < 20
  }

  /// The action is stale, and what these make is needed for it and not there.
  private mutating func need(
    _ makers: [ActionID], for action: ActionID, _ reason: StaleReason
  ) {
    // What it is only known to have read may depend on it by now; that orders nothing.
    let makers = makers.filter { states[$0].isDone || !dependents.waits($0, for: action) }
    guard !makers.isEmpty else { return makeReady(action, reason) }
    move(action, to: .waiting)
    for maker in makers {
      if states[maker] == .ran, !remade.insert(Need(action: action, maker: maker)).inserted {
        return fail(action, [judge.diagnostic(forVanished: maker, neededBy: action)])
      }
      reopen(maker)
    }
    let problems = addDependencies(makers, of: action)
    guard problems.isEmpty else { return fail(action, problems) }
    resume(action, after: makers)
  }

  private mutating func becomeJudgeable(_ action: ActionID) {
    move(action, to: .judgeable)
    toJudge.append(action)
  }

  var isInterrupted: Bool {
    if case .interrupted = stop { true } else { false }
  }

  mutating func makeReady(_ action: ActionID, _ reason: StaleReason) {
    if !isPrepared, !prepareToRun() { return }
    reasons[action] = reason == .neverMade ? nil : reason
    move(action, to: .ready)
    ready.insert(action, class: attributeClass(of: action), urgency: urgency(of: action))
  }

  /// `maker` is done, but what it makes is needed and not there: it runs after all, and those that depend on it
  /// and have not started are judged again.
  private mutating func reopen(_ maker: ActionID) {
    guard states[maker].isDone else { return }
    forced.insert(maker)
    var stack = [maker]
    while let action = stack.popLast() {
      // Two ways may lead to it.
      guard states[action].isDone else { continue }
      move(action, to: .waiting)
      judge.reopened(action)
      let states = states
      dependents.hold(action) {
        states[$0] != .running && states[$0] != .ran && !states[$0].isBlocked
      }
      for dependent in dependents.dependents(of: action) {
        switch states[dependent] {
        case .upToDate: stack.append(dependent)
        case .judgeable: move(dependent, to: .waiting)
        case .ready:
          ready.remove(dependent, class: attributeClass(of: dependent))
          move(dependent, to: .waiting)
        default: break
        }
      }
    }
    if dependents.waitCount(of: maker) == 0 { becomeJudgeable(maker) }
  }

  // MARK: Ends

  /// The action is done: its dependents may go on.
  mutating func finish(_ action: ActionID, _ state: ActionState) {
    move(action, to: state)
    var free: [ActionID] = []
    dependents.release(action, free: &free)
    for dependent in free {
      switch states[dependent] {
      case .waiting: becomeJudgeable(dependent)
      case .settling: toSettle.append(dependent)
      default: break
      }
    }
  }

  /// The action failed: what depends on it is not reached.
  mutating func fail(_ action: ActionID, _ problems: [Diagnostic]) {
    if open.contains(action) { discard(action, .stopped, problems) }
    move(action, to: .failed)
    result.failed.append(action)
    result.diagnostics.append(contentsOf: problems)
    judge.gaveUp(action)
    abandonDependents(of: action)
    if options.failureLimit > 0, result.failed.count >= options.failureLimit, stop == nil {
      stop = .failed
    }
  }

  private mutating func abandonDependents(of action: ActionID) {
    for dependent in dependents.dependents(of: action) { abandon(dependent, since: action) }
  }

  /// Something that the action, which does not run, depends on failed: `maker`, if it is known.
  ///
  /// One that ran and waits for what it discovered counts as failed by it.
  private mutating func abandon(_ action: ActionID, since maker: ActionID? = nil) {
    var stack = [(action, maker)]
    while let (next, maker) = stack.popLast() {
      guard [.waiting, .judgeable, .ready, .settling].contains(states[next]) else { continue }
      if states[next] == .ready { ready.remove(next, class: attributeClass(of: next)) }
      if open.contains(next) {
        discard(next, maker.map { .makerFailed($0) } ?? .stopped)
      } else {
        move(next, to: .notReached)
      }
      judge.gaveUp(next)
      result.notReached += 1
      for dependent in dependents.dependents(of: next) { stack.append((dependent, next)) }
    }
  }

  /// What came of an attempt, or of waiting after it.
  mutating func complete(_ action: ActionID, _ completion: Completion, _ outcome: ActionOutcome?) {
    _ = wasCutShort()
    switch completion {
    case .succeeded(let summary):
      move(action, to: .ran)
      report(action, .succeeded, summary, willRetry: false)
      finish(action, .ran)
    case .failed(let summary):
      failed(action, outcome ?? .failed(status: 1), summary)
    case .waits(let makers):
      move(action, to: .settling)
      let problems = addDependencies(makers, of: action)
      if !problems.isEmpty {
        fail(action, problems)
      } else if let maker = makers.first(where: { states[$0].isBlocked }) {
        abandon(action, since: maker)
      } else if dependents.waitCount(of: action) == 0 {
        toSettle.append(action)
      }
    case .runsAgain(let reason):
      let makers = judge.makersNeeded(by: action)
      guard !makers.isEmpty else { return makeReady(action, reason) }
      forced.insert(action)
      need(makers, for: action, reason)
    case .broken(let diagnostic):
      fail(action, [diagnostic])
      stop = stop ?? .failed
    }
  }

  private mutating func failed(
    _ action: ActionID, _ outcome: ActionOutcome, _ summary: ActionSummary
  ) {
    // A rank that is lost when nothing starts any more did not fail either.
    if isInterrupted || outcome.isLoss {
      move(action, to: .notReached)
      return report(action, outcome, summary, willRetry: false, discarded: .stopped)
    }
    let count = failures[action, default: 0] + 1
    failures[action] = count
    let willRetry = count <= judge.attributes(of: action).retries && stop == nil
    move(action, to: willRetry ? .ready : .failed)
    report(action, outcome, summary, willRetry: willRetry)
    if willRetry { makeReady(action, .retry) } else { fail(action, []) }
  }

  mutating func move(_ action: ActionID, to state: ActionState) {
    states.move(action, to: state)
  }

  func attributeClass(of action: ActionID) -> UInt32 { judge.attributeClass(of: action) }

  // MARK: The result

  private func refused(_ problems: [Diagnostic]) -> BuildResult {
    var result = BuildResult(end: .refused)
    result.diagnostics = problems
    return result
  }

  /// Ends the program where counters disagree with what they count.
  private func holdsInvariants() -> Bool {
    states.checkInvariants()
    dependents.checkInvariants()
    return true
  }

  private mutating func passNotesOn() {
    for note in judge.takeNotes() { observer.note(note) }
  }

  private mutating func finished() -> BuildResult {
    passNotesOn()
    tellOfMoved()
    var result = result
    result.end = stop ?? (result.failed.isEmpty ? .succeeded : .failed)
    result.notReached += wanted.count { states[$0] == .waiting || states[$0] == .ready }
    return result
  }
}
