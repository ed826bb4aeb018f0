import CSystem
import Glibc

extension Files {
  /// Removes a directory and all below it, also where its owner took the right to write from
  /// himself, as module trees are left.
  ///
  /// Links in it are removed, never followed, and what is mounted below it is an error. If the
  /// directory is itself a mount point it stays, empty. After a signal that asks to stop it goes on for
  /// a moment, in which most trees are gone: what is left of one would be taken for somebody's.
  public static func removeTree(_ path: [UInt8]) throws(SystemError) {
    var pending = [path]
    var emptied: [[UInt8]] = []
    var count = 0
    var end: UInt64?
    while let directory = pending.popLast() {
      if directory != path, isMountPoint(directory) {
        throw SystemError("remove", directory, code: EBUSY)
      }
      emptied.append(directory)
      let entries = try withRights(to: directory) { () throws(SystemError) in
        try DirectoryListing(of: directory, mustBeWhole: true)
      }
      for index in entries.indices {
        count += 1
        if count % 1024 == 0, StopSignals.areThere {
          let now = Clock.monotonic()
          end = end ?? now + longestEnd
          if now >= end! { throw StopSignals.interruption("remove", path) }
        }
        let inner = directory + [UInt8(ascii: "/")] + entries.name(at: index)
        if entries[index] == .directory {
          pending.append(inner)
        } else {
          try withRights(to: directory) { () throws(SystemError) in try remove(inner) }
        }
      }
    }
    // Parents stand before what is below them.
    for directory in emptied.dropFirst().reversed() {
      let parent = Array(directory[..<directory.lastIndex(of: UInt8(ascii: "/"))!])
      try withRights(to: parent) { () throws(SystemError) in try removeDirectory(directory) }
    }
    do throws(SystemError) {
      try removeDirectory(path)
    } catch {
      guard error.code == EBUSY, isMountPoint(path) else { throw error }
    }
  }

  /// Why this process cannot remove what is at `path`, as far as that can be told before; nil where it can.
  public static func reasonNotToRemove(_ path: [UInt8], isDirectory: Bool) -> SystemError? {
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    let parent = slash.map { $0 == 0 ? [UInt8(ascii: "/")] : Array(path[..<$0]) }
    let result = withCString(parent ?? [UInt8(ascii: ".")]) {
      faccessat(AT_FDCWD, $0, W_OK | X_OK, AT_EACCESS)
    }
    if result != 0 { return SystemError.last("remove", path) }
    // Of a directory that something is mounted at, what is in it is removed.
    if !isDirectory, isMountPoint(path) { return SystemError("remove", path, code: EBUSY) }
    return nil
  }

  /// Nanoseconds.
  private static let longestEnd: UInt64 = 700_000_000

  /// Whether another file system, or another part of one, is mounted at a directory.
  public static func isMountPoint(_ directory: [UInt8]) -> Bool {
    switch withCString(directory, { csys_is_mount_point($0) }) {
    case 0: return false
    case 1: return true
    default:
      // The system is too old to tell: another device than that of the directory above is a mount.
      let above = directory + Array("/..".utf8)
      guard let own = try? FileStatus.of(directory, followingLinks: false),
        let outer = try? FileStatus.of(above, followingLinks: true)
      else { return false }
      return own.device != outer.device
    }
  }

  /// Does something in a directory; if its owner may not, he gets the rights first.
  private static func withRights<R>(to directory: [UInt8], _ body: () throws(SystemError) -> R)
    throws(SystemError) -> R
  {
    do throws(SystemError) {
      return try body()
    } catch {
      guard error.code == EACCES, addOwnersRights(to: directory) != nil else { throw error }
      return try body()
    }
  }

  /// Gives the owner of a directory all rights to it.
  ///
  /// Returns the mode that it had; nil: it is not a directory, or somebody else's.
  static func addOwnersRights(to directory: [UInt8]) -> mode_t? {
    var info = stat()
    guard withCString(directory, { lstat($0, &info) }) == 0, info.st_mode & S_IFMT == S_IFDIR
    else { return nil }
    let mode = info.st_mode & 0o7777
    return withCString(directory) { chmod($0, mode | 0o700) } == 0 ? mode : nil
  }
}
