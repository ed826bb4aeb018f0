import SchedBase
import SchedDigest
import SchedEngine
import SchedGraph
import SchedSystem

/// Reports that helper threads have made.
final class ReportQueue: @unchecked Sendable {
  private let lock = Mutex()
  private var reports: [ActionRunner.Ended] = []

  func add(_ report: ActionRunner.Ended) { lock.locked { reports.append(report) } }

  func take() -> [ActionRunner.Ended] {
    lock.locked {
      defer { reports = [] }
      return reports
    }
  }
}

extension ActionRunner {
  /// Outputs up to this size are hashed at once: handing them to another thread costs more.
  private static var smallOutput: UInt64 { 256 << 10 }
  /// Nanoseconds between TERM and KILL for a recipe that takes too long.
  private static var timeoutGrace: UInt64 { 5_000_000_000 }

  // MARK: Events

  /// Takes in an event of the loop.
  ///
  /// Events of others are let pass.
  public func handle(_ event: EventLoop.Event) {
    switch event {
    case .readable(let tag):
      let own = tag - tag % Self.tagsPerRecipe
      guard let recipe = running[own] else { return }
      switch tag % Self.tagsPerRecipe {
      case 0: reap(recipe, own)
      case 1: readOutput(recipe, untilEmpty: false)
      default: readErrors(recipe, untilEmpty: false)
      }
    case .woken: takeReports()
    case .signal: break
    }
  }

  /// Ends what has taken too long, and watches the pipes of what is not short.
  ///
  /// Called whenever `nextDeadline` is over.
  public func tick() {
    let now = Clock.monotonic()
    for (tag, recipe) in running {
      if let time = recipe.watchesPipesAt, time <= now { watchPipesNow(of: recipe, tag, now) }
      guard let deadline = recipe.deadline, deadline <= now else { continue }
      let isFirst = !recipe.isTimedOut
      let signal = isFirst ? ChildProcess.terminate : ChildProcess.forceKill
      ChildProcess.signalGroup(recipe.child.id, signal)
      strays.signal([recipe], signal)
      recipe.isTimedOut = true
      recipe.deadline = isFirst ? now + Self.timeoutGrace : nil
    }
    if let killAt, killAt <= now {
      for recipe in running.values {
        ChildProcess.signalGroup(recipe.child.id, ChildProcess.forceKill)
      }
      strays.signal(running.values, ChildProcess.forceKill)
      self.killAt = nil
    }
    if !postponed.isEmpty { startPostponed(at: now) }
  }

  private func watchPipesNow(of recipe: RunningRecipe, _ tag: UInt64, _ now: UInt64) {
    if tellsOfLasting, !recipe.isLasting {
      recipe.isLasting = true
      lasting.append((recipe.id, recipe.attempt.number, recipe.attempt.moved))
    }
    do throws(SystemError) {
      try watchPipes(of: recipe, tag)
    } catch {
      // Too many are watched on this machine: it is looked at again and again instead.
      readOutput(recipe, untilEmpty: true)
      readErrors(recipe, untilEmpty: true)
      recipe.watchesPipesAt = now + Self.shortRecipe
    }
  }

  /// When `tick` is to be called at the latest; monotonic nanoseconds.
  public var nextDeadline: UInt64? {
    var earliest = killAt
    if !postponed.isEmpty, running.isEmpty { earliest = min(earliest ?? .max, triesAgainAt ?? 0) }
    for recipe in running.values {
      if let deadline = recipe.deadline { earliest = min(earliest ?? deadline, deadline) }
      if let time = recipe.watchesPipesAt { earliest = min(earliest ?? time, time) }
    }
    return earliest
  }

  /// Ends everything: TERM to all groups now, KILL after the grace.
  public func cancel() {
    isCancelled = true
    endPostponed()
    for recipe in running.values {
      ChildProcess.signalGroup(recipe.child.id, ChildProcess.terminate)
    }
    strays.signal(running.values, ChildProcess.terminate)
    killAt = Clock.monotonic() + grace
  }

  /// Ends the grace of what was cancelled.
  public func kill() {
    if killAt != nil { killAt = 0 }
  }

  public func stop() { helpers.stop() }

  // MARK: Output

  private func readOutput(_ recipe: RunningRecipe, untilEmpty: Bool) {
    guard let stream = recipe.output else { return }
    let isValue = recipe.request.flags.contains(.value)
    read(stream, untilEmpty: untilEmpty) { bytes in
      if isValue {
        recipe.value.append(contentsOf: bytes)
      } else {
        take(bytes, .output, of: recipe)
      }
    }
  }

  private func readErrors(_ recipe: RunningRecipe, untilEmpty: Bool) {
    guard let stream = recipe.errors else { return }
    read(stream, untilEmpty: untilEmpty) { take($0, .error, of: recipe) }
  }

