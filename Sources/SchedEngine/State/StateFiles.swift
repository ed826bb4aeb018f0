import SchedSystem

/// The names in `.sched`, relative to the project's root, which is the working directory.
enum StateFiles {
  static let directory = Array(".sched".utf8)
  static let lock = path("lock")
  static let current = path("current")
  static let logs = path("logs")
  static let clock = path("clock")
  static let ignore = path(".gitignore")

  static func snapshot(_ generation: UInt32) -> [UInt8] { path("state-\(generation)") }
  static func journal(_ generation: UInt32) -> [UInt8] { path("journal-\(generation)") }

  static func path(_ name: String) -> [UInt8] { directory + Array("/\(name)".utf8) }

  // MARK: The pointer

  /// Which generation is in force; nil: nothing says so.
  static func currentGeneration() throws(SystemError) -> UInt32? {
    do throws(SystemError) {
      let text = try Files.readOwn(current, limit: 4096)
      return UInt32(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    } catch {
      guard error.isMissing else { throw error }
      return nil
    }
  }

  /// Points to a generation whose files are on the disk.
  static func setCurrent(_ generation: UInt32) throws(SystemError) {
    try FileSeal.write(for: snapshot(generation))
    try replace(current, with: Array("\(generation)\n".utf8))
  }

  /// The highest generation of which there is a file; 0: there is none.
  static func lastGeneration() -> UInt32 {
    let names = (try? Files.list(directory)) ?? []
    return names.reduce(0) { last, entry in
      let words = entry.name.split(separator: UInt8(ascii: "-"), maxSplits: 1)
      guard words.count == 2,
        ["state", "journal"].contains(String(decoding: words[0], as: UTF8.self))
      else { return last }
      return max(last, UInt32(String(decoding: words[1], as: UTF8.self)) ?? 0)
    }
  }

  /// Writes a file that is there whole or not at all, and is on the disk when this returns.
  static func replace(_ path: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    let temporary = path + Array(".new".utf8)
    try write(temporary, bytes)
    try Files.rename(temporary, to: path)
    try Descriptor.open(directory, .directory).sync()
  }

  private static func write(_ path: [UInt8], _ bytes: [UInt8]) throws(SystemError) {
    let file = try Descriptor.openOwn(path, .create)
    if let error = bytes.withUnsafeBytes({ file.write($0) }).error {
      throw SystemError("write", path, code: error.code)
    }
    try file.sync()
  }
}
