import SchedBase
import SchedSystem

/// Paths in directory order, cut into runs of one directory: what one thread looks at in a row,
/// with that directory open.
enum DirectoryRuns {
  /// Files of one directory that one thread looks at in a row: enough to pay for opening it.
  private static let longest = 256
  /// Fewer are looked at by their whole paths: opening and closing a directory costs as much as
  /// looking at two files.
  private static let worthOpening = 3

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
  /// A link's status is of what it points to. Where the directory cannot be opened, all in it are
  /// missing. Returns whether `body` never did. In a longer run nothing is allocated for a path.
  static func look(
    at run: Range<Int>, of list: UnsafeBufferPointer<PathID>, _ paths: PathTable,
    _ body: (_ index: Int, _ status: FileStatus, _ isLink: Bool) -> Bool
  ) -> Bool {
    if run.count < worthOpening {
      return run.allSatisfy { index in
        let path = paths.text(of: list[index])
        var status = (try? FileStatus.of(path, followingLinks: false)) ?? .missing
        let isLink = status.kind == .link
        if isLink { status = (try? FileStatus.of(path, followingLinks: true)) ?? .missing }
        return body(index, status, isLink)
      }
    }
    let parent = paths.parent(of: list[run.lowerBound])
    guard let directory = try? Descriptor.open(paths.text(of: parent), .directory) else {
      return run.allSatisfy { body($0, .missing, false) }
    }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { name in
      for index in run {
        let fits = paths.withName(of: list[index]) { bytes -> Bool in
          guard bytes.count < name.count else { return false }
          UnsafeMutableRawBufferPointer(name).copyMemory(from: bytes)
          name[bytes.count] = 0
          return true
        }
        var status = FileStatus.missing
        var isLink = false
        if fits, let start = name.baseAddress {
          status = FileStatus.of(name: start, in: directory, followingLinks: false)
          isLink = status.kind == .link
          if isLink { status = FileStatus.of(name: start, in: directory, followingLinks: true) }
        }
        if !body(index, status, isLink) { return false }
      }
      return true
    }
  }
}
