import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

extension Project {
  /// `sched adopt`: files that earlier builds made are sources from now on.
  ///
  /// All of them or none.
  mutating func runAdopt() -> ExitCode {
    guard !invocation.targets.isEmpty else {
      streams.report(UsageError.expectedWord(.adopt, "a file").diagnostic)
      return .usage
    }
    var build = build
    var adopted: [PathID] = []
    var problems: [Diagnostic] = []
    for word in invocation.targets {
      let path = names.path(of: word, in: graph)
      switch build.adoptable(path) {
      case .success(let files):
        adopted += files
        if files.isEmpty {
          streams.report(Diagnostic(.note, "'\(printable(word))' is a source already"))
        }
      case .failure(let refusal): problems.append(refusal.diagnostic)
      }
    }
    guard problems.isEmpty else {
      streams.report(problems, in: build.sources)
      return .usage
    }
    for path in adopted {
      state.disown(path)
      streams.output.write("\(printable(names.name(of: path)))\n")
    }
    do throws(StateError) {
      try state.finish(ranSomething: false)
    } catch {
      streams.report(error.diagnostic)
      return .failure
    }
    return .success
  }
}
