import Glibc

/// A file that one process at a time holds a lock on.
///
/// The lock goes when the process does.
public struct LockFile: ~Copyable {
  private let file: Descriptor

  /// Opens or makes the file, without locking it.
  public init(_ path: [UInt8]) throws(SystemError) {
    file = try Descriptor.openOwn(path, .update)
  }

  /// The file's number in its file system; 0 if it cannot be told.
  public var inode: UInt64 { (try? file.ownStatus())?.signature.inode ?? 0 }

  /// Takes the lock if it is free.
  public func tryLock() -> Bool { flock(file.raw, LOCK_EX | LOCK_NB) == 0 }

  /// Waits for the lock.
  public func waitForLock() throws(SystemError) {
    while flock(file.raw, LOCK_EX) != 0 {
      if errno != EINTR { throw SystemError.last("lock", []) }
    }
  }

  /// What its holder wrote into it.
  public func content() -> [UInt8] {
    file.seek(to: 0)
    var line = [UInt8](repeating: 0, count: 4096)
    let count = line.withUnsafeMutableBytes { (try? file.read(into: $0)) ?? 0 }
    return Array(line[..<count])
  }

  public func setContent(_ bytes: [UInt8]) throws(SystemError) {
    try file.truncate(to: 0)
    file.seek(to: 0)
    if let error = bytes.withUnsafeBytes({ file.write($0) }).error { throw error }
  }
}
