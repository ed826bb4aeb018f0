import SchedBase

extension State {
  /// The paths that records of files own, and where something of sched's may lie: made, or left by a run that
  /// was killed.
  ///
  /// O(paths).
  func ownedPaths(where isWanted: (PathID) -> Bool) -> Set<PathID> {
    var found: Set<PathID> = []
    for index in 0..<owners.count {
      guard let owner = owners.row(at: index), owner != 0 else { continue }
      let (path, row) = (PathID(index), rows[Int(owner) - 1])
      guard row.kind == .file, isWanted(path), !row.isVoid || ownership(of: path) != .none else {
        continue
      }
      found.insert(path)
    }
    return found
  }

  /// A path is a source from now on, whoever made it: no record owns it.
  ///
  /// What else its record made is as it was.
  public func disown(_ path: PathID) {
    guard owner(of: path) != nil else { return }
    applyDisown(path)
    journal?.append(.disowned) { $0.write(path.raw) }
  }

  func applyDisown(_ path: PathID) {
    if path.index < owners.count { owners[path.index] = 0 }
  }
}
