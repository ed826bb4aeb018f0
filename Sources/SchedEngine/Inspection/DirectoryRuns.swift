import SchedBase
import SchedSystem

/// Paths in directory order, cut into runs of one directory: what one thread looks at in a row,
/// with that directory open.
enum DirectoryRuns {
  /// Files of one directory that one thread looks at in a row: enough to pay for opening it.
  private static let longest = 256
  /// Fewer are looked at by their whole paths: opening and closing a directory takes 2.4 us, and saves
  /// 0.1 us or less for each file of paths that are not deep.
  private static let worthOpening = 24

  /// The runs of a list in which the paths of each directory lie together.
  static func cut(_ list: UnsafeBufferPointer<PathID>, _ paths: PathTable) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    while start < list.count {
      let parent = paths.parent(of: list[start])
      var end = start + 1
      while end < list.count, end - start < longest, paths.parent(of: list[end]) == parent {
        end += 1
      }
      runs.append(start..<end)
      start = end
    }
    return runs
  }

  /// Looks at the paths of one run, until `body` returns false.
  ///
  /// A link's status is of what it points to. Returns whether `body` never did. Nothing is allocated for
  /// a path.
  static func look(
    at run: Range<Int>, of list: UnsafeBufferPointer<PathID>, _ paths: PathTable,
    _ body: (_ index: Int, _ status: FileStatus, _ isLink: Bool) -> Bool
  ) -> Bool {
    func lookByPath(_ index: Int) -> Bool {
      let (status, isLink) = look(at: list[index], paths)
      return body(index, status, isLink)
    }
    if run.count < worthOpening { return run.allSatisfy(lookByPath) }
    let parent = paths.parent(of: list[run.lowerBound])
    // One that is not there, that may be searched and not read, or for which there is no descriptor left.
    guard let directory = try? Descriptor.open(paths.text(of: parent), .directory) else {
      return run.allSatisfy(lookByPath)
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { name in
      for index in run {
        let fits = paths.withName(of: list[index]) { bytes -> Bool in
          guard bytes.count < name.count else { return false }
          UnsafeMutableRawBufferPointer(name).copyMemory(from: bytes)
          name[bytes.count] = 0
          return true
        }
        guard fits, let start = name.baseAddress else {
          // The system says that it is too long.
          if !lookByPath(index) { return false }
          continue
        }
        var status = FileStatus.of(name: start, in: directory, followingLinks: false)
        let isLink = status.kind == .link
        if isLink { status = FileStatus.of(name: start, in: directory, followingLinks: true) }
        if !body(index, status, isLink) { return false }
      }
      return true
    }
  }

  /// Looks at one path; the rest as above.
  static func look(at path: PathID, _ paths: PathTable) -> (status: FileStatus, isLink: Bool) {
    var status = FileStatus.missing
    var isLink = false
    paths.withText(of: path) { text in
      guard let name = text.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
      status = FileStatus.of(name, followingLinks: false)
      isLink = status.kind == .link
      if isLink { status = FileStatus.of(name, followingLinks: true) }
    }
    return (status, isLink)
  }
}
