import SchedBase
import SchedDigest
import SchedSystem

/// Looks at many paths at once: directory by directory, each opened once, spread over the cores.
///
/// What 'nothing to do' costs is mostly this.
struct Inspector {
  /// What was found at a path; a link's signature and kind are of what it points to.
  struct Sighting {
    var status: FileStatus
    var isLink: Bool
  }

  private let paths: PathTable
  private(set) var clock: TrustClock
  private let threads: Int
  /// How many paths are looked at in one piece: what is seen of them takes a MiB, and on many cores
  /// each thread still has some directories.
  var batch: Int { threads << 13 }

  init(paths: PathTable, clock: TrustClock, threads: Int = Host.usableThreads()) {
    self.paths = paths
    self.clock = clock
    self.threads = threads
  }

  /// The paths by directory, each once: as they are best looked at.
  func inOrder(_ list: [PathID]) -> [PathID] {
    // Keys of directory and name sort without looking at the table again.
    var keys = list.map { UInt64(paths.parent(of: $0).raw) << 32 | UInt64($0.raw) }
    keys.sort()
    var sorted: [PathID] = []
    sorted.reserveCapacity(keys.count)
    for key in keys {
      let path = PathID(raw: UInt32(truncatingIfNeeded: key))
      if sorted.last != path { sorted.append(path) }
    }
    return sorted
  }

  /// Looks at each path of a piece of an ordered list; the answers are in its order.
  func look(at list: ArraySlice<PathID>) -> [Sighting] {
    let count = list.count
    let empty = Sighting(status: .missing, isLink: false)
    return [Sighting](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: empty)
      initialized = count
      list.withUnsafeBufferPointer { list in
        let runs = DirectoryRuns.cut(list, paths)
        nonisolated(unsafe) let (list, table, sightings) = (list, paths, buffer)
        Parallel.forEach(runs.count, threads: count > 64 ? threads : 1) { index in
          _ = DirectoryRuns.look(at: runs[index], of: list, table) { path, status, isLink in
            sightings[path] = Sighting(status: status, isLink: isLink)
            return true
          }
        }
      }
    }
  }

  private static let filesBetweenLooks = 32

  /// Reads many paths, spread over the cores.
  ///
  /// `ignored`: a directory as a whole, without these names, and without what is left out.
  func read(
    _ list: [(path: [UInt8], ignored: IgnoredNames?)], leavingOut leftOut: Set<[UInt8]> = []
  ) -> [Reading] {
    guard !list.isEmpty else { return [] }
    let reader = IdentityReader(clock: clock, leavingOut: leftOut)
    let threads = list.count > 8 ? threads : 1
    return [Reading](unsafeUninitializedCapacity: list.count) { buffer, initialized in
      nonisolated(unsafe) let readings = buffer
      readings.initialize(repeating: .nothing(.missing))
      initialized = list.count
      Parallel.forEach(list.count, threads: threads, chunk: 4) { index in
        let (path, ignored) = list[index]
        if index % Self.filesBetweenLooks == 0 { _ = StopSignals.areThere }
        if StopSignals.seen != nil {
          readings[index] = .interrupted(path)
          return
        }
        readings[index] =
          ignored.map { reader.readDirectory(path, ignoring: $0) } ?? reader.readInput(path)
      }
    }
  }
}
