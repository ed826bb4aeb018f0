import SchedBase
import SchedEngine
import SchedGraph

extension ActionEnd {
  /// Why the target was not made, as one sentence without `error:`; nil when it was.
  func failure(of action: ActionID, _ texts: some ActionTexts) -> String? {
    if discarded == .stopped || outcome == .succeeded && problem == nil && discarded == nil {
      return nil
    }
    let name = printable(texts.name(of: action))
    if case .makerFailed(let maker) = discarded {
      return
        "target '\(name)' failed: '\(printable(texts.name(of: maker)))', which it read, was not made"
    }
    if case .lost(let rank) = outcome {
      return "rank \(rank) stopped answering while running '\(name)'"
    }
    return cause(action, texts).map { "target '\(name)' failed: \($0)" }
  }

  private func cause(_ action: ActionID, _ texts: some ActionTexts) -> String? {
    if let problem { return cause(problem, action, texts) }
    return switch outcome {
    case .succeeded: nil
    case .failed(let status): "command exited with status \(status)"
    case .killed(let signal): "command was killed by \(signalName(signal))"
    case .timedOut: "command took longer than its '@timeout'"
    case .lost: nil
    }
  }

  private func cause(
    _ problem: RecipeReport.Problem, _ action: ActionID, _ texts: some ActionTexts
  ) -> String {
    func output(_ index: UInt32) -> String {
      "'\(printable(texts.outputs(of: action)[Int(index)]))'"
    }
    let depfile = printable(texts.depfile(of: action))
    let interpreter = texts.interpreter(of: action).map { printable($0) }.joined(separator: " ")
    return switch problem {
    case .missingOutput(let index): "its recipe did not make \(output(index))"
    case .wrongKind(let index):
      output(index).hasSuffix("/'")
        ? "\(output(index)) is no directory" : "\(output(index)) is a directory"
    case .unreadableOutput(_, let reason), .unreadableInput(let reason), .cannotStart(let reason),
      .cannotPrepare(let reason):
      printable(reason)
    case .depfileNotWritten: "its recipe did not write the depfile '\(depfile)'"
    case .depfileUnreadable(let reason):
      "cannot read the depfile '\(depfile)': \(printable(reason))"
    case .depfileEmpty:
      "its depfile '\(depfile)' is empty; if the recipe reads nothing else, let it write "
        + "'\(output(0).dropFirst().dropLast()):'"
    case .depfileNamesNothing(let names): cause(names, depfile)
    case .readLeftover(let path, let reason):
      "it read '\(printable(path))', \(printable(reason)) ('sched adopt \(printable(path))' makes it a "
        + "source, '--allow-leftovers' lets it pass)"
    case .scriptTooLong(let limit):
      "its recipe has more than \(limit) bytes, and '\(interpreter)' takes it only as an argument"
    case .inputNotSeen(let input): cause(input)
    }
  }

  private func cause(_ names: RecipeReport.UnseenNames, _ depfile: String) -> String {
    let (first, directory) = (printable(names.first), printable(names.directory))
    let what =
      names.count == 1
      ? "the file that its depfile '\(depfile)' names does not exist"
      : "none of the \(names.count) files that its depfile '\(depfile)' names exists"
    if let foundIn = names.foundIn.map(printable) {
      if !names.alias.isEmpty {
        let alias = printable(names.alias)
        return "\(what): '\(first)' does not, but what the compiler calls '\(alias)' seems to be "
          + "'\(foundIn)' (write '@depfile-dir \(foundIn) \(alias)')"
      }
      return "\(what): '\(first)' is not in '\(directory)', where the recipe runs, but in "
        + "'\(foundIn)' (write '@depfile-dir \(foundIn)')"
    }
    if let advice = RecipeReport.UnseenNames.advice(on: names.first) {
      return "\(what): '\(first)' does not (\(advice))"
    }
    return "\(what): '\(first)' was looked for in '\(directory)', and the depfile is in "
      + "'\(self.directory(of: depfile))' ('@depfile-dir PATH' says what names are relative to)"
  }

  private func directory(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[..<$0] } ?? "."
  }

  private func cause(_ input: RecipeReport.LateInput) -> String {
    let found =
      switch input.found {
      case .nothing: "found nothing"
      case .otherSize: "found \(input.foundSize)"
      case .otherContent: "found other content"
      case .otherKind: "found something else"
      }
    return "'\(printable(input.path))', made on '\(printable(input.makersHost))', was not seen on "
      + "'\(printable(input.readersHost))' within \(input.waited / 1_000_000_000) s: expected "
      + "\(input.expectedSize) bytes, \(found) ('--latency-wait' waits longer)"
  }
}

/// `SIGSEGV`, or `signal 64`.
func signalName(_ signal: Int32) -> String {
  // The numbers of Linux on x86-64 and arm64.
  let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
    "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
  ]
  let index = Int(signal) - 1
  return names.indices.contains(index) ? "SIG" + names[index] : "signal \(signal)"
}
