import Glibc

/// The variables that sched was started with, as bytes.
public struct Environment: Sendable {
  /// `NAME=VALUE` each, in the order of the process.
  public private(set) var entries: [[UInt8]]
  private var index: [[UInt8]: Int] = [:]

  public init(entries: [[UInt8]]) {
    self.entries = []
    for entry in entries { append(entry) }
  }

  /// Of this process.
  public static func current() -> Environment {
    var entries: [[UInt8]] = []
    var pointer = environ
    while let entry = pointer.pointee {
      entries.append(bytes(entry))
      pointer += 1
    }
    return Environment(entries: entries)
  }

  /// The value of a variable; nil if it is not set.
  public subscript(name: [UInt8]) -> [UInt8]? {
    guard let position = index[name] else { return nil }
    return Array(entries[position].dropFirst(name.count + 1))
  }

  public subscript(name: String) -> [UInt8]? { self[Array(name.utf8)] }

  /// Sets a variable, or takes it away.
  public mutating func set(_ name: [UInt8], to value: [UInt8]?) {
    if let position = index[name] {
      if let value {
        entries[position] = name + [UInt8(ascii: "=")] + value
      } else {
        entries.remove(at: position)
        rebuildIndex()
      }
    } else if let value {
      append(name + [UInt8(ascii: "=")] + value)
    }
  }

  private mutating func append(_ entry: [UInt8]) {
    let name = Self.name(of: entry)
    // The first of several is what getenv gives.
    guard index[name] == nil else { return }
    index[name] = entries.count
    entries.append(entry)
  }

  private mutating func rebuildIndex() {
    let old = entries
    entries = []
    index = [:]
    for entry in old { append(entry) }
  }

  private static func name(of entry: [UInt8]) -> [UInt8] {
    Array(entry.prefix { $0 != UInt8(ascii: "=") })
  }

  /// Sets a variable of this process itself: for what it replaces itself by, or for a library.
  public static func setOwn(_ name: String, _ value: String) { setenv(name, value, 1) }

  /// Takes variables of this process itself away.
  public static func removeOwn(where isUnwanted: (_ name: [UInt8]) -> Bool) {
    for entry in current().entries {
      let name = name(of: entry)
      if isUnwanted(name) { _ = withCString(name) { unsetenv($0) } }
    }
  }
}
