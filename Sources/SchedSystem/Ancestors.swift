import Glibc

/// The processes that this one was started by: its parent, that one's parent, and so on.
public enum Ancestors {
  /// Their ids, the nearest first; without `/proc` only the parent's.
  public static func all() -> [Int32] {
    var found: [Int32] = []
    var next = getppid()
    // A parent that ends meanwhile may have its number given to another process: no loop is without an end.
    while next > 0, found.count < 1024, !found.contains(next) {
      found.append(next)
      guard let parent = parent(of: next) else { break }
      next = parent
    }
    return found
  }

  /// Whether a process was started with this in its environment (`NAME=VALUE`), as far as it may be read.
  public static func hasEnvironment(_ entry: [UInt8], _ id: Int32) -> Bool {
    guard let text = try? Files.read(Array("/proc/\(id)/environ".utf8)) else { return false }
    return text.split(separator: 0).contains { $0.elementsEqual(entry) }
  }

  /// The path of the program that a process runs, if it may be seen.
  public static func program(of id: Int32) -> [UInt8]? {
    try? Files.readLink(Array("/proc/\(id)/exe".utf8))
  }

  /// Where a process is, if it may be seen.
  public static func workingDirectory(of id: Int32) -> DirectoryIdentity? {
    DirectoryIdentity(of: Array("/proc/\(id)/cwd".utf8))
  }

  private static func parent(of id: Int32) -> Int32? {
    guard let text = try? Files.read(Array("/proc/\(id)/stat".utf8)),
      // The name before it may hold anything.
      let end = text.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let words = text[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard words.count > 1 else { return nil }
    return Int32(String(decoding: words[1], as: UTF8.self))
  }
}
