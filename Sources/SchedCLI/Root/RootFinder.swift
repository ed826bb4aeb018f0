import SchedBase
import SchedGraph
import SchedLoad
import SchedSystem

/// Decides which directory is the project's root, and what its Schedfile is called.
struct RootFinder {
  let invocation: Invocation
  let environment: Environment
  let streams: Streams

  /// Goes where `-C` says, and finds the root from there.
  ///
  /// Changes to no root yet.
  func find() throws(CommandFailure) -> (place: Place, schedfile: [UInt8]) {
    let start = try enterDirectories()
    if let file = invocation.file { return try named(file, from: start) }
    let search = search(from: start)
    guard let outermost = search.candidates.first, let nearest = search.candidates.last else {
      let places = search.searched.map { "'\(printable($0))'" }.joined(separator: ", ")
      throw streams.failure(.error("no Schedfile here or above", hint: "looked in \(places)"))
    }
    let root = try isRoot(outermost, for: nearest) ? outermost : nearest
    return (Place(root: root, workingDirectory: start), RootSearch.schedfile)
  }

  func search(from start: [UInt8]) -> RootSearch {
    RootSearch(from: start) { path in
      (try? FileStatus.of(path, followingLinks: true))?.kind ?? .missing != .missing
    }
  }

  /// Goes where `-C` says; returns where that is.
  func enterDirectories() throws(CommandFailure) -> [UInt8] {
    try streams.attempt { () throws(SystemError) in
      for directory in invocation.directories { try Files.changeDirectory(directory) }
      return try Files.currentDirectory()
    }
  }

  /// `-f FILE`: its directory is the root.
  func named(_ file: [UInt8], from start: [UInt8]) throws(CommandFailure)
    -> (place: Place, schedfile: [UInt8])
  {
    let whole = joined(start, file)
    let slash = whole.lastIndex(of: UInt8(ascii: "/")) ?? 0
    let directory = slash == 0 ? [UInt8(ascii: "/")] : Array(whole[..<slash])
    guard let root = Files.realPath(directory) else {
      try streams.attempt { () throws(SystemError) in
        _ = try FileStatus.of(directory, followingLinks: true)
      }
      throw streams.failure(.error("cannot read '\(printable(file))': no such file or directory"))
    }
    return (Place(root: root, workingDirectory: start), Array(whole[(slash + 1)...]))
  }

  /// Whether the outermost Schedfile reads the nearest one; if not, the nearest is a root of its
  /// own, with a note.
  ///
  /// One that has errors is the root: they are shown then.
  private func isRoot(_ outermost: [UInt8], for nearest: [UInt8]) throws(CommandFailure) -> Bool {
    if nearest == outermost { return true }
    // It evaluates nothing.
    if invocation.command == .fmt { return try isWritten(outermost, toRead: nearest) != .no }
    try streams.attempt { () throws(SystemError) in try Files.changeDirectory(outermost) }
    let paths = PathTable(ofTree: outermost)
    let request = LoadRequest(
      schedfile: RootSearch.schedfile,
      overrides: invocation.settings.map { ($0.name, $0.value) }, environment: environment,
      builds: false)
    switch load(request, paths: paths, made: NoMadeFiles()) {
    case .failed: return true
    case .loaded(let loaded), .needsFirst(_, let loaded):
      let wanted = paths.intern(path: joined(nearest, RootSearch.schedfile))
      if loaded.filesRead.contains(wanted) { return true }
    }
    if !invocation.has(.quiet) {
      let (outer, inner) = (printable(outermost), printable(nearest))
      streams.report(
        Diagnostic(
          .note, "'\(outer)/Schedfile' does not read the Schedfile of '\(inner)', which is the root"
        ))
    }
    return false
  }

  enum Written {
    case yes, no
    /// It reads files whose names have to be evaluated.
    case unknown
  }

  /// Whether it is written in the outermost Schedfile, or those that it reads, that the nearest is read.
  func isWritten(_ outermost: [UInt8], toRead nearest: [UInt8]) throws(CommandFailure) -> Written {
    try streams.attempt { () throws(SystemError) in try Files.changeDirectory(outermost) }
    let paths = PathTable(ofTree: outermost)
    let written = WrittenSchedfiles(from: paths.intern(path: RootSearch.schedfile), paths: paths)
    let wanted = paths.intern(path: joined(nearest, RootSearch.schedfile))
    if written.files.contains(wanted) { return .yes }
    return written.unknown.isEmpty ? .no : .unknown
  }
}