  private func take(
    _ bytes: UnsafeRawBufferPointer, _ stream: PrintedText.Stream, of recipe: RunningRecipe
  ) {
    recipe.printed.append(bytes, stream) { recipe.attempt.fileName }
    if passesOutputOn { printed.append((recipe.id, Array(bytes), stream)) }
  }

  /// A pipe holds no more, so that what the recipe wrote before it ended is read, and no end is
  /// waited for of what it left behind, which may write for ever.
  private static var mostInPipe: Int { 1 << 20 }

  private func read(
    _ stream: RunningRecipe.Stream, untilEmpty: Bool, _ take: (UnsafeRawBufferPointer) -> Void
  ) {
    guard !stream.isAtEnd else { return }
    var left = Self.mostInPipe
    repeat {
      guard let count = stream.reader.readAvailable(into: buffer) else {
        // It would be readable for ever.
        unwatch(stream)
        stream.isAtEnd = true
        return
      }
      if count == 0 { return }
      take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      left -= count
    } while untilEmpty && left > 0
  }

  // MARK: The end

  private func reap(_ recipe: RunningRecipe, _ tag: UInt64) {
    guard let end = recipe.child.reap() else {
      // It is told again.
      return (try? loop.addOnce(recipe.child.endDescriptor, tag: tag)) ?? ()
    }
    readOutput(recipe, untilEmpty: true)
    readErrors(recipe, untilEmpty: true)
    if let output = recipe.output { unwatch(output) }
    if let errors = recipe.errors { unwatch(errors) }
    running[tag] = nil
    if recipe.hasForeground { Terminal.takeForeground() }
    if let error = recipe.child.launchError { return launchFailed(recipe.attempt, error) }
    if let file = recipe.attempt.scriptFile { try? Files.remove(file) }
    let outcome = outcome(of: recipe, end)
    // What a failed or cancelled recipe started and left would go on writing outputs.
    if outcome != .succeeded {
      ChildProcess.signalGroup(recipe.child.id, ChildProcess.forceKill)
    }
    let interruption = interruption(of: recipe, end)
    if let interruption { interruptions.append(interruption) }
    if recipe.isTimedOut || isCancelled || interruption != nil { strays.end(recipe) }
    guard outcome == .succeeded else { return report(recipe, end, outcome, []) }
    let outputs = ReportMaker.look(at: recipe.request)
    guard announcesRoom else { return report(recipe, end, outcome, outputs) }
    freedSlots.append(recipe.id)
    unreported.append((recipe, end, outputs))
  }

  /// Closing its descriptor would not do: a process that is being started has a copy until it has
  /// become another program, and the loop would tell of it over and over meanwhile.
  private func unwatch(_ stream: RunningRecipe.Stream) {
    guard stream.isWatched else { return }
    loop.remove(stream.reader.raw)
    stream.isWatched = false
  }

  /// Looks at what one of the recipes has left whose end was only announced.
  ///
  /// Returns whether there was one.
  public func reportNext() -> Bool {
    guard let (recipe, end, outputs) = unreported.popFirst() else { return false }
    report(recipe, end, .succeeded, outputs)
    return true
  }

  private func outcome(of recipe: RunningRecipe, _ end: ChildProcess.End) -> ActionOutcome {
    if recipe.isTimedOut { return .timedOut }
    switch end.how {
    case .exited(0): return .succeeded
    case .exited(let status): return .failed(status: status)
    case .killed(let signal): return .killed(signal: signal)
    }
  }

  private func report(
    _ recipe: RunningRecipe, _ end: ChildProcess.End, _ outcome: ActionOutcome,
    _ outputs: [FileStatus]
  ) {
    var report = RecipeReport()
    recipe.printed.finish(&report)
    report.value = recipe.value.last == UInt8(ascii: "\n") ? recipe.value.dropLast() : recipe.value
    report.moved = recipe.isLasting ? [] : recipe.attempt.moved
    report.notes = room.takeNotes()
    report.started = recipe.began
    report.duration = Clock.monotonic() - recipe.startedAt
    report.processorTime = end.processorTime
    report.peakMemory = end.peakMemory
    let maker = ReportMaker(
      Ended(id: recipe.id, attempt: recipe.attempt.number, outcome: outcome, report: report),
      recipe.request, outputs, clock)
    if outcome != .succeeded || maker.outputSize <= Self.smallOutput {
      ended.append(maker.make())
    } else {
      reporting += 1
      let reports = reports
      helpers.submit { reports.add(maker.make()) }
    }
  }

  private func takeReports() {
    for report in reports.take() {
      reporting -= 1
      ended.append(report)
    }
  }
}
