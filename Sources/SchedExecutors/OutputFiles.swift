import SchedBase
import SchedDigest
import SchedEngine
import SchedSystem

/// Outputs before and after a recipe: what is in their place goes, what a failure left goes too,
/// and what sched did not make is kept aside.
struct OutputFiles {
  /// What the user should know.
  private(set) var notes: [[UInt8]] = []

  /// Makes room for the outputs: removes what sched made, moves aside what it did not or what was
  /// edited since, and makes the directories.
  ///
  /// Throws what stands in the way.
  mutating func prepare(_ request: RecipeRequest) throws(SystemError) {
    let isKept = request.flags.contains(.keep)
    var last: ArraySlice<UInt8> = []
    func makeParent(of path: [UInt8]) throws(SystemError) {
      guard let parent = Self.parent(of: path), parent != last else { return }
      try Files.makeDirectories(Array(parent))
      last = parent
    }
    for output in request.outputs {
      if !isKept { try clear(output) }
      try makeParent(of: output.path)
    }
    if let depfile = request.depfile {
      // Removing what is not there waits for whoever makes files in that directory.
      if !isKept, try FileStatus.of(depfile, followingLinks: false).kind != .missing {
        try Files.remove(depfile)
      }
      try makeParent(of: depfile)
    }
  }

  /// Removes what a failed recipe left.
  static func discard(_ request: RecipeRequest) {
    guard !request.flags.contains(.keep) else { return }
    for output in request.outputs {
      // What cannot be removed is told by the next start, which finds it there.
      guard let status = try? FileStatus.of(output.path, followingLinks: false) else { continue }
      if status.kind == .directory {
        if output.isDirectory { try? Files.removeTree(output.path) }
      } else if status.kind != .missing {
        try? Files.remove(output.path)
      }
    }
  }

  /// nil: it is the directory that this process is in, or the root of all.
  private static func parent(of path: [UInt8]) -> ArraySlice<UInt8>? {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return nil }
    return path[..<slash]
  }

  // MARK: What is there

  private mutating func clear(_ output: RecipeRequest.Output) throws(SystemError) {
    let status = try FileStatus.of(output.path, followingLinks: false)
    switch status.kind {
    case .missing: return
    case .directory: try clearDirectory(output)
    default:
      if isOurs(output, status) {
        try Files.remove(output.path)
      } else {
        try moveAside(output.path)
      }
    }
  }

  private mutating func clearDirectory(_ output: RecipeRequest.Output) throws(SystemError) {
    switch output.expected {
    case .leftByUs where output.isDirectory: try Files.removeTree(output.path)
    case .recorded(let identity, _) where output.isDirectory:
      let now = IdentityReader(clock: TrustClock()).readDirectory(output.path)
      if now.identity == identity {
        try Files.removeTree(output.path)
      } else {
        try moveAside(output.path)
      }
    default:
      // Empty is nothing to lose; otherwise the system's own words say what is in the way.
      try Files.removeDirectory(output.path)
    }
  }

  private func isOurs(_ output: RecipeRequest.Output, _ status: FileStatus) -> Bool {
    switch output.expected {
    case .foreign: return false
    case .leftByUs: return true
    case .recorded(let identity, let signature):
      if status.kind == .regular, status.signature == signature { return true }
      let now = IdentityReader(clock: TrustClock()).readOutput(
        output.path, status, isDirectory: output.isDirectory)
      return identity.tag == .stamp ? now.identity.tag == .stamp : now.identity == identity
    }
  }

  // MARK: Keeping aside

  private static let replaced = Array(".sched/replaced".utf8)
  private static let mostFiles = 1000
  private static let mostBytes: UInt64 = 256 << 20

  /// Moves what sched did not make to `.sched/replaced`, with a note.
  private mutating func moveAside(_ path: [UInt8]) throws(SystemError) {
    let relative = path.first == UInt8(ascii: "/") ? path : [UInt8(ascii: "/")] + path
    let target = Self.replaced + Array(Self.withoutParentSteps(relative))
    if let parent = Self.parent(of: target) { try Files.makeDirectories(Array(parent)) }
    try Self.removeAny(target)
    do throws(SystemError) {
      try Files.rename(path, to: target)
    } catch {
      // Another file system: nothing can be moved there whole, and nothing may be destroyed.
      throw SystemError("move aside", path, code: error.code)
    }
    let isKept = try Self.trim(newest: target)
    let text = String(decoding: path, as: UTF8.self)
    let place = String(decoding: target, as: UTF8.self)
    notes.append(
      Array(
        (isKept
          ? "'\(text)' was not as sched had made it; it was moved to '\(place)'"
          : "'\(text)' was not as sched had made it; it was too large to keep and was removed").utf8
      ))
  }

  private static func withoutParentSteps(_ path: [UInt8]) -> [UInt8] {
    Array(
      path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .map { $0.elementsEqual("..".utf8) ? Array("_".utf8)[...] : $0 }
        .joined(separator: [UInt8(ascii: "/")]))
  }

  private static func removeAny(_ path: [UInt8]) throws(SystemError) {
    switch try FileStatus.of(path, followingLinks: false).kind {
    case .missing: break
    case .directory: try Files.removeTree(path)
    default: try Files.remove(path)
    }
  }

  /// Removes the oldest of what was kept until no more than the limits are left.
  ///
  /// Returns whether `newest` is still there.
  private static func trim(newest: [UInt8]) throws(SystemError) -> Bool {
    var files: [(path: [UInt8], signature: Signature)] = []
    var pending = [replaced]
    while let directory = pending.popLast() {
      for entry in try Files.list(directory) {
        let path = directory + [UInt8(ascii: "/")] + entry.name
        if entry.kind == .directory {
          pending.append(path)
        } else {
          files.append((path, try FileStatus.of(path, followingLinks: false).signature))
        }
      }
    }
    var bytes = files.reduce(0) { $0 + $1.signature.size }
    var count = files.count
    for file in files.sorted(by: { $0.signature.changed < $1.signature.changed })
    where count > mostFiles || bytes > mostBytes {
      try Files.remove(file.path)
      count -= 1
      bytes -= file.signature.size
    }
    return try FileStatus.of(newest, followingLinks: false).kind != .missing
  }
}
