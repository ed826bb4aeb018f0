import CSystem
import Glibc

/// An open file, closed when it goes.
///
/// Always close-on-exec.
public struct Descriptor: ~Copyable, Sendable {
  public let raw: Int32

  public init(taking raw: Int32) { self.raw = raw }
  deinit { close(raw) }

  public enum Mode: Sendable {
    case read
    /// Made anew or emptied.
    case create
    /// Made anew; an error if there is something.
    case createNew
    /// Read and written, made if it is not there.
    case update
    /// Written at its end, made if it is not there.
    case append
    case directory
  }

  /// Opens `path`.
  ///
  /// Files are made with the permissions 0666 less the umask.
  public static func open(_ path: [UInt8], _ mode: Mode) throws(SystemError) -> Descriptor {
    let flags: Int32 =
      switch mode {
      // Without waiting, so that a pipe in the place of a file does not block.
      case .read: O_RDONLY | O_NONBLOCK
      case .create: O_WRONLY | O_CREAT | O_TRUNC
      case .createNew: O_WRONLY | O_CREAT | O_EXCL
      case .update: O_RDWR | O_CREAT
      case .append: O_WRONLY | O_CREAT | O_APPEND
      case .directory: O_RDONLY | O_DIRECTORY
      }
    let raw = withCString(path) { Glibc.open($0, flags | O_CLOEXEC, 0o666) }
    guard raw >= 0 else { throw SystemError.last(mode == .read ? "read" : "open", path) }
    return Descriptor(taking: raw)
  }

  public func status() throws(SystemError) -> FileStatus { FileStatus(try look()) }

  /// The same, whatever file system it is on.
  public func ownStatus() throws(SystemError) -> FileStatus { FileStatus(try look(), isHere: true) }

  private func look() throws(SystemError) -> stat {
    var info = stat()
    guard fstat(raw, &info) == 0 else { throw SystemError.last("look at", []) }
    return info
  }

  /// Reads up to the buffer's size; 0 at the end.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError.last("read", []) }
    }
  }

  /// Reads up to the buffer's size at a place in the file; 0 at its end or behind it.
  public func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer)
    throws(SystemError) -> Int
  {
    while true {
      let count = pread(raw, buffer.baseAddress, buffer.count, off_t(clamping: offset))
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError.last("read", []) }
    }
  }

  /// Reads what is left; more than `limit` is an error.
  public func readToEnd(sizeHint: Int = 0, limit: UInt64 = .max) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(sizeHint + 1, 512))
    var count = 0
    while true {
      if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
      var failure: SystemError?
      let step = bytes.withUnsafeMutableBytes { buffer -> Int in
        do throws(SystemError) {
          let end = min(buffer.count, count + Self.longestRead)
          return try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count..<end]))
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      if step == 0 { break }
      count += step
      if count > limit { throw SystemError("read", [], code: EFBIG) }
      if step >= Self.longStep, StopSignals.areThere { throw StopSignals.interruption("read", []) }
      // A size that the system gave is the whole; only files in /proc have none.
      if count == sizeHint { break }
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// A signal is looked for after so many bytes.
  private static let longStep = 1 << 20
  private static let longestRead = 64 << 20

  /// Writes all bytes at the end or the present place.
  ///
  /// On failure some may be written: the count says how many.
  public func write(_ bytes: UnsafeRawBufferPointer) -> (written: Int, error: SystemError?) {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(raw, bytes.baseAddress! + written, bytes.count - written)
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        return (written, SystemError.last("write", []))
      }
    }
    return (written, nil)
  }

  public func seek(to offset: UInt64) { lseek(raw, off_t(clamping: offset), SEEK_SET) }

  public func truncate(to size: UInt64) throws(SystemError) {
    guard ftruncate(raw, off_t(clamping: size)) == 0 else { throw SystemError.last("cut", []) }
  }

  /// All that was written is on the disk when this returns; the times need not be.
  public func syncData() throws(SystemError) {
    guard fdatasync(raw) == 0 else { throw SystemError.last("write to disk", []) }
  }

  public func sync() throws(SystemError) {
    guard fsync(raw) == 0 else { throw SystemError.last("write to disk", []) }
  }
}
