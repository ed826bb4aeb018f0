import SchedBase
import SchedEngine
import SchedGraph

extension Project {
  /// `sched check`: everything that can be found wrong without running anything: inputs that nobody
  /// makes, cycles, actions that fit nowhere.
  mutating func runCheck(with executor: some Executor) -> ExitCode {
    var build = build
    var console = makeSilentConsole()
    let outputs = graph.actions.ids.compactMap { graph.outputs(of: $0).first }
    let result = build.check(outputs, executor: executor, observer: &console)
    console.finish()
    streams.report(result.diagnostics, in: build.sources)
    return ExitCode(of: result.end)
  }
}
