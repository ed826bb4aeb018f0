import CSystem
import Glibc

// How many descriptors and processes there may be.
extension Host {
  /// nil: without limit.
  public static func mostDescriptors() -> Int? {
    let limit = csys_most_descriptors()
    return limit < 0 ? nil : Int(limit)
  }

  /// How many this process has.
  public static func openDescriptors() -> Int {
    (try? Files.list(Array("/proc/self/fd".utf8)))?.count ?? 0
  }

  /// Threads that read files side by side: a core each, and where descriptors are few, fewer.
  public static func usableThreads() -> Int {
    guard let most = mostDescriptors() else { return usableCores() }
    return max(1, min(usableCores(), (most - descriptorsBesideThreads) / descriptorsOfThread))
  }

  private static let descriptorsBesideThreads = 20
  /// A directory in a directory, and a file in it.
  private static let descriptorsOfThread = 4

  /// What limits the number of processes.
  public struct ProcessLimit: Sendable {
    public var count: Int
    /// As the user knows it.
    public var name: String
  }

  /// How many more processes there may be; nil: nothing limits that.
  public static func freeProcesses() -> (free: Int, limit: ProcessLimit)? {
    let found = [userLimit()].compactMap { $0 } + controlGroups().compactMap(limit(inGroup:))
    return found.min { $0.free < $1.free }
  }

  private static func limit(inGroup directory: String) -> (free: Int, limit: ProcessLimit)? {
    guard let most = number(in: directory + "/pids.max"),
      let now = number(in: directory + "/pids.current")
    else { return nil }
    return (most - now, ProcessLimit(count: most, name: "pids.max"))
  }

  private static func userLimit() -> (free: Int, limit: ProcessLimit)? {
    let most = Int(csys_most_processes())
    // Counting takes milliseconds, and a limit like that is not reached by recipes.
    guard most >= 0, most < manyProcesses, !isExempt else { return nil }
    return (most - threadsOfUser(), ProcessLimit(count: most, name: "ulimit -u"))
  }

  private static let manyProcesses = 8192

  /// The limit is not the machine's own root's.
  private static var isExempt: Bool {
    getuid() == 0 && words(of: "/proc/self/uid_map")?.prefix(2) == ["0", "0"]
  }

  /// The system counts threads, and so is each process one at least.
  private static func threadsOfUser() -> Int {
    var count = 0
    for item in (try? Files.list(Array("/proc".utf8))) ?? [] {
      let directory = Array("/proc/".utf8) + item.name
      guard item.name.first.map({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) ?? false
      else { continue }
      var raw = stat()
      guard withCString(directory, { stat($0, &raw) }) == 0, raw.st_uid == getuid() else {
        continue
      }
      let words = words(of: String(decoding: directory, as: UTF8.self) + "/status") ?? []
      let position = words.firstIndex(of: "Threads:").map { $0 + 1 }
      count += position.flatMap { $0 < words.count ? Int(words[$0]) : nil } ?? 1
    }
    return count
  }
}
