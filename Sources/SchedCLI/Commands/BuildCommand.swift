import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

extension Project {
  /// `sched build`: brings targets up to date.
  mutating func runBuild(with executor: any Executor) -> ExitCode {
    guard let requested = requested() else { return .usage }
    var build = build
    let result = run(&build, requested, executor)
    lookedAt = build.lookedAt
    summarise(result)
    if result.end == .succeeded, invocation.has(.prune) { return prune(&build) }
    if result.end == .succeeded, wasEvaluated { tellLeftovers(&build) }
    return ExitCode(of: result.end)
  }

  /// Brings files that an `include` reads up to date, with what was read before it.
  mutating func makeIncluded(_ files: [PathID], with executor: any Executor) -> ExitCode {
    var build = build
    return ExitCode(of: run(&build, files, executor).end)
  }

  private func run(
    _ build: inout Build<Source>, _ requested: [PathID], _ executor: any Executor
  ) -> BuildResult {
    var console = makeConsole(style)
    let result = run(&build, requested, executor, &console)
    console.finish(hasSucceeded: result.end == .succeeded)
    streams.report(result.diagnostics.map(hintingAtCommand), in: build.sources)
    return result
  }

  /// A first word that nothing makes may be a slip in the name of a command.
  private func hintingAtCommand(_ diagnostic: Diagnostic) -> Diagnostic {
    guard !invocation.namesCommand, let word = invocation.targets.first, diagnostic.hint == nil,
      diagnostic.message == "no rule makes '\(printable(word))'",
      let command = nearestName(to: text(word), among: Command.allCases.map(\.rawValue))
    else { return diagnostic }
    var hinted = diagnostic
    hinted.hint = "did you mean the command '\(command)'?"
    return hinted
  }

  /// Opens the executor's type, so that the loop is compiled for it.
  private func run<E: Executor>(
    _ build: inout Build<Source>, _ requested: [PathID], _ executor: E, _ console: inout Console
  ) -> BuildResult {
    build.run(requested, executor: executor, observer: &console)
  }

  private func summarise(_ result: BuildResult) {
    switch result.end {
    case .succeeded:
      if result.ran == 0 { streams.sayNothingToDo(invocation) }
    case .failed:
      var parts: [String] = []
      if result.failed.count > 1 { parts.append("\(result.failed.count) targets failed") }
      if result.notReached > 0 { parts.append("\(result.notReached) not made because of that") }
      if !parts.isEmpty {
        streams.diagnostics.write("sched: \(parts.joined(separator: ", "))\n")
      }
    case .interrupted: streams.sayIfInterrupted(result.end)
    case .refused: break
    }
  }

  private func prune(_ build: inout Build<Source>) -> ExitCode {
    var removal = Removal(state: state)
    let records = leftovers(&build)
    removal.remove(records, declaredBy: build.graph)
    if !invocation.has(.quiet) {
      for path in removal.removed {
        streams.diagnostics.write("sched: removed '\(printable(names.place.asTyped(path)))'\n")
      }
    }
    _ = state.noteLeftoverCount(build.leftoverCount(of: key), of: key)
    let exitCode = finish(removal)
    // What was looked at after it stays.
    guard let signal = StopSignals.seen else { return exitCode }
    let end = BuildResult.End.interrupted(signal: signal)
    streams.sayIfInterrupted(end)
    return ExitCode(of: end)
  }

  /// Reports what went wrong, and writes the state.
  func finish(_ removal: Removal) -> ExitCode {
    streams.report(removal.problems)
    do throws(StateError) {
      try state.finish(ranSomething: false)
    } catch {
      streams.report(error.diagnostic)
      return .failure
    }
    return removal.problems.isEmpty ? .success : .failure
  }
}

extension Streams {
  /// What was printed before is not all.
  func sayIfInterrupted(_ end: BuildResult.End) {
    if case .interrupted = end { diagnostics.write("sched: interrupted\n") }
  }
}

extension ExitCode {
  init(of end: BuildResult.End) {
    self =
      switch end {
      case .succeeded: .success
      case .failed: .failure
      case .refused: .usage
      case .interrupted(let signal): .interrupted(signal: signal)
      }
  }
}
