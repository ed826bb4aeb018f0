import SchedBase
import SchedEngine
import SchedGraph

extension Project {
  /// `sched clean`: removes what was built.
  mutating func runClean() -> ExitCode {
    if invocation.has(.orphans), let (path, place) = missing.first {
      let name = text(names.name(of: path))
      streams.report(
        [
          .error(
            "what is no longer a target is known only when '\(name)' is there", at: place,
            hint: "'sched build \(name)' makes it")
        ], in: sources)
      return .usage
    }
    var build = build
    guard knowsTargets(&build) else { return .usage }
    let records: [RecordID]
    if invocation.has(.orphans) {
      records = leftovers(&build)
    } else if invocation.targets.isEmpty {
      records = build.recordsOfGraph(key)
    } else {
      let paths = invocation.targets.map { names.path(of: $0, in: graph) }
      // A rule may make them.
      for path in paths { _ = build.canBeMade(path) }
      records = build.records(making: paths)
    }
    var removal = Removal(state: state, isDryRun: invocation.has(.dryRun))
    removal.remove(records, declaredBy: build.graph)
    if !invocation.has(.quiet) {
      for path in removal.removed { streams.output.write("\(shown(path))\n") }
    }
    for path in removal.kept {
      streams.report(
        Diagnostic(.note, "'\(shown(path))' stays: it is not as sched made it"))
    }
    for path in removal.outside {
      streams.report(
        Diagnostic(
          .note,
          "'\(shown(path))' stays: it lies outside the tree, and the Schedfile does not name it"))
    }
    return finish(removal)
  }

  private func shown(_ path: [UInt8]) -> String { printable(place.asTyped(path)) }
}
