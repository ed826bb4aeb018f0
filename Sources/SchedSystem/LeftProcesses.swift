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

  /// The same for several entries, all of which must be there.
  public static func find(withEnvironment entries: [[UInt8]]) -> [Int32] {
    let own = getpid()
    var found: [Int32] = []
    for item in (try? Files.list(Array("/proc".utf8))) ?? [] {
      guard let id = Int32(String(decoding: item.name, as: UTF8.self)), id != own else { continue }
      let directory = Array("/proc/\(id)".utf8)
      var raw = stat()
      guard withCString(directory, { stat($0, &raw) }) == 0, raw.st_uid == geteuid(),
        let text = try? Files.read(directory + Array("/environ".utf8)),
        holds(text.split(separator: 0), entries)
      else { continue }
      found.append(id)
    }
    return found
  }

  private static func holds(_ environment: [ArraySlice<UInt8>], _ entries: [[UInt8]]) -> Bool {
    entries.allSatisfy { entry in environment.contains { $0.elementsEqual(entry) } }
  }

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
