import CSystem
import Glibc
import SchedBase

/// A system call that failed: what was tried, on what, and the system's number for the reason.
public struct SystemError: Error, Hashable, Sendable {
  /// The verb of the message: 'cannot read 'x''.
  public var operation: String
  public var path: [UInt8]
  /// The system's errno.
  public var code: Int32
  /// The reason where the system's own words would not tell it.
  public var explanation: String?

  public init(
    _ operation: String, _ path: [UInt8], code: Int32, because explanation: String? = nil
  ) {
    self.operation = operation
    self.path = path
    self.code = code
    self.explanation = explanation
  }

  static func last(_ operation: String, _ path: [UInt8]) -> SystemError {
    SystemError(operation, path, code: errno)
  }

  /// A file that should hold more than can be read of it.
  public static func cutShort(_ path: [UInt8]) -> SystemError {
    SystemError("read", path, code: EIO)
  }

  /// The whole message: `cannot read 'src/main.c': no such file or directory`.
  public var message: String {
    path.isEmpty
      ? "cannot \(operation): \(reason)"
      : "cannot \(operation) '\(printable(path))': \(reason)"
  }

  /// The system's text for the reason, in lower case.
  public var reason: String {
    if let explanation { return explanation }
    // The system's own text for it says that a call was interrupted.
    return code == EINTR ? "interrupted" : Self.reason(code)
  }

  public static func reason(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The XSI form that Swift imports writes into the buffer.
    _ = strerror_r(code, &buffer, buffer.count)
    let text = String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let reason = text.prefix(1).lowercased() + text.dropFirst()
    return code == EMFILE ? reason + limitOfDescriptors : reason
  }

  /// What somebody can raise, where a process has too many files open.
  private static var limitOfDescriptors: String {
    let limit = csys_most_descriptors()
    return limit < 0 ? "" : " ('ulimit -n' is \(limit))"
  }

  /// A file that is to be read as text and is longer than any.
  public static func tooLong(_ path: [UInt8]) -> SystemError {
    SystemError("read", path, code: EFBIG)
  }

  /// A signal asked to stop while this was read.
  public static func interruption(of path: [UInt8]) -> SystemError {
    SystemError("read", path, code: EINTR)
  }

  public var isInterruption: Bool { code == EINTR }
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  public var isReadOnly: Bool { code == EROFS || code == EACCES || code == EPERM }
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }
  /// There are not enough descriptors, processes or memory now: others may give some back.
  public var isScarcity: Bool {
    code == EMFILE || code == ENFILE || code == EAGAIN || code == ENOMEM
  }
  /// There are not enough descriptors in this process, which no other has.
  public var isOwnScarcity: Bool { code == EMFILE }
  public var exists: Bool { code == EEXIST }
}

extension SystemError {
  /// What was read or copied changed meanwhile, again and again.
  public static var changedMeanwhile: Int32 { EBUSY }
  public static var notADirectory: Int32 { ENOTDIR }

  /// A move that failed because only a copy gets there: to another file system, or from a mount point,
  /// where that may be.
  public func needsCopy(_ mayBeMountPoint: Bool) -> Bool {
    code == EXDEV || (mayBeMountPoint && code == EBUSY)
  }
}
