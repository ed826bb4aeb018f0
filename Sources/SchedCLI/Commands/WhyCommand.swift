import SchedBase
import SchedEngine
import SchedGraph

extension Project {
  /// `sched why`: every fact that makes the targets stale, and what makes their inputs stale.
  mutating func runWhy(with executor: some Executor) -> ExitCode {
    guard let requested = requested() else { return .usage }
    var console = makeSilentConsole()
    var build = build
    let (explanations, result) = build.explain(
      requested, executor: executor, observer: &console)
    console.finish()
    streams.report(result.diagnostics, in: build.sources)
    streams.sayIfInterrupted(result.end)
    guard result.end == .succeeded else { return ExitCode(of: result.end) }

    let asked = Set(requested.compactMap { build.graph.producer(of: $0) })
    let texts = GraphTexts(graph: build.graph, paths: paths)
    var answer = ""
    let stale = Set(explanations.map(\.action))
    for action in asked.subtracting(stale).sorted() {
      let isStale = isGroup(action, in: build.graph, of: stale)
      let what = isStale ? "some of what it names is stale" : "it is up to date"
      answer += "\(name(of: action, texts)): \(what)\n"
    }
    for action in knownBehindMissing(stale) {
      answer += "\(name(of: action, texts)): it depends on what runs before it\n"
    }
    // What was asked for comes first, then what it depends on, in Schedfile order.
    let ordered = explanations.sorted { $0.action < $1.action }
    for isAsked in [true, false] {
      for explanation in ordered where asked.contains(explanation.action) == isAsked {
        answer += text(of: explanation, name(of: explanation.action, texts))
      }
    }
    streams.output.write(TerminalText(lines: answer))
    return .success
  }

  /// Whether it has no recipe, and names one of the actions, itself or through other groups.
  private func isGroup(_ action: ActionID, in graph: Graph, of stale: Set<ActionID>) -> Bool {
    var seen: Set<ActionID> = [action]
    var stack = [action]
    while let group = stack.popLast() {
      guard !graph.actions[group].hasRecipe else { continue }
      for path in graph.orderingInputs(of: group) {
        guard let maker = graph.producer(of: path), seen.insert(maker).inserted else { continue }
        if stale.contains(maker) { return true }
        stack.append(maker)
      }
    }
    return false
  }

  private func text(of explanation: Explanation, _ name: String) -> String {
    var lines: [String] = []
    for reason in explanation.reasons {
      let sentence = reason.lines(paths)
      lines.append("\(name): \(sentence[0])")
      lines.append(contentsOf: sentence.dropFirst())
    }
    if explanation.answer == .mayRun { lines.append("\(name): it depends on what runs before it") }
    return lines.map { $0 + "\n" }.joined()
  }
}
