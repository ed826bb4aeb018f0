import SchedBase
import SchedDigest
import SchedEngine
import SchedLoad
import SchedSystem

// What a build that found nothing to do leaves, so that the next one like it need not judge again.
extension ProjectCommand {
  /// Whether an earlier build like this one found nothing to do, and nothing has changed since.
  ///
  /// false says nothing.
  func wasUpToDate(
    _ place: Place, _ request: LoadRequest, _ kept: KeptGraph, _ state: State
  ) -> Bool {
    guard let mark = upToDateMark(place, request, kept, state) else { return false }
    return mark.holds(in: state, environment)
  }

  /// Keeps what a build has looked at that found nothing to do.
  func mark(
    _ lookedAt: [PathID]?, _ place: Place, _ request: LoadRequest, _ kept: KeptGraph,
    _ state: State
  ) {
    guard let lookedAt else { return }
    upToDateMark(place, request, kept, state)?.keep(lookedAt, in: state)
  }

  /// nil where each build judges: it was told to run or to read everything, to remove what is left
  /// over, or other ranks wait for it.
  private func upToDateMark(
    _ place: Place, _ request: LoadRequest, _ kept: KeptGraph, _ state: State
  ) -> UpToDateMark? {
    guard invocation.command == .build, isBuilding,
      invocation.flags.isDisjoint(with: [.always, .rehash, .prune, .mpi]),
      var question = kept.identityIfCertain(request, state.paths, made: state)
    else { return nil }
    var hasher = FactHasher()
    let words = [
      invocation.targets, invocation.arguments, [place.fromRoot(Array(".".utf8))],
      invocation.has(.allowLeftovers) ? [[]] : [], invocation.mayBeTask ? [[]] : [],
    ]
    for (label, list) in words.enumerated() {
      for word in list { word.withUnsafeBytes { hasher.add(UInt8(label), $0) } }
    }
    question += Array(hasher.digest.description.utf8)
    return UpToDateMark(file: kept.mark, question: question)
  }
}

extension Streams {
  /// The last line of a build that ran nothing.
  func sayNothingToDo(_ invocation: Invocation) {
    if !invocation.has(.quiet) { diagnostics.write("sched: nothing to do\n") }
  }
}
