import SchedBase
import SchedSystem

/// What is in a directory, and its signature, which was taken before.
struct DirectoryReading: Sendable {
  var signature: Signature
  var isSettled: Bool
  var listing: DirectoryListing
  /// It may be there, and cannot be listed.
  var problem: SystemError?

  /// Reads the directory; nothing is in one that is not there.
  init(of path: [UInt8]) {
    signature = ((try? FileStatus.of(path, followingLinks: true)) ?? .missing).signature
    isSettled = Questions.isSettled(signature)
    do throws(SystemError) {
      listing = try DirectoryListing(of: path)
    } catch {
      listing = DirectoryListing()
      if !error.isMissing { problem = error }
    }
  }
}

/// Reads directories that lie beside each other before they are asked for, on a thread of its own.
///
/// A loop over directories with a `glob` in it asks for one after the other, and to read them is a good
/// part of a first evaluation. What was read and is not asked for is forgotten: a few dozen directories at
/// most.
final class DirectoriesAhead: @unchecked Sendable {
  /// So many are read and not asked for yet, at most.
  private static let most = 64
  /// So many may be asked for one after the other that were not read, while others were: it is no use then.
  private static let mostMisses = 4

  private let lock = Mutex()
  // Under the lock:
  private var ready: [[UInt8]: DirectoryReading] = [:]
  /// What the thread reads.
  private var current: [UInt8]?
  /// All directories in the parent, in their order; those from `position` on are still to be read.
  private var siblings: [[UInt8]] = []
  private var position = 0
  /// The one that was asked for last: what comes behind it is read.
  private var lastAsked: [UInt8]
  private var misses = 0
  /// Enough is read; until half of it was asked for, so that the thread is woken seldom.
  private var isPaused = false
  private var isStopping = false

  private let parent: [UInt8]
  private var thread: Thread?

  /// `directory` lies in `parent`, and was asked for just now.
  init(in parent: [UInt8], behind directory: [UInt8]) {
    self.parent = parent
    lastAsked = directory
    thread = Thread.start { [self] in work() }
  }

  /// What is in a directory, if it was read ahead, or is being read.
  ///
  /// Whoever asks for one that is being read reads another one meanwhile.
  func take(_ directory: [UInt8]) -> DirectoryReading? {
    while let other = lock.locked({ current == directory && !isPaused ? nextLocked() : nil }) {
      let reading = DirectoryReading(of: other)
      lock.locked { put(reading, of: other) }
    }
    let reading = lock.waiting(until: { current != directory }) { takeLocked(directory) }
    lock.wakeAll()
    return reading
  }

  private func takeLocked(_ directory: [UInt8]) -> DirectoryReading? {
    lastAsked = directory
    let reading = ready.removeValue(forKey: directory)
    if reading != nil {
      misses = 0
    } else if !ready.isEmpty {
      misses += 1
      ready = [:]
      isStopping = isStopping || misses > Self.mostMisses
    }
    if ready.count <= Self.most / 2 { isPaused = false }
    return reading
  }

  /// The next one to be read, behind what was asked for; nil at the end.
  private func nextLocked() -> [UInt8]? {
    while position < siblings.count, !lastAsked.precedes(siblings[position]) { position += 1 }
    guard position < siblings.count else { return nil }
    defer { position += 1 }
    return siblings[position]
  }

  private func put(_ reading: DirectoryReading, of directory: [UInt8]) {
    ready[directory] = reading
    isPaused = ready.count >= Self.most
  }

  /// Ends the thread, and forgets what it read.
  func stop() {
    lock.locked { isStopping = true }
    lock.wakeAll()
    thread?.join()
    thread = nil
  }

  // MARK: The thread

  private func work() {
    let siblings = list()
    lock.locked { self.siblings = siblings }
    while let next = lock.waiting(until: { !isPaused || isStopping }, { takeNext() }) {
      let reading = DirectoryReading(of: next)
      lock.locked {
        put(reading, of: next)
        current = nil
      }
      lock.wakeAll()
    }
  }

  private func takeNext() -> [UInt8]? {
    current = isStopping ? nil : nextLocked()
    return current
  }

  /// All directories in the parent, in their order.
  private func list() -> [[UInt8]] {
    guard let listing = try? DirectoryListing(of: parent) else { return [] }
    let slash = UInt8(ascii: "/")
    // As paths are written: nothing before those of the tree, one slash before those of the file system.
    let prefix =
      parent == [UInt8(ascii: ".")] ? [] : parent.last == slash ? parent : parent + [slash]
    return listing.indices.filter { listing[$0] == .directory }.map {
      prefix + listing.name(at: $0)
    }
  }
}
