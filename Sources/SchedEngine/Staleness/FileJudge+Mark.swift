import SchedBase
import SchedGraph

extension FileJudge {
  /// Everything that judging has looked at in a build that ran nothing: while it is the same, so is
  /// the answer.
  ///
  /// nil where the answer depends on more: on what a recipe prints in each build, on a rule that looks
  /// for files, on what a directory holds; or where the build had something to say. O(targets + files).
  func lookedAt() -> [PathID]? {
    let needsMore = allWanted.contains { action in
      isValue(action) || !attributes(of: action).flags.isDisjoint(with: [.always, .temporary])
    }
    guard !needsMore, !hasNoted, pendingNotes.isEmpty, !source.hasAskedOutside,
      let files = files.comparable(),
      // A link as an output is its own text, which its signature says nothing of.
      !files.contains(where: { isLink($0) && graph.producer(of: $0) != nil })
    else { return nil }
    return files + Set(allWanted.flatMap { graph.variables(of: $0) })
  }

  func isLink(_ path: PathID) -> Bool { state.file(path).flags.contains(.link) }
}
