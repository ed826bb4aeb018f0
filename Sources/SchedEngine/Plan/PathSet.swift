import SchedBase

/// A set of paths as a column of flags: no hashing for what is asked of every edge.
struct PathSet {
  private var flags = Column<PathTag, Bool>()

  /// Returns whether it was not in the set.
  @inline(__always)
  mutating func insert(_ path: PathID) -> Bool {
    if path.index >= flags.count {
      flags.grow(to: max(path.index + 1, flags.count * 2), with: false)
    }
    guard !flags[path] else { return false }
    flags[path] = true
    return true
  }

  mutating func remove(_ path: PathID) {
    if path.index < flags.count { flags[path] = false }
  }

  func contains(_ path: PathID) -> Bool { path.index < flags.count && flags[path] }
}
