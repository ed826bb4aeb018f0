import Glibc
import SchedBase

/// Files by path: what the system says, in our words.
///
/// Paths are bytes.
public enum Files {
  /// What people and compilers write as text is smaller than this.
  public static let longestText: UInt64 = 1 << 30

  /// The whole content of a regular file.
  ///
  /// A pipe, a device, or one that is longer than `limit` is an error before memory is full.
  public static func read(_ path: [UInt8], limit: UInt64 = longestText) throws(SystemError)
    -> [UInt8]
  {
    do throws(SystemError) {
      let file = try Descriptor.open(path, .read)
      let status = try file.ownStatus()
      switch status.kind {
      case .regular: break
      case .directory: throw SystemError("read", path, code: EISDIR)
      default:
        throw SystemError("read", path, code: EINVAL, because: "it is a pipe, a socket or a device")
      }
      guard status.signature.size <= limit else { throw SystemError.tooLong(path) }
      return try file.readToEnd(sizeHint: Int(status.signature.size), limit: limit)
    } catch {
      throw SystemError("read", path, code: error.code, because: error.explanation)
    }
  }

  /// Writes a file whole.
  ///
  /// Not atomic; see `replace`.
  public static func write(_ bytes: [UInt8], to path: [UInt8]) throws(SystemError) {
    let file = try Descriptor.open(path, .create)
    let (_, error) = bytes.withUnsafeBytes { file.write($0) }
    if let error { throw SystemError("write", path, code: error.code) }
  }

  public static func rename(_ from: [UInt8], to: [UInt8]) throws(SystemError) {
    let result = withCString(from) { from in withCString(to) { Glibc.rename(from, $0) } }
    guard result == 0 else { throw SystemError.last("rename", from) }
  }

  /// Removes a file or link.
  ///
  /// One that is not there is no error.
  public static func remove(_ path: [UInt8]) throws(SystemError) {
    guard withCString(path, { unlink($0) }) != 0, errno != ENOENT, errno != ENOTDIR else { return }
    throw SystemError.last("remove", path)
  }

  public static func removeDirectory(_ path: [UInt8]) throws(SystemError) {
    guard withCString(path, { rmdir($0) }) != 0 else { return }
    throw SystemError.last("remove", path)
  }

  /// Makes a directory and those above it.
  ///
  /// One that is there is no error.
  public static func makeDirectories(_ path: [UInt8]) throws(SystemError) {
    // Most are there: asking takes no lock on the directory above.
    if path.isEmpty || isDirectory(path) || makeDirectory(path) { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else {
      throw SystemError("make directory", path, code: errno == 0 ? ENOTDIR : errno)
    }
    try makeDirectories(Array(path[..<slash]))
    guard makeDirectory(path) else {
      throw SystemError.last("make directory", path)
    }
  }

  /// Whether it was made, or somebody else did it first; the cause is in `errno`.
  private static func makeDirectory(_ path: [UInt8]) -> Bool {
    if withCString(path, { mkdir($0, 0o777) }) == 0 { return true }
    let code = errno
    defer { errno = code }
    return code == EEXIST && isDirectory(path)
  }

  private static func isDirectory(_ path: [UInt8]) -> Bool {
    (try? FileStatus.of(path, followingLinks: true))?.kind == .directory
  }

  /// The text of a symbolic link.
  public static func readLink(_ path: [UInt8]) throws(SystemError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = withCString(path) { name in
      buffer.withUnsafeMutableBytes {
        readlink(name, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
    }
    guard count >= 0 else { throw SystemError.last("read", path) }
    return Array(buffer[..<count])
  }

  public static func makeLink(_ path: [UInt8], to text: [UInt8]) throws(SystemError) {
    let result = withCString(text) { text in withCString(path) { symlink(text, $0) } }
    guard result == 0 else { throw SystemError.last("make link", path) }
  }

  public struct Entry: Hashable, Sendable {
    public var name: [UInt8]
    public var kind: FileStatus.Kind
  }

  /// What is in a directory, without `.` and `..`, sorted by the bytes of the names.
  public static func list(_ path: [UInt8]) throws(SystemError) -> [Entry] {
    let listing = try DirectoryListing(of: path)
    return listing.indices.map { Entry(name: Array(listing.name(at: $0)), kind: listing[$0]) }
  }

  /// The working directory.
  public static func currentDirectory() throws(SystemError) -> [UInt8] {
    guard let text = getcwd(nil, 0) else { throw SystemError.last("find", Array(".".utf8)) }
    defer { free(text) }
    return bytes(text)
  }

  public static func changeDirectory(_ path: [UInt8]) throws(SystemError) {
    guard withCString(path, { chdir($0) }) == 0 else { throw SystemError.last("change to", path) }
  }

  /// The absolute path without links; nil where it leads nowhere.
  public static func realPath(_ path: [UInt8]) -> [UInt8]? {
    guard let text = withCString(path, { realpath($0, nil) }) else { return nil }
    defer { free(text) }
    return bytes(text)
  }

  /// The same of what may not be there yet: links are followed as far as they are there.
  public static func realPathToBe(_ path: [UInt8]) -> [UInt8]? {
    let slash = UInt8(ascii: "/")
    var existing = path
    var rest: [UInt8] = []
    var links = 0
    while true {
      if let real = realPath(existing) { return (real == [slash] ? [] : real) + rest }
      while existing.count > 1, existing.last == slash { existing.removeLast() }
      let end = existing.lastIndex(of: slash)
      let name = existing[(end.map { $0 + 1 } ?? 0)...]
      let directory = end.map { $0 == 0 ? [slash] : Array(existing[..<$0]) } ?? [UInt8(ascii: ".")]
      if let text = try? readLink(existing) {
        links += 1
        // As the system does, where links lead in a circle.
        guard links <= 40 else { return nil }
        existing = text.first == slash ? text : directory + [slash] + text
      } else {
        guard !name.isEmpty, !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) else {
          return nil
        }
        rest = [slash] + name + rest
        existing = directory
      }
    }
  }

  /// Why this process may not read what is at `path`; nil where it may.
  public static func reasonNotToRead(_ path: [UInt8]) -> SystemError? {
    let result = withCString(path) { faccessat(AT_FDCWD, $0, R_OK, AT_EACCESS) }
    return result == 0 ? nil : SystemError.last("read", path)
  }

  public static func isExecutable(_ path: [UInt8]) -> Bool {
    withCString(path) { access($0, X_OK) } == 0
  }
}

/// The bytes of a C string.
func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
  Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
}
