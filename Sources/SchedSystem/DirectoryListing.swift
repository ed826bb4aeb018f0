import Glibc
import SchedBase

/// The names in a directory and the kinds of what they name, without `.` and `..`, sorted by the bytes of
/// the names; all names in one buffer.
public struct DirectoryListing: RandomAccessCollection, Sendable {
  private struct Row {
    /// The first eight bytes of the name, zeros behind a shorter one: mostly these tell the order.
    var key: UInt64
    var start: UInt32
    var end: UInt32
    var kind: FileStatus.Kind
  }

  private var names: [UInt8] = []
  private var rows: [Row] = []

  /// An empty one, as of a directory that is not there.
  public init() {}

  /// O(n log n), one pass over the directory.
  ///
  /// A signal that asks to stop is an error, unless the list `mustBeWhole`.
  public init(of path: [UInt8], mustBeWhole: Bool = false) throws(SystemError) {
    guard let stream = withCString(path, { opendir($0) }) else {
      throw SystemError.last("list", path)
    }
    defer { closedir(stream) }
    while let item = Self.next(in: stream) {
      if rows.count % Self.namesBetweenLooks == Self.namesBetweenLooks - 1, !mustBeWhole,
        StopSignals.areThere
      {
        throw StopSignals.interruption("list", path)
      }
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      let start = UnsafeRawPointer(item) + offset
      let name = UnsafeRawBufferPointer(
        start: start, count: strlen(start.assumingMemoryBound(to: CChar.self)))
      if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
      rows.append(
        Row(
          key: Self.key(of: name), start: UInt32(names.count),
          end: UInt32(names.count + name.count),
          kind: Self.kind(item.pointee.d_type, name, in: path)))
      names.append(contentsOf: name)
    }
    // At the end it is as it was before the call.
    if errno != 0 { throw SystemError.last("list", path) }
    names.withUnsafeBytes { names in
      rows.sort {
        $0.key != $1.key
          ? $0.key < $1.key
          : precede(
            UnsafeRawBufferPointer(rebasing: names[Int($0.start)..<Int($0.end)]),
            UnsafeRawBufferPointer(rebasing: names[Int($1.start)..<Int($1.end)]))
      }
    }
  }

  private static func next(in stream: OpaquePointer) -> UnsafeMutablePointer<dirent>? {
    errno = 0
    return readdir(stream)
  }

  /// So many names take well below a second, also over a network.
  private static let namesBetweenLooks = 4096

  private static func key(of name: UnsafeRawBufferPointer) -> UInt64 {
    var key: UInt64 = 0
    for byte in name.prefix(8) { key = key << 8 | UInt64(byte) }
    return key << UInt64(8 * Swift.max(0, 8 - name.count))
  }

  private static func kind(
    _ type: UInt8, _ name: UnsafeRawBufferPointer, in directory: [UInt8]
  ) -> FileStatus.Kind {
    switch Int(type) {
    case Int(DT_REG): return .regular
    case Int(DT_DIR): return .directory
    case Int(DT_LNK): return .link
    case Int(DT_UNKNOWN):
      let path = directory + [UInt8(ascii: "/")] + name
      return (try? FileStatus.of(path, followingLinks: false))?.kind ?? .unreachable
    default: return .other
    }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { rows.count }

  /// The kind of what the name at that place names; of a link, that it is one.
  public subscript(index: Int) -> FileStatus.Kind { rows[index].kind }

  public func name(at index: Int) -> ArraySlice<UInt8> {
    names[Int(rows[index].start)..<Int(rows[index].end)]
  }

  public func contains(_ name: ArraySlice<UInt8>) -> Bool {
    name.withUnsafeBytes { contains($0) }
  }

  /// Whether there is something of that name.
  ///
  /// O(log n).
  public func contains(_ name: UnsafeRawBufferPointer) -> Bool {
    names.withUnsafeBytes { names in
      var range = rows.indices
      while !range.isEmpty {
        let middle = range.lowerBound + range.count / 2
        let row = rows[middle]
        let other = UnsafeRawBufferPointer(rebasing: names[Int(row.start)..<Int(row.end)])
        if precede(other, name) {
          range = middle + 1..<range.upperBound
        } else if precede(name, other) {
          range = range.lowerBound..<middle
        } else {
          return true
        }
      }
      return false
    }
  }
}
