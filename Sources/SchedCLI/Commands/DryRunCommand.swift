import SchedBase
import SchedEngine
import SchedGraph

extension Project {
  /// `sched build -n`: says what would run.
  mutating func runDry(with executor: some Executor) -> ExitCode {
    guard let requested = requested() else { return .usage }
    var console = makeSilentConsole()
    var build = build
    let (answers, result) = build.answer(requested, executor: executor, observer: &console)
    console.finish()
    streams.report(result.diagnostics, in: build.sources)
    streams.sayIfInterrupted(result.end)
    let texts = GraphTexts(graph: build.graph, paths: paths)
    let behind = knownBehindMissing(Set(answers.map(\.action)))
    let lines =
      answers.map { line(of: $0.answer, name(of: $0.action, texts)) }
      + behind.map { line(of: .mayRun, name(of: $0, texts)) }
    streams.output.write(TerminalText(lines: lines.joined()))
    return ExitCode(of: result.end)
  }

  /// `sched build -q`: the exit status says whether all is up to date.
  mutating func runQuestion(with executor: some Executor) -> ExitCode {
    guard let requested = requested() else { return .usage }
    var console = makeSilentConsole()
    var build = build
    let (answers, result) = build.answer(requested, executor: executor, observer: &console)
    console.finish()
    streams.report(result.diagnostics, in: build.sources)
    streams.sayIfInterrupted(result.end)
    guard result.end == .succeeded else { return ExitCode(of: result.end) }
    return answers.isEmpty ? .success : .failure
  }

  private func line(of answer: DryAnswer, _ name: String) -> String {
    switch answer {
    case .upToDate: ""
    case .willRun(let reason):
      "will run \(name): " + reason.lines(paths).joined(separator: "\n") + "\n"
    case .mayRun: "may run \(name)\n"
    }
  }

  /// An action's target as the user would name it.
  func name(of action: ActionID, _ texts: GraphTexts) -> String {
    guard texts.graph.actions[action].kind == .task,
      let task = texts.graph.outputs(of: action).first
    else { return printable(place.asTyped(texts.name(of: action))) }
    return printable(names.name(of: task, in: texts.graph))
  }
}
