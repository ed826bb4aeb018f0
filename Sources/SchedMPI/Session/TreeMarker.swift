import SchedBase
import SchedSystem

/// A file of random bytes in `.sched`: a rank that reads the same bytes sees the same tree.
enum TreeMarker {
  private static let directory = Array(".sched".utf8)
  static let path = directory + Array("/ranks".utf8)

  /// Written by the coordinator, in the project's root.
  static func write() throws(SystemError) -> [UInt8] {
    let content = Host.randomHexadecimal()
    try Files.makeDirectories(directory)
    try Files.writeOwn(content, to: path)
    return content
  }

  static func remove() { try? Files.remove(path) }

  /// Whether this rank reads `content`.
  ///
  /// A file system may show a new file late: it is opened again for a while, with the directory, so
  /// that what is remembered of it is renewed.
  static func isVisible(_ path: [UInt8], content: [UInt8], timeLimit: UInt64 = 10_000_000_000)
    -> Bool
  {
    let end = Clock.monotonic() + timeLimit
    var pause: UInt64 = 1_000_000
    while true {
      if (try? Files.read(path)) == content { return true }
      if Clock.monotonic() >= end { return false }
      _ = try? Files.list(directory)
      Clock.sleep(nanoseconds: pause)
      pause = min(pause * 2, 500_000_000)
    }
  }
}
