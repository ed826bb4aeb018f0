import SchedDigest
import SchedEngine
import SchedSystem

/// Looks whether this host shows files as other hosts have made them.
///
/// Blocks as long as the file system does: for helper threads.
enum AwaitedLook {
  /// What was seen of some files, in their order, up to the first that is not as its maker left it.
  struct Answer: Equatable, Sendable {
    /// How this host shows those that are right.
    var seen: [Signature] = []
    /// Nil: all are right.
    var miss: Miss?
  }

  /// What is there in place of a file.
  struct Miss: Equatable, Sendable {
    var found: RecipeReport.LateInput.Found
    var size: UInt64 = 0
  }

  static func look(at files: ArraySlice<AwaitedFile>) -> Answer {
    var answer = Answer()
    for file in files {
      switch look(at: file) {
      case .success(let signature): answer.seen.append(signature)
      case .failure(let different):
        answer.miss = different.miss
        return answer
      }
    }
    return answer
  }

  private struct Different: Error {
    var miss: Miss
    init(_ found: RecipeReport.LateInput.Found, size: UInt64 = 0) {
      miss = Miss(found: found, size: size)
    }
  }

  private static func look(at file: AwaitedFile) -> Result<Signature, Different> {
    renewDirectory(of: file.path)
    let isDirectory = file.identity.tag == .directory
    if !isDirectory, file.identity.tag != .link {
      // A fresh open is what makes a network file system ask its server.
      guard let opened = try? Descriptor.open(file.path, .read), let status = try? opened.status()
      else { return .failure(cannotOpen(file)) }
      guard status.kind == .regular else { return .failure(Different(.otherKind)) }
      let signature = status.signature
      guard signature.size == file.signature.size else {
        return .failure(Different(.otherSize, size: signature.size))
      }
      if signature.modified == file.signature.modified || signature.size == 0 {
        return .success(signature)
      }
      // Another host may be told another time for the same content.
    }
    guard let status = try? FileStatus.of(file.path, followingLinks: false) else {
      return .failure(Different(.otherKind))
    }
    let reading = IdentityReader(clock: TrustClock()).readOutput(
      file.path, status, isDirectory: isDirectory)
    if reading.identity == file.identity { return .success(reading.signature) }
    if reading.identity.tag == .missing { return .failure(Different(.nothing)) }
    let isAlike = reading.identity.tag == file.identity.tag
    return .failure(
      Different(isAlike ? .otherContent : .otherKind, size: reading.signature.size))
  }

  private static func cannotOpen(_ file: AwaitedFile) -> Different {
    let status = try? FileStatus.of(file.path, followingLinks: true)
    return Different(status == nil || status?.kind == .missing ? .nothing : .otherKind)
  }

  /// Opening a directory makes a network file system ask its server again for names that it
  /// remembers to be missing.
  private static func renewDirectory(of path: [UInt8]) {
    let end = path.lastIndex(of: UInt8(ascii: "/"))
    let directory = end.map { $0 == 0 ? [UInt8(ascii: "/")] : Array(path[..<$0]) }
    _ = try? Descriptor.open(directory ?? [UInt8(ascii: ".")], .directory).status()
  }
}
