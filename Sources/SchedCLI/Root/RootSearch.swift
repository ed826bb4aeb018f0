/// Where Schedfiles are, upwards from where the user stands.
struct RootSearch: Equatable {
  static let schedfile = Array("Schedfile".utf8)

  /// The directories that hold a Schedfile, the outermost first: the root is one of them.
  private(set) var candidates: [[UInt8]] = []
  /// All directories that were looked in, the nearest first.
  private(set) var searched: [[UInt8]] = []

  /// Looks from `directory`, an absolute path, up to the first one that holds `.sched` or `.git`,
  /// and no further.
  init(from directory: [UInt8], exists: ([UInt8]) -> Bool) {
    var directory = directory
    while true {
      searched.append(directory)
      if exists(joined(directory, Self.schedfile)) { candidates.insert(directory, at: 0) }
      let isBoundary = [".sched", ".git"].contains { exists(joined(directory, Array($0.utf8))) }
      guard !isBoundary, let parent = parent(of: directory) else { return }
      directory = parent
    }
  }
}

/// The path of `name` in an absolute directory.
func joined(_ directory: [UInt8], _ name: [UInt8]) -> [UInt8] {
  if name.first == UInt8(ascii: "/") { return name }
  return (directory == [UInt8(ascii: "/")] ? [] : directory) + [UInt8(ascii: "/")] + name
}

/// The directory that holds an absolute directory; nil for `/`.
private func parent(of directory: [UInt8]) -> [UInt8]? {
  guard let slash = directory.lastIndex(of: UInt8(ascii: "/")), directory.count > 1 else {
    return nil
  }
  return slash == 0 ? [UInt8(ascii: "/")] : Array(directory[..<slash])
}
