import Glibc
import SchedBase

/// What lies at a path.
public struct FileStatus: Hashable, Sendable {
  public enum Kind: UInt8, Sendable {
    /// Nothing is there: ENOENT or ENOTDIR, and no other reason.
    case missing
    case regular, directory, link, other
    /// The system does not say what is there: no permission, a loop of links, a name that is too long.
    case unreachable
  }

  public var kind: Kind
  /// Of one that is unreachable: the system's errno.
  public var code: Int32 = 0
  public var signature: Signature
  /// The number of its device; mounts change it, so it is never kept.
  public var device: UInt64

  public static let missing = FileStatus(kind: .missing, signature: .none, device: 0)

  init(kind: Kind, signature: Signature, device: UInt64) {
    self.kind = kind
    self.signature = signature
    self.device = device
  }

  /// From the errno of a call that failed.
  static func failed() -> FileStatus {
    let code = errno
    if code == ENOENT || code == ENOTDIR { return .missing }
    var status = FileStatus(kind: .unreachable, signature: .none, device: 0)
    status.code = code
    return status
  }

  /// `isHere`: what file system it is on does not matter.
  @inline(__always)
  init(_ raw: stat, isHere: Bool = false) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    device = UInt64(raw.st_dev)
    signature = Signature(
      size: UInt64(clamping: raw.st_size), modified: nanoseconds(raw.st_mtim),
      changed: nanoseconds(raw.st_ctim), inode: UInt64(raw.st_ino),
      isExecutable: raw.st_mode & S_IXUSR != 0 && kind == .regular)
    if device != homeDevice, !isHere { signature.setPlace(FilePlace.number(of: device)) }
  }

  /// What lies at `path`; without links, what lies where it points to.
  ///
  /// A path that cannot be reached is missing.
  public static func of(_ path: [UInt8], followingLinks: Bool) throws(SystemError) -> FileStatus {
    var raw = stat()
    let result = withCString(path) { followingLinks ? stat($0, &raw) : lstat($0, &raw) }
    if result == 0 { return FileStatus(raw) }
    let error = SystemError.last("look at", path)
    if error.isMissing { return .missing }
    throw error
  }

  /// What lies at `path` that is no file, directory or link, in words: `a pipe`.
  public static func noun(of path: [UInt8]) -> String {
    var raw = stat()
    guard withCString(path, { stat($0, &raw) }) == 0 else { return "something else" }
    return switch raw.st_mode & S_IFMT {
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  /// The same of sched's own files and program, whatever file system they are on.
  public static func ofOwn(_ path: [UInt8]) throws(SystemError) -> FileStatus {
    var raw = stat()
    guard withCString(path, { stat($0, &raw) }) == 0 else {
      throw SystemError.last("look at", path)
    }
    return FileStatus(raw, isHere: true)
  }

  /// What lies at `path`, which is null-terminated.
  ///
  /// No allocation.
  @inline(__always)
  public static func of(_ path: UnsafePointer<CChar>, followingLinks: Bool) -> FileStatus {
    var raw = stat()
    guard (followingLinks ? stat(path, &raw) : lstat(path, &raw)) == 0 else { return failed() }
    return FileStatus(raw)
  }

  /// What lies at `name`, a null-terminated name in an open directory.
  ///
  /// No allocation.
  @inline(__always)
  public static func of(
    name: UnsafePointer<CChar>, in directory: borrowing Descriptor, followingLinks: Bool
  ) -> FileStatus {
    var raw = stat()
    let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
    guard fstatat(directory.raw, name, &raw, flags) == 0 else { return failed() }
    return FileStatus(raw)
  }
}

/// Lends a path as C reads it.
///
/// A path with a NUL inside cannot exist and never gets here: the loader refuses it.
func withCString<R>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> R) -> R {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 1) { buffer in
    path.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
    buffer[path.count] = 0
    return body(UnsafePointer(buffer.baseAddress!))
  }
}

/// Nanoseconds since 1970, of a time before 1678 or after 2261 the first or last that there is.
@inline(__always)
func nanoseconds(_ time: timespec) -> Int64 {
  Int64(time.tv_sec).multipliedClamped(by: 1_000_000_000).addingClamped(Int64(time.tv_nsec))
}
