import SchedBase

/// What `adopt` names: files that are sources now, although earlier builds may have made them.
struct AdoptedFiles {
  /// Each with the place where it is named; a file is made by no rule.
  private(set) var files: [PathID: SourceRange] = [:]
  /// All that nothing makes in these.
  private(set) var directories: Set<PathID> = []

  var isEmpty: Bool { files.isEmpty && directories.isEmpty }

  mutating func add(_ path: PathID, isDirectory: Bool, at place: SourceRange) {
    if isDirectory { directories.insert(path) } else if files[path] == nil { files[path] = place }
  }

  func contains(_ path: PathID, _ paths: PathTable) -> Bool {
    if isEmpty { return false }
    return files[path] != nil || directories.contains { paths.isWithin(path, $0) }
  }
}
