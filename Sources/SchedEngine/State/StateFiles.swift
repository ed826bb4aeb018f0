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

  /// Graphs that were kept name paths by number.
  static func removeGraphs() throws(SystemError) {
    for entry in try Files.list(directory) where entry.name.starts(with: "graph-".utf8) {
      try Files.remove(directory + [UInt8(ascii: "/")] + entry.name)
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
    let file = try Descriptor.open(path, .create)
    if let error = bytes.withUnsafeBytes({ file.write($0) }).error {
      throw SystemError("write", path, code: error.code)
    }
    try file.sync()
  }
}
