import SchedBase
import SchedGraph
import SchedSystem

/// What runs now, beyond what the executor itself counts: pools and the terminal.
struct SlotUse {
  var running = 0
  private var pools: [UInt32: UInt32] = [:]
  private var consoleIsTaken = false

  /// `limit` is that of the pool, if there is one.
  func admits(_ attributes: ActionAttributes, limit: UInt32) -> Bool {
    if attributes.flags.contains(.console), consoleIsTaken { return false }
    guard let pool = attributes.pool else { return true }
    return pools[pool, default: 0] < limit
  }

  mutating func take(_ attributes: ActionAttributes) {
    running += 1
    if let pool = attributes.pool { pools[pool, default: 0] += 1 }
    if attributes.flags.contains(.console) { consoleIsTaken = true }
  }

  mutating func give(_ attributes: ActionAttributes) {
    running -= 1
    if let pool = attributes.pool { pools[pool, default: 1] -= 1 }
    if attributes.flags.contains(.console) { consoleIsTaken = false }
  }
}

extension RunLoop {
  /// How many others may start before an action that does not fit is let through: large enough to
  /// fill the machine meanwhile, small enough that it is not starved.
  private var starvationLimit: Int { 32 }

  // MARK: Before the first start

  /// What must hold before anything runs, and the order to run in.
  ///
  /// Returns false when the build is refused.
  mutating func prepareToRun() -> Bool {
    isPrepared = true
    guard findLongestPaths() else { return false }
    var problems: [Diagnostic] = []
    for action in wanted where judge.hasRecipe(action) && problems.count < 20 {
      let attributes = judge.attributes(of: action)
      let refusal = executor.refusal(
        attributes.resources, isLocal: attributes.flags.contains(.local))
      if let refusal { problems.append(judge.diagnostic(for: refusal, of: action)) }
    }
    guard problems.isEmpty else { return refuse(problems) }
    judgeMostUrgentFirst()
    return true
  }

  /// Finds the longest remaining paths; drops edges that are only discovered and close a cycle.
  mutating func findLongestPaths() -> Bool {
    let count = (wanted.max()?.index ?? -1) + 1
    while true {
      let order = dependents.order(count: count)
      if order.count == count + dependents.groupCount {
        remaining = []
        remaining.reserveCapacity(count)
        for index in 0..<count { remaining.append(weight(of: ActionID(index))) }
        dependents.lengthen(&remaining, order: order)
        return true
      }
      guard let cycle = dependents.cycle(count: count) else {
        preconditionFailure("no order and no cycle")
      }
      // Edges lead from maker to dependent; a cycle is told the way it waits.
      let waiting = (cycle.prefix(1) + cycle.dropFirst().reversed()).map { ActionID(raw: $0) }
      if !dropDiscoveredEdge(of: waiting) {
        return refuse([judge.diagnostic(forCycle: waiting)])
      }
    }
  }

  private func weight(of action: ActionID) -> UInt64 {
    guard !executor.isSerial, states[action] != .unwanted, judge.hasRecipe(action) else { return 0 }
    return judge.expectedDuration(of: action)
  }

  /// Drops an edge of the cycle that is only known from an old depfile: if there are several, one whose maker
  /// needs the action for certain, so that it cannot be true any more; else the first.
  ///
  /// Returns false if there is none.
  mutating func dropDiscoveredEdge(of cycle: [ActionID]) -> Bool {
    let pairs = cycle.indices.map { (cycle[$0], cycle[($0 + 1) % cycle.count]) }
    let old = pairs.filter { dependents.isDiscovered($0, waitsFor: $1) }
    let untrue = old.first { dependents.waits($1, for: $0, isRequired: true) }
    guard let (action, maker) = untrue ?? old.first,
      dependents.dropDiscovered(action, waitsFor: maker)
    else { return false }
    resumeAfterDrop(action)
    return true
  }

