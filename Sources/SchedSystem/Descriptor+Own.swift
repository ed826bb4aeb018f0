import Glibc

// The files of a directory that is sched's own (`.sched`): a link there leads to what is not sched's, so none is
// ever followed, and nothing is written into a file that has another name elsewhere.
extension Descriptor {
  /// Opens a file of sched's own: an error if something else lies there.
  ///
  /// `create` makes it anew; what was there is not written to but removed.
  public static func openOwn(_ path: [UInt8], _ mode: Mode) throws(SystemError) -> Descriptor {
    let flags: Int32 =
      switch mode {
      case .read: O_RDONLY
      case .update: O_RDWR | O_CREAT
      case .append: O_WRONLY | O_CREAT | O_APPEND
      case .create, .createNew: O_WRONLY | O_CREAT | O_EXCL
      case .directory: O_RDONLY | O_DIRECTORY
      }
    if mode == .create { try Files.remove(path) }
    let raw = withCString(path) {
      Glibc.open($0, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o666)
    }
    guard raw >= 0 else { throw whyNotOpened(path, mode, code: errno) }
    let file = Descriptor(taking: raw)
    guard mode != .directory else { return file }
    var info = stat()
    guard fstat(raw, &info) == 0 else { throw SystemError.last("look at", path) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw SystemError("open", path, code: EINVAL, because: "it is not a regular file")
    }
    guard mode == .read || info.st_nlink <= 1 else {
      throw SystemError(
        "open", path, code: EMLINK,
        because: "it has another name elsewhere (a hard link), and sched does not write there")
    }
    return file
  }

  private static func whyNotOpened(_ path: [UInt8], _ mode: Mode, code: Int32) -> SystemError {
    switch code {
    case ELOOP:
      SystemError(
        "open", path, code: code, because: "it is a symbolic link, which sched does not follow here"
      )
    case ENOTDIR where mode == .directory:
      SystemError("open", path, code: code, because: "it is not a directory")
    case ENXIO: SystemError("open", path, code: code, because: "it is not a regular file")
    default: SystemError(mode == .read ? "read" : "open", path, code: code)
    }
  }
}

extension Files {
  /// The content of a file of sched's own; an error if it is longer than `limit`.
  public static func readOwn(_ path: [UInt8], limit: Int) throws(SystemError) -> [UInt8] {
    do throws(SystemError) {
      let file = try Descriptor.openOwn(path, .read)
      let size = try file.ownStatus().signature.size
      guard size <= UInt64(limit) else { throw SystemError("read", path, code: EFBIG) }
      return try file.readToEnd(sizeHint: Int(size))
    } catch {
      throw SystemError("read", path, code: error.code, because: error.explanation)
    }
  }

  /// Writes a file of sched's own anew.
  public static func writeOwn(_ bytes: [UInt8], to path: [UInt8]) throws(SystemError) {
    let file = try Descriptor.openOwn(path, .create)
    let (_, error) = bytes.withUnsafeBytes { file.write($0) }
    if let error { throw SystemError("write", path, code: error.code) }
  }

  /// Makes a directory of sched's own below `base`, which is there, and those between them.
  ///
  /// A link in the place of one of them is an error.
  public static func makeOwnDirectories(_ path: [UInt8], below base: [UInt8]) throws(SystemError) {
    var end = base.count
    while end < path.count {
      end = path[(end + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
      let directory = Array(path[..<end])
      if withCString(directory, { mkdir($0, 0o777) }) == 0 { continue }
      let code = errno
      let kind = try FileStatus.of(directory, followingLinks: false).kind
      if code == EEXIST, kind == .directory { continue }
      throw SystemError(
        "make directory", directory, code: code,
        because: kind == .link ? "it is a symbolic link, which sched does not follow here" : nil)
    }
  }
}
