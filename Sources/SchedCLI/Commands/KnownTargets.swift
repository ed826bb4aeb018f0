import SchedBase
import SchedEngine

extension Project {
  /// Whether there is something behind each of the names: a target, what an earlier build made, a file.
  ///
  /// Says what is wrong otherwise, before anything is done. What an included file would say that is not
  /// there yet is unknown.
  func knowsTargets(_ build: inout Build<Source>) -> Bool {
    guard missing.isEmpty else { return true }
    var problems: [Diagnostic] = []
    for word in invocation.targets {
      if let problem = build.problem(ofUnknown: names.path(of: word, in: graph)) {
        problems.append(problem)
      }
    }
    streams.report(problems, in: build.sources)
    return problems.isEmpty
  }
}
