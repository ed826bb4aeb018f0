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
  /// Files of one directory that one thread looks at in a row: enough to pay for opening it.
  private static let run = 256

  init(paths: PathTable, clock: TrustClock, threads: Int = Host.usableCores()) {
    self.paths = paths
    self.clock = clock
    self.threads = threads
  }

  /// Looks at each path; the answers are in the order of `list`, which is sorted by directory.
  mutating func look(at list: inout [PathID]) -> [Sighting] {
    let paths = paths
    // Keys of directory and name sort without looking at the table again.
    var keys = list.map { UInt64(paths.parent(of: $0).raw) << 32 | UInt64($0.raw) }
    keys.sort()
    list = keys.map { PathID(raw: UInt32(truncatingIfNeeded: $0)) }
    let runs = Self.runs(of: keys)
    let count = list.count
    let empty = Sighting(status: .missing, isLink: false)
    let isLarge = count > 64
    return [Sighting](unsafeUninitializedCapacity: count) { buffer, initialized in
      nonisolated(unsafe) let sightings = buffer
      nonisolated(unsafe) let table = paths
      sightings.initialize(repeating: empty)
      initialized = count
      let ids = keys
      Parallel.forEach(runs.count, threads: isLarge ? threads : 1) { index in
        Self.look(runs[index], ids, table, sightings)
      }
    }
  }

  private static func runs(of keys: [UInt64]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    while start < keys.count {
      var end = start + 1
      while end < keys.count, end - start < run, keys[end] >> 32 == keys[start] >> 32 { end += 1 }
      runs.append(start..<end)
      start = end
    }
    return runs
  }

  private static func look(
    _ run: Range<Int>, _ keys: [UInt64], _ paths: PathTable,
    _ sightings: UnsafeMutableBufferPointer<Sighting>
  ) {
    let parent = PathID(raw: UInt32(keys[run.lowerBound] >> 32))
    guard let directory = try? Descriptor.open(paths.text(of: parent), .directory) else { return }
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { name in
      for index in run {
        let path = PathID(raw: UInt32(truncatingIfNeeded: keys[index]))
        let fits = paths.withName(of: path) { bytes -> Bool in
          guard bytes.count < name.count else { return false }
          UnsafeMutableRawBufferPointer(name).copyMemory(from: bytes)
          name[bytes.count] = 0
          return true
        }
        guard fits, let start = name.baseAddress else { continue }
        var status = FileStatus.of(name: start, in: directory, followingLinks: false)
        let isLink = status.kind == .link
        if isLink { status = FileStatus.of(name: start, in: directory, followingLinks: true) }
        sightings[index] = Sighting(status: status, isLink: isLink)
      }
    }
  }

  /// Reads many paths, spread over the cores.
  ///
  /// `isDirectory`: as a whole.
  func read(_ list: [(path: [UInt8], isDirectory: Bool)]) -> [Reading] {
    guard !list.isEmpty else { return [] }
    let reader = IdentityReader(clock: clock)
    let threads = list.count > 8 ? threads : 1
    return [Reading](unsafeUninitializedCapacity: list.count) { buffer, initialized in
      nonisolated(unsafe) let readings = buffer
      readings.initialize(repeating: .nothing(.missing))
      initialized = list.count
      Parallel.forEach(list.count, threads: threads, chunk: 4) { index in
        let (path, isDirectory) = list[index]
        readings[index] = isDirectory ? reader.readDirectory(path) : reader.readInput(path)
      }
    }
  }
}
