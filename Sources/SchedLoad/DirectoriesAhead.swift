import SchedBase
import SchedSystem

/// What is in a directory, and its signature, which was taken before.
struct DirectoryReading: Sendable {
  var signature: Signature
  var isSettled: Bool
  var listing: DirectoryListing

  /// Reads the directory; nothing is in one that is not there.
  init(of path: [UInt8]) {
    signature = ((try? FileStatus.of(path, followingLinks: true)) ?? .missing).signature
    isSettled = Questions.isSettled(signature)
    listing = (try? DirectoryListing(of: path)) ?? DirectoryListing()
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
  /// So many may be asked for in another order before it is no use.
  private static let mostMisses = 4

  private let lock = Mutex()
  // Under the lock:
  private var ready: [[UInt8]: DirectoryReading] = [:]
  /// What is being read.
  private var current: [UInt8]?
  /// The one that was asked for last: what comes behind it is read.
  private var lastAsked: [UInt8]
  private var misses = 0
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
  func take(_ directory: [UInt8]) -> DirectoryReading? {
    let reading = lock.waiting(until: { current != directory }) { () -> DirectoryReading? in
      let reading = ready.removeValue(forKey: directory)
      lastAsked = directory
      if reading == nil {
        misses += 1
        ready = [:]
        isStopping = isStopping || misses > Self.mostMisses
      }
      // Few wakings: when there is room again for many.
      if ready.count <= Self.most / 2 { isPaused = false }
      return reading
    }
    lock.wakeAll()
    return reading
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
    let siblings = siblings()
    var position = 0
    while true {
      let next = lock.waiting(until: { !isPaused || isStopping }) { () -> [UInt8]? in
        if isStopping { return nil }
        while position < siblings.count, !lastAsked.precedes(siblings[position]) { position += 1 }
        guard position < siblings.count else { return nil }
        current = siblings[position]
        return current
      }
      guard let next else { return }
      position += 1
      let reading = DirectoryReading(of: next)
      lock.locked {
        ready[next] = reading
        current = nil
        isPaused = ready.count >= Self.most
      }
      lock.wakeAll()
    }
  }

  /// All directories in the parent, in their order.
  private func siblings() -> [[UInt8]] {
    guard let listing = try? DirectoryListing(of: parent) else { return [] }
    let prefix = parent == [UInt8(ascii: ".")] ? [] : parent + [UInt8(ascii: "/")]
    return listing.indices.filter { listing[$0] == .directory }.map {
      prefix + listing.name(at: $0)
    }
  }
}