  private mutating func resumeAfterDrop(_ action: ActionID) {
    guard dependents.waitCount(of: action) == 0, states[action] == .waiting else { return }
    release(action)
  }

  /// Nothing runs, nothing can be judged, and some actions still wait: a cycle.
  ///
  /// Returns whether an edge could be dropped.
  mutating func breakDeadlock() -> Bool {
    guard ready.isEmpty else { return waitForRoom() }
    guard findLongestPaths() else { return false }
    if hasWork { return true }
    failForEver(wanted.filter { states[$0].isUnfinished })
    return false
  }

  /// Nothing runs, and what is ready does not fit all the same: the executor may know why, and tell when
  /// that is over.
  private mutating func waitForRoom() -> Bool {
    let event = executor.nextEvent(timeout: options.tickInterval ?? 1_000_000_000)
    if case .timeout = event { idleRounds += 1 } else { idleRounds = 0 }
    handle(event)
    if idleRounds < 10 { return true }
    failForEver(ready.removeAll())
    return false
  }

  /// A state of which nothing follows: these would wait for ever.
  mutating func failForEver(_ actions: [ActionID]) {
    let names = actions.prefix(8).map {
      "'\(String(decoding: judge.texts.name(of: $0), as: UTF8.self))'"
    }
    let rest = actions.count > names.count ? " and \(actions.count - names.count) more" : ""
    result.diagnostics.append(
      .error(
        "internal error: nothing runs, and these wait for ever: \(names.joined(separator: ", "))\(rest)",
        hint: "report this with the Schedfile; the next build may get further"))
    stop = stop ?? .failed
  }

  private mutating func refuse(_ problems: [Diagnostic]) -> Bool {
    result.diagnostics.append(contentsOf: problems)
    stop = .refused
    return false
  }

  // MARK: Starting

  mutating func startWhatFits() {
    while stop == nil, holdingSlots.isEmpty, let action = nextToStart() { start(action) }
  }

  /// The most urgent action that fits; none while a more urgent one has waited long enough.
  private mutating func nextToStart() -> ActionID? {
    guard let top = ready.first else { return nil }
    let isStarving =
      !starvationCounts.isEmpty && starvationCounts[top, default: 0] >= starvationLimit
    var next: (position: Int, entry: ReadyQueue.Entry)?
    for position in 0..<ready.classCount {
      let entry = ready.first(ofClassAt: position)
      if isStarving, entry.action != top { continue }
      if let next, entry < next.entry { continue }
      if fits(entry.action) { next = (position, entry) }
    }
    guard let next else { return nil }
    ready.removeFirst(ofClassAt: next.position)
    if next.entry.action != top, isAdmitted(judge.attributes(of: top)) {
      starvationCounts[top, default: 0] += 1
    }
    return next.entry.action
  }

  private func fits(_ action: ActionID) -> Bool {
    let attributes = judge.attributes(of: action)
    return isAdmitted(attributes)
      && executor.canTake(attributes.resources, isLocal: attributes.flags.contains(.local))
  }

  /// Whether pool and terminal have room.
  private func isAdmitted(_ attributes: ActionAttributes) -> Bool {
    slots.admits(attributes, limit: attributes.pool.map { judge.poolLimit($0) } ?? 0)
  }

  /// Whether an action that waits only for this one is more urgent than all that are ready: the room
  /// is kept for it.
  private func mayFreeMoreUrgent(_ action: ActionID) -> Bool {
    guard let next = ready.first else { return true }
    let limit = urgency(of: next)
    var found = false
    dependents.forEachDependent(waitingOnlyFor: action) { dependent in
      found = found || urgency(of: dependent) > limit
    }
    return found
  }

