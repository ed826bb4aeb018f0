import CSystem
import Glibc

extension Files {
  /// Moves a file or directory to a name that is free, within one file system.
  ///
  /// Throws an error that `exists` if the name is taken, and one that `needsCopy` where only a copy
  /// gets there. A directory that its owner may not write to is moved as well.
  public static func moveToNew(_ from: [UInt8], _ to: [UInt8]) throws(SystemError) {
    do throws(SystemError) {
      return try renameToNew(from, to)
    } catch {
      // Its `..` changes, for which its owner must be able to write to it.
      guard error.code == EACCES, let mode = addOwnersRights(to: from) else { throw error }
      do throws(SystemError) {
        try renameToNew(from, to)
      } catch {
        _ = withCString(from) { chmod($0, mode) }
        throw error
      }
      _ = withCString(to) { chmod($0, mode) }
    }
  }

  private static func renameToNew(_ from: [UInt8], _ to: [UInt8]) throws(SystemError) {
    let result = withCString(from) { from in withCString(to) { csys_rename_to_new(from, $0) } }
    if result == 0 { return }
    guard errno == EINVAL || errno == ENOSYS else {
      throw SystemError("move", from, code: errno)
    }
    // A file system without that call, as NFS: a second link fails where the name is taken.
    if withCString(from, { from in withCString(to) { Glibc.link(from, $0) } }) == 0 {
      return try remove(from)
    }
    if errno == EEXIST { throw SystemError("move", from, code: EEXIST) }
    // Directories have no second link, and some file systems none at all.
    guard try FileStatus.of(to, followingLinks: false).kind == .missing else {
      throw SystemError("move", from, code: EEXIST)
    }
    do throws(SystemError) {
      try rename(from, to: to)
    } catch {
      throw SystemError("move", from, code: error.code)
    }
  }

  // MARK: Copies

  /// Copies a file, a link, or a directory with all below it, to a name that is free; on the disk
  /// when this returns.
  ///
  /// What was copied before an error is removed. What is neither is an error, and so is a signal that
  /// asks to stop.
  public static func copyToNew(_ from: [UInt8], _ to: [UInt8]) throws(SystemError) {
    do throws(SystemError) {
      try copyTree(from, to)
    } catch {
      if error.code != EEXIST {
        if (try? FileStatus.of(to, followingLinks: false))?.kind == .directory {
          try? removeTree(to)
        } else {
          try? remove(to)
        }
      }
      throw error
    }
  }

  private static func copyTree(_ from: [UInt8], _ to: [UInt8]) throws(SystemError) {
    var pending = [(from, to)]
    var directories: [(stat, [UInt8])] = []
    var count = 0
    while let (from, to) = pending.popLast() {
      count += 1
      if count % namesBetweenLooks == 0 { try stopIfAsked("copy", from) }
      var info = stat()
      guard withCString(from, { lstat($0, &info) }) == 0 else {
        throw SystemError.last("look at", from)
      }
      switch info.st_mode & S_IFMT {
      case S_IFREG: try copyFile(from, to, info)
      case S_IFLNK: try makeLink(to, to: readLink(from))
      case S_IFDIR:
        guard withCString(to, { mkdir($0, 0o700) }) == 0 else {
          throw SystemError.last("make directory", to)
        }
        directories.append((info, to))
        for entry in try list(from) {
          let slash = [UInt8(ascii: "/")]
          pending.append((from + slash + entry.name, to + slash + entry.name))
        }
      default: throw SystemError("copy", from, code: ENOTSUP)
      }
    }
    // Those above come first, and must be writable until what is below them is done.
    for (info, directory) in directories.reversed() {
      _ = withCString(directory) { chmod($0, info.st_mode & 0o7777) }
      setTimes(of: directory, info)
      try? Descriptor.open(directory, .directory).sync()
    }
  }

  private static func copyFile(_ from: [UInt8], _ to: [UInt8], _ info: stat) throws(SystemError) {
    let source = try Descriptor.open(from, .read)
    let copy = try Descriptor.open(to, .createNew)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var unsynced = 0
    while true {
      try stopIfAsked("copy", from)
      let count: Int
      do throws(SystemError) {
        count = try source.read(into: buffer)
      } catch {
        throw SystemError("read", from, code: error.code)
      }
      if count == 0 { break }
      if let error = copy.write(UnsafeRawBufferPointer(rebasing: buffer[..<count])).error {
        throw SystemError("write", to, code: error.code)
      }
      unsynced += count
      // Nothing ends a long sync, and the last one is short so.
      if unsynced >= longestSync {
        try copy.syncData()
        unsynced = 0
      }
    }
    fchmod(copy.raw, info.st_mode & 0o7777)
    try copy.sync()
    setTimes(of: to, info)
  }

  private static let namesBetweenLooks = 64
  /// Bytes that any disk takes within a fraction of a second.
  private static let longestSync = 32 << 20

  private static func stopIfAsked(_ operation: String, _ path: [UInt8]) throws(SystemError) {
    if StopSignals.areThere { throw StopSignals.interruption(operation, path) }
  }

  private static func setTimes(of path: [UInt8], _ info: stat) {
    let times = [info.st_atim, info.st_mtim]
    _ = withCString(path) { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
  }

  /// The bytes of all files of a tree, or of a file.
  public static func size(ofTree path: [UInt8]) throws(SystemError) -> UInt64 {
    var pending = [path]
    var sum: UInt64 = 0
    var count = 0
    while let path = pending.popLast() {
      count += 1
      if count % namesBetweenLooks == 0 { try stopIfAsked("read", path) }
      let status = try FileStatus.of(path, followingLinks: false)
      switch status.kind {
      case .regular: sum = sum &+ status.signature.size
      case .directory:
        for entry in try list(path) { pending.append(path + [UInt8(ascii: "/")] + entry.name) }
      case .missing, .link, .other, .unreachable: break
      }
    }
    return sum
  }
}
