import CSystem
import Glibc

/// Processes of a session that ended without ending them.
public enum LeftProcesses {
  /// Process ids of this user's processes, but this one, whose environment holds `entry`
  /// (`NAME=value`).
  ///
  /// Looks through /proc; processes that come and go meanwhile are passed over.
  public static func find(withEnvironment entry: [UInt8]) -> [Int32] {
    find(withEnvironment: [entry])
  }

  /// The same for several entries, all of which must be there, and one at least of others.
  public static func find(withEnvironment entries: [[UInt8]], andOneOf others: [[UInt8]] = [])
    -> [Int32]
  {
    let (entries, others) = (CStrings(entries), CStrings(others))
    var found = [Int32](repeating: 0, count: 64)
    while true {
      let count = Int(
        csys_find_processes(entries.list, others.list, &found, Int32(found.count)))
      if count <= found.count { return Array(found[..<count]) }
      found = Array(repeating: 0, count: 2 * count)
    }
  }

  /// Strings as C takes a list of them, as long as this lives.
  private final class CStrings {
    let list: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let strings: [UnsafeMutablePointer<CChar>?]

    init(_ texts: [[UInt8]]) {
      strings = texts.map { withCString($0) { strdup($0) } }
      list = .allocate(capacity: strings.count + 1)
      for (index, string) in strings.enumerated() {
        (list + index).initialize(to: string.map { UnsafePointer($0) })
      }
      (list + strings.count).initialize(to: nil)
    }

    deinit {
      for string in strings { free(string) }
      list.deallocate()
    }
  }

  /// The group of a process; -1: there is no such process.
  public static func group(of id: Int32) -> Int32 { getpgid(id) }

  public static func kill(_ id: Int32) { _ = Glibc.kill(id, SIGKILL) }

  /// Ends the processes with their groups: KILL, then waits until all are gone, at most `limit`
  /// nanoseconds.
  ///
  /// Returns whether they are.
  public static func end(_ ids: [Int32], limit: UInt64) -> Bool {
    for id in ids {
      let group = getpgid(id)
      if group > 0, group != getpgrp() { kill(-group) }
      kill(id)
    }
    let deadline = Clock.monotonic() + limit
    while Clock.monotonic() < deadline {
      if ids.allSatisfy(isGone) { return true }
      Clock.sleep(nanoseconds: 2_000_000)
    }
    return ids.allSatisfy(isGone)
  }

  /// A zombie runs nothing any more: it only waits for its parent.
  public static func isGone(_ id: Int32) -> Bool {
    if Glibc.kill(id, 0) != 0, errno == ESRCH { return true }
    guard let text = try? Files.read(Array("/proc/\(id)/stat".utf8)),
      let close = text.lastIndex(of: UInt8(ascii: ")")), close + 2 < text.count
    else { return true }
    return text[close + 2] == UInt8(ascii: "Z")
  }
}
