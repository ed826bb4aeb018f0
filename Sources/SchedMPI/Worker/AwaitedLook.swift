import SchedDigest
import SchedEngine
import SchedSystem

/// Looks whether this host shows files as other hosts have made them.
///
/// Blocks as long as the file system does: for helper threads.
enum AwaitedLook {
  /// The first file from `start` on that is not as its maker left it, and what is there instead.
  static func firstMiss(_ files: [AwaitedFile], from start: Int) -> Miss? {
    for index in start..<files.count {
      if let found = look(at: files[index]) {
        return Miss(index: index, found: found.0, size: found.1)
      }
    }
    return nil
  }

  struct Miss: Equatable, Sendable {
    /// Which of the files.
    var index: Int
    var found: RecipeReport.LateInput.Found
    var size: UInt64
  }

  /// Nil: it is what its maker reported.
  private static func look(at file: AwaitedFile) -> (RecipeReport.LateInput.Found, UInt64)? {
    renewDirectory(of: file.path)
    let isDirectory = file.identity.tag == .directory
    if !isDirectory, file.identity.tag != .link {
      // A fresh open is what makes a network file system ask its server.
      guard let opened = try? Descriptor.open(file.path, .read), let status = try? opened.status()
      else { return differs(file) }
      guard status.kind == .regular else { return (.otherKind, 0) }
      guard status.signature.size == file.signature.size else {
        return (.otherSize, status.signature.size)
      }
      if status.signature.modified == file.signature.modified || file.signature.size == 0 {
        return nil
      }
      // Another host may be told another time for the same content.
    }
    let reading = IdentityReader(clock: TrustClock()).readOutput(
      file.path, isDirectory: isDirectory)
    if reading.identity == file.identity { return nil }
    switch reading.identity.tag {
    case .missing: return (.nothing, 0)
    case .file, .executable, .directory, .link:
      return reading.identity.tag == file.identity.tag
        ? (.otherContent, reading.signature.size) : (.otherKind, reading.signature.size)
    default: return (.otherKind, 0)
    }
  }

  /// Why it could not be opened.
  private static func differs(_ file: AwaitedFile) -> (RecipeReport.LateInput.Found, UInt64) {
    let status = try? FileStatus.of(file.path, followingLinks: true)
    return status.map { $0.kind == .missing } ?? true ? (.nothing, 0) : (.otherKind, 0)
  }

  /// Opening a directory makes a network file system ask its server again for names that it
  /// remembers to be missing.
  private static func renewDirectory(of path: [UInt8]) {
    let end = path.lastIndex(of: UInt8(ascii: "/"))
    let directory = end.map { $0 == 0 ? [UInt8(ascii: "/")] : Array(path[..<$0]) }
    _ = try? Descriptor.open(directory ?? [UInt8(ascii: ".")], .directory).status()
  }
}
