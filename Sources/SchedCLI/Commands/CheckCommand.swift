import SchedBase
import SchedEngine
import SchedGraph

extension Project {
  /// `sched check`: everything that can be found wrong without running anything: inputs that nobody
  /// makes, cycles, actions that fit nowhere.
  mutating func runCheck(with executor: some Executor) -> ExitCode {
    var build = build
    var console = makeSilentConsole()
    // Without an included file nobody can say what is made: only what makes the file is looked at.
    let all = graph.actions.ids.compactMap { graph.outputs(of: $0).first } + graph.defaults
    let checked = missing.isEmpty ? all : missing.map(\.path)
    let result = build.check(checked, executor: executor, observer: &console)
    console.finish()
    streams.report(result.diagnostics, in: build.sources)
    streams.sayIfInterrupted(result.end)
    return ExitCode(of: result.end)
  }
}
