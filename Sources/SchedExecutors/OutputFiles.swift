import SchedBase
import SchedDigest
import SchedEngine
import SchedSystem

/// Outputs before and after a recipe: what is in their place goes, what a failure left goes too,
/// and what sched did not make is kept aside.
struct OutputFiles {
  /// What the user should know.
  private(set) var notes: [[UInt8]] = []
  private let replaced: ReplacedFiles

  init(keepingIn replaced: ReplacedFiles) { self.replaced = replaced }

  /// Makes room for the outputs and the depfile: removes what sched made, moves aside what it did not
  /// or what was edited since, and makes the directories.
  ///
  /// Throws what stands in the way; then what sched made is all there still.
  mutating func prepare(_ request: RecipeRequest) throws(ClearingError) {
    let isKept = request.flags.contains(.keep)
    var own: [(path: [UInt8], status: FileStatus)] = []
    var last: ArraySlice<UInt8> = []
    func makeParent(of path: [UInt8]) throws(ClearingError) {
      guard let parent = Self.parent(of: path), parent != last else { return }
      try Self.telling { () throws(SystemError) in try Files.makeDirectories(Array(parent)) }
      last = parent
    }
    for output in request.outputs {
      if !isKept, let status = try clear(output) { own.append((output.path, status)) }
      try makeParent(of: output.path)
    }
    if let depfile = request.depfile {
      if !request.outputs.contains(where: { $0.path == depfile.path }),
        let status = try clear(depfile: depfile, isKept: isKept)
      {
        own.append((depfile.path, status))
      }
      try makeParent(of: depfile.path)
    }
    try Self.telling { () throws(SystemError) in try Self.removeAll(own) }
  }

  private static func removeAll(_ own: [(path: [UInt8], status: FileStatus)]) throws(SystemError) {
    // One by itself is there or is not.
    if own.count > 1 {
      for (path, status) in own {
        if let error = Files.reasonNotToRemove(path, isDirectory: status.kind == .directory) {
          throw error
        }
      }
    }
    for (path, status) in own { try remove(path, status) }
  }

  /// Removes what a failed recipe left: there was nothing in the place of its outputs when it began.
  static func discard(_ request: RecipeRequest) {
    guard !request.flags.contains(.keep) else { return }
    for path in request.outputs.map(\.path) + [request.depfile?.path].compactMap({ $0 }) {
      // What cannot be removed is found there by the next start.
      guard let status = try? FileStatus.of(path, followingLinks: false) else { continue }
      try? remove(path, status)
    }
  }

  /// nil: it is the directory that this process is in, or the root of all.
  private static func parent(of path: [UInt8]) -> ArraySlice<UInt8>? {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return nil }
    return path[..<slash]
  }

  private static func telling<R>(_ body: () throws(SystemError) -> R) throws(ClearingError) -> R {
    do throws(SystemError) { return try body() } catch { throw .system(error) }
  }

  // MARK: What is there

  /// Moves aside what is not sched's; what is, is left to be removed, and returned.
  private mutating func clear(_ output: RecipeRequest.Output) throws(ClearingError) -> FileStatus? {
    let path = output.path
    let status = try Self.telling { () throws(SystemError) in
      try FileStatus.of(path, followingLinks: false)
    }
    if status.kind == .missing { return nil }
    if try isOurs(output, status) { return status }
    if status.kind == .directory, removeIfEmpty(path, output) { return nil }
    try moveAside(output, status)
    return nil
  }

  private mutating func clear(depfile: RecipeRequest.Output, isKept: Bool) throws(ClearingError)
    -> FileStatus?
  {
    // Removing what is not there waits for whoever makes files in that directory.
    let status = try Self.telling { () throws(SystemError) in
      try FileStatus.of(depfile.path, followingLinks: false)
    }
    switch status.kind {
    case .missing: return nil
    case .regular: break
    case .directory, .link, .other, .unreachable: throw .depfileIsNoFile(depfile.path, status.kind)
    }
    if isKept { return nil }
    if try isOurs(depfile, status) { return status }
    try moveAside(depfile, status)
    return nil
  }

  /// An empty directory is nothing to lose; a mount point stays where a directory is to be.
  private func removeIfEmpty(_ path: [UInt8], _ output: RecipeRequest.Output) -> Bool {
    do throws(SystemError) {
      try Files.removeDirectory(path)
      return true
    } catch {
      guard output.isDirectory, Files.isMountPoint(path) else { return false }
      return (try? Files.list(path))?.isEmpty ?? false
    }
  }

  private static func remove(_ path: [UInt8], _ status: FileStatus) throws(SystemError) {
    switch status.kind {
    case .missing: return
    case .directory: try Files.removeTree(path)
    case .regular, .link, .other, .unreachable: try Files.remove(path)
    }
  }

  private func isOurs(_ output: RecipeRequest.Output, _ status: FileStatus) throws(ClearingError)
    -> Bool
  {
    switch output.expected {
    case .foreign: return false
    case .leftByUs: return true
    case .recorded(let identity, let signature):
      if status.kind == .regular, status.signature == signature { return true }
      let now = IdentityReader(clock: TrustClock()).readOutput(
        output.path, status, isDirectory: output.isDirectory)
      // Nobody knows whose it is.
      if now.isInterrupted { throw .system(SystemError.interruption(of: output.path)) }
      // What does not count for a directory's identity may be anybody's.
      guard now.problem == nil, !now.holdsUnseen else { return false }
      return identity.tag == .stamp
        ? now.identity.tag == .stamp && now.signature.isExecutable == signature.isExecutable
        : now.identity == identity
    }
  }

  /// Moves what sched did not make to `.sched/replaced`, with a note unless it was told before.
  private mutating func moveAside(_ output: RecipeRequest.Output, _ status: FileStatus)
    throws(ClearingError)
  {
    let path = output.path
    let kept = try replaced.keep(path, status, mayStayEmpty: output.isDirectory)
    if case .foreign(isTold: true) = output.expected { return }
    let what = "'\(printable(path))' was not as sched had made it"
    let place = printable(kept.place)
    notes.append(
      Array(
        (kept.wasThere
          ? "\(what); the same content is kept as '\(place)'"
          : "\(what); it was moved to '\(place)'")
          .utf8))
  }
}
