import Foundation

/// A new directory that is the working directory of one thread only, so that tests beside it keep
/// theirs.
enum OwnDirectory {
  /// `CLONE_FS`, which is not in Swift's Glibc, nor is `unshare`.
  private static let ownFileSystemState: Int32 = 0x200
  private typealias Unshare = @convention(c) (Int32) -> Int32

  /// Runs `body` in such a thread; it gets the directory's path.
  ///
  /// The directory is removed.
  static func run<R: Sendable>(_ body: @escaping @Sendable (String) -> R) throws -> R {
    let template = "/tmp/sched-load-XXXXXX"
    var name = Array(template.utf8CString)
    guard mkdtemp(&name) != nil else { throw CocoaError(.fileWriteUnknown) }
    let tree = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: tree) }
    let result = Result<R>()
    let thread = Thread {
      let unshare = unsafeBitCast(dlsym(nil, "unshare"), to: Unshare.self)
      precondition(unshare(ownFileSystemState) == 0 && chdir(tree) == 0)
      result.value = body(tree)
      result.isThere.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
    result.isThere.wait()
    return result.value!
  }

  /// Written by the thread, read after `isThere`.
  private final class Result<R>: @unchecked Sendable {
    var value: R?
    let isThere = DispatchSemaphore(value: 0)
  }
}
