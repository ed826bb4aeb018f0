import SchedBase
import SchedGraph
import SchedSystem

// A tree that another tool made: what lies in the place of outputs is moved aside, and one line says so of all.
extension FileJudge {
  /// What lies in the place of outputs that are about to be made and that sched never made: said before anything is
  /// moved, since a build may be killed; nil while they are few, of which each has a note of its own.
  mutating func announcement(of actions: [ActionID]) -> Diagnostic? {
    guard !isDryRun else { return nil }
    var found: [PathID] = []
    for action in actions where graph.actions[action].kind == .file && !isKept(action) {
      for output in graph.outputs(of: action) where isForeign(output) { found.append(output) }
    }
    found += foreignDepfiles(of: actions, areLikely: !found.isEmpty)
    guard found.count > Self.fewForeign else { return nil }
    announced = Set(found)
    let names = found.prefix(2).map { "'\(paths.string(of: $0))'" }.joined(separator: " and ")
    return Diagnostic(
      .note,
      "\(found.count) files that sched did not make lie in the place of outputs, such as \(names): "
        + "each is moved to '.sched/replaced' before its target is made")
  }

  /// So many have a note each.
  private static var fewForeign: Int { 3 }

  private func isKept(_ action: ActionID) -> Bool {
    attributes(of: action).flags.contains(.keep)
  }

  private func isForeign(_ output: PathID) -> Bool {
    switch files.kind(of: output) {
    case .missing: isLink(output) && state.ownership(of: output) == .none
    case .directory: state.ownership(of: output) == .none && !isEmptyDirectory(output)
    case .file, .special, .unreachable, .unknown: state.ownership(of: output) == .none
    }
  }

  /// One that nothing is lost with.
  private func isEmptyDirectory(_ path: PathID) -> Bool {
    (try? Files.list(paths.text(of: path)))?.isEmpty ?? false
  }

  /// Nobody has looked at depfiles yet, and mostly there are none: all are looked at only where a few tell of more.
  private func foreignDepfiles(of actions: [ActionID], areLikely: Bool) -> [PathID] {
    var found: [PathID] = []
    var looks = 0
    for action in actions where !isKept(action) {
      guard let depfile = graph.actions[action].depfile,
        !graph.outputs(of: action).contains(depfile)
      else { continue }
      let record = state.record(of: graph.outputs(of: action))
      guard state.ownership(ofDepfile: depfile, record) == .none else { continue }
      looks += 1
      if !areLikely, found.isEmpty, looks > Self.fewLooks { break }
      let status = try? FileStatus.of(paths.text(of: depfile), followingLinks: false)
      if status?.kind == .regular { found.append(depfile) }
    }
    return found
  }

  private static var fewLooks: Int { 8 }

  /// Whether what lies there was announced; once, since what lies there later is something else.
  mutating func takeAnnouncement(of path: PathID) -> Bool {
    !announced.isEmpty && announced.remove(path) != nil
  }
}
