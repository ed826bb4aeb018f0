import SchedBase
import SchedSystem

/// Who may write into `.sched`: what lies there says what is run and removed, so nobody may who could not say it
/// by the project's own files.
enum StateAccess {
  /// Throws if owner or mode of `.sched`, or of a file in it, let somebody write who can write neither the
  /// root directory nor the Schedfile.
  ///
  /// The working directory is the root. What is not there gives access to nobody.
  static func check(schedfile: [UInt8]) throws(StateError) {
    guard let directory = try? FileAccess.of(StateFiles.directory, followingLinks: true) else {
      return
    }
    let project = [Array(".".utf8), schedfile.isEmpty ? Array(".".utf8) : schedfile]
      .compactMap { try? FileAccess.of($0, followingLinks: true) }
    guard !project.isEmpty else { return }
    try check(directory, StateFiles.directory, project)
    for entry in (try? Files.list(StateFiles.directory)) ?? [] where entry.kind != .link {
      let path = StateFiles.directory + [UInt8(ascii: "/")] + entry.name
      if let access = try? FileAccess.of(path, followingLinks: false) {
        try check(access, path, project)
      }
    }
  }

  private static func check(_ access: FileAccess, _ path: [UInt8], _ project: [FileAccess])
    throws(StateError)
  {
    guard let stranger = access.writer(beyond: project) else { return }
    let name = String(decoding: path, as: UTF8.self)
    throw StateError(
      .error(
        "'\(name)' is writable for \(stranger), the project's root and Schedfile are not",
        hint: "what it says is run: if you trust it, change its owner or mode, or remove '.sched'"))
  }
}
