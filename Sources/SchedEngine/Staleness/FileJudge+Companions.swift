import SchedBase
import SchedDigest
import SchedGraph

// Inputs that are more than what lies at their path: a directory below which something may be missing, and a
// file in a directory that may be missing as a whole.
extension FileJudge {
  /// Only where both are in the graph is anything asked for each path.
  var hasCompanions: Bool { !graph.directories.isEmpty && graph.hasSecondaries }

  /// What the identity of an input depends on besides the path itself.
  mutating func companions(of path: PathID) -> [PathID] {
    if let holder = holderThatMayBeMissing(path) { return [holder] }
    return secondariesBelow(path)
  }

  /// The directory output of a secondary or temporary action that the path lies in.
  private func holderThatMayBeMissing(_ path: PathID) -> PathID? {
    guard graph.producer(of: path) == nil else { return nil }
    let holder = paths.ancestor(
      of: path, where: { graph.isDirectory($0) && graph.producer(of: $0) != nil })
    return holder.flatMap { holder in
      graph.producer(of: holder).flatMap { attributes(of: $0).mayBeMissing ? holder : nil }
    }
  }

  /// Secondary and temporary outputs below a directory that is an input, in the order of their names.
  private mutating func secondariesBelow(_ directory: PathID) -> [PathID] {
    guard graph.isDirectory(directory), graph.producer(of: directory) == nil else { return [] }
    var found: [PathID] = []
    for maker in makers(of: directory) where attributes(of: maker).mayBeMissing {
      for output in graph.outputs(of: maker) where paths.isWithin(output, directory) {
        found.append(output)
      }
    }
    return found.sorted { paths.text(of: $0).lexicographicallyPrecedes(paths.text(of: $1)) }
  }

  /// Has directories read without what may be missing below them, which is added by `joinedIdentity`.
  mutating func leaveOutSecondaries() {
    guard hasCompanions, leftOutFor != graph.actions.count else { return }
    leftOutFor = graph.actions.count
    for directory in graph.directories {
      let below = secondariesBelow(directory).map { paths.text(of: $0) }
      if !below.isEmpty { files.leaveOut(below, below: directory) }
    }
  }

  /// The identity of an input that has companions: one that is missing is what its record says, so that
  /// nothing is stale because it is gone.
  mutating func joinedIdentity(ofInput path: PathID) -> Identity? {
    if let holder = holderThatMayBeMissing(path) { return identity(ofInput: holder) }
    let below = secondariesBelow(path)
    guard !below.isEmpty else { return nil }
    var hasher = FactHasher()
    hasher.add(1, files.current(path).identity)
    for output in below {
      paths.withText(of: output) { hasher.add(2, $0) }
      hasher.add(3, identity(ofInput: output))
    }
    return Identity(.directory, hasher.digest)
  }

  /// As `FileView.isUntouched` says it of the path alone.
  mutating func hasUntouchedCompanions(_ path: PathID, since moment: UInt32) -> Bool {
    for companion in companions(of: path) {
      _ = files.current(companion)
      if !files.isUntouched(companion, since: moment) { return false }
    }
    return true
  }
}
