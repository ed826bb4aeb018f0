import SchedBase
import SchedSystem

/// The root of the build that these arguments ask the ranks of a job for, found before anything is
/// evaluated; nil where they ask for none, or nobody can say yet.
///
/// The working directory stays.
public func rootOfBuild(arguments: [[UInt8]]) -> [UInt8]? {
  guard let invocation = try? CommandLineParser.parse(arguments), invocation.command == .build,
    invocation.has(.mpi), !invocation.has(.dryRun), !invocation.has(.question),
    !invocation.has(.help), let start = try? Files.currentDirectory()
  else { return nil }
  defer { try? Files.changeDirectory(start) }
  let finder = RootFinder(
    invocation: invocation, environment: Environment(entries: []), streams: .silent)
  return try? finder.findUnevaluated()
}

extension RootFinder {
  /// The root, as far as it can be told from what is written in Schedfiles.
  fileprivate func findUnevaluated() throws(CommandFailure) -> [UInt8]? {
    let start = try enterDirectories()
    if let file = invocation.file { return try named(file, from: start).place.root }
    let candidates = search(from: start).candidates
    guard let outermost = candidates.first, let nearest = candidates.last else { return nil }
    if nearest == outermost { return nearest }
    switch try isWritten(outermost, toRead: nearest) {
    case .yes: return outermost
    case .no: return nearest
    case .unknown: return nil
    }
  }
}
