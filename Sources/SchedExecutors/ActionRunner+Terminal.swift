import SchedSystem

// Recipes that have the terminal, and the key that stops them.
extension ActionRunner {
  func watchTerminal(of recipe: RunningRecipe) throws(SystemError) {
    if Terminal.isInput, !hearsOfStops {
      try loop.catchChildSignals()
      hearsOfStops = true
    }
    recipe.hasForeground = Terminal.giveForeground(to: recipe.child.id)
    try watch(recipe)
    // What stopped it before anybody listened.
    lookForStops()
  }

  /// Whether the signal says something of a recipe, and is nobody else's affair.
  public func takes(_ signal: Int32) -> Bool {
    guard signal == EventLoop.childSignal else { return false }
    lookForStops()
    return true
  }

  private func lookForStops() {
    for recipe in running.values where recipe.request.flags.contains(.console) {
      if let signal = recipe.child.takeStop() { stopped(recipe, by: signal) }
    }
  }

  private func stopped(_ recipe: RunningRecipe, by signal: Int32) {
    let wantsTerminal = ChildProcess.wantsTerminal(signal)
    // It reached for the terminal a moment before that was its own.
    if wantsTerminal, Terminal.isForeground(recipe.child.id), recipe.vainStops < Self.mostVainStops
    {
      recipe.vainStops += 1
      return ChildProcess.signalGroup(recipe.child.id, ChildProcess.resume)
    }
    let began = Clock.monotonic()
    stopAll(for: recipe, by: wantsTerminal ? signal : ChildProcess.terminalStop)
    // Somebody has continued this process, or nobody was there to do so.
    let pause = Clock.monotonic() - began
    recipe.vainStops = pause < Self.shortestPause ? recipe.vainStops + 1 : 0
    if recipe.vainStops > Self.mostVainStops {
      ChildProcess.signalGroup(recipe.child.id, ChildProcess.forceKill)
    }
    resumeAll(for: recipe, after: pause)
  }

  /// The signal of a key, or of a terminal that was closed, that ended a recipe which had the terminal.
  ///
  /// Nobody else is told of it. A recipe that goes on all the same, or ends well, has made something else of
  /// the key, as an editor does; a shell's status counts as the signal, as it does for shells.
  func interruption(of recipe: RunningRecipe, _ end: ChildProcess.End) -> Int32? {
    guard recipe.hasForeground, !recipe.isTimedOut else { return nil }
    let signals = Terminal.endingSignals
    return switch end.how {
    case .killed(let signal): signals.contains(signal) ? signal : nil
    case .exited(let status): signals.first { status == 128 + $0 }
    }
  }

  /// Stops what runs, and this process with it; returns when it goes on.
  private func stopAll(for recipe: RunningRecipe, by signal: Int32) {
    for other in running.values where other !== recipe {
      ChildProcess.signalGroup(other.child.id, ChildProcess.stop)
    }
    if recipe.hasForeground { Terminal.takeForeground() }
    recipe.hasForeground = false
    ChildProcess.stopOwnGroup(signal)
  }

  private func resumeAll(for recipe: RunningRecipe, after pause: UInt64) {
    recipe.hasForeground = Terminal.giveForeground(to: recipe.child.id)
    for other in running.values {
      other.startedAt += pause
      if let deadline = other.deadline { other.deadline = deadline + pause }
      ChildProcess.signalGroup(other.child.id, ChildProcess.resume)
    }
  }

  /// No shell answers so fast, nanoseconds.
  private static var shortestPause: UInt64 { 1_000_000 }
  /// A recipe that wants a terminal which nobody can give it would go round for ever.
  private static var mostVainStops: Int { 20 }
}