  private mutating func start(_ action: ActionID) {
    if !starvationCounts.isEmpty { starvationCounts[action] = nil }
    if !hasStarted {
      hasStarted = true
      if let note = judge.announcement(of: wanted) { tell(note) }
    }
    // At once for all that were known before the first start.
    attempts.grow(to: max(action.index + 1, remaining.count), with: 0)
    attempts[action] += 1
    progress += 1
    forced.remove(action)
    let attempt = attempts[action]
    let reason = reasons.removeValue(forKey: action) ?? .neverMade
    let attributes = judge.attributes(of: action)
    let request: ActionRequest
    let preparation: Preparation
    do throws(JudgeError) {
      let payload = try judge.start(action, attempt: attempt)
      request = ActionRequest(
        id: action, attempt: attempt, resources: attributes.resources,
        isLocal: attributes.flags.contains(.local), payload: payload,
        madeInputs: executor.hasSeveralHosts ? judge.madeInputs(of: action) : [])
      preparation = executor.prepare(request)
      try noteStart(action, preparation)
    } catch {
      fail(action, [error.diagnostic])
      if error.scope == .build { stop = stop ?? .failed }
      return
    }
    slots.take(attributes)
    if attempt == 1, states.isCounted(action) { result.ran += 1 }
    move(action, to: .running)
    open.insert(action)
    observer.actionStarted(
      action, reason, states.counts, judge.texts)
    if case .failed(let payload) = preparation {
      return handle(
        .ended(action, attempt: attempt, .failed(status: 127), payload: payload))
    }
    executor.start(request)
  }

  /// A start is written down when there is room, so that who was killed before owns nothing.
  private mutating func noteStart(_ action: ActionID, _ preparation: Preparation)
    throws(JudgeError)
  {
    switch preparation {
    case .done(let notes):
      note(notes)
      try judge.noteStart(action, isCleared: true)
    case .later: try judge.noteStart(action, isCleared: false)
    case .failed: try judge.noteUnprepared(action)
    }
  }

  /// At once: a recipe may take long, and sched may be killed meanwhile.
  private mutating func note(_ moved: [[UInt8]]) {
    for note in moved { tell(Diagnostic(movedAside: note)) }
  }

  /// The longest path from here; for one that came in later, a little more than the longest of
  /// those that wait for it.
  func urgency(of action: ActionID) -> UInt64 {
    if executor.isSerial { return 0 }
    if action.index < remaining.count, remaining[action.index] > 0 {
      return remaining[action.index]
    }
    var longest: UInt64 = 0
    dependents.forEachDependent(of: action) {
      if $0.index < remaining.count { longest = max(longest, remaining[$0.index]) }
    }
    return longest.addingClamped(judge.expectedDuration(of: action))
  }

  // MARK: Events

  mutating func handle(_ event: ExecutorEvent) {
    switch event {
    case .output(let action, let bytes, let stream):
      observer.actionPrinted(action, bytes, to: stream)
    case .slotFreed(let action):
      if mayFreeMoreUrgent(action) { holdingSlots.insert(action) }
    case .cleared(let action, let attempt, let notes):
      note(notes)
      if states[action] == .running, attempts[action] == attempt { judge.noteCleared(action) }
    case .ended(let action, let attempt, let outcome, let payload):
      if !holdingSlots.isEmpty { holdingSlots.remove(action) }
      guard states[action] == .running, attempts[action] == attempt else { return }
      slots.give(judge.attributes(of: action))
      progress += 1
      if case .lost(let rank) = outcome, stop == nil {
        return makeReady(action, .rankLost(rank))
      }
      complete(action, judge.ended(action, attempt: attempt, outcome, payload: payload), outcome)
    case .interrupted(let signal):
      interrupt(signal)
    case .timeout, .resized:
      observer.tick(states.counts)
    }
  }

  private mutating func interrupt(_ signal: Int32) {
    guard !isInterrupted else {
      // Ctrl-C again. Another signal may come twice without that anybody is impatient: a terminal that is
      // closed sends two.
      if signal == EventLoop.interruptSignal { executor.kill() }
      return
    }
    stop = .interrupted(signal: signal)
    executor.cancel()
  }
}
