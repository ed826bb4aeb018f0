import SchedBase
import SchedGraph
import SchedSyntax
import SchedSystem

/// `sched fmt`: formats the files that are named, or all Schedfiles that the project reads.
///
/// A file that cannot be read as a Schedfile is not touched, and then no other is.
struct FormatCommand {
  let invocation: Invocation
  let environment: Environment
  let streams: Streams

  func run() throws(CommandFailure) -> ExitCode {
    let finder = RootFinder(
      invocation: invocation, environment: environment, streams: streams)
    guard invocation.targets.isEmpty else {
      // Files need no project around them.
      _ = try finder.enterDirectories()
      return format(invocation.targets) { $0 }
    }
    let (place, schedfile) = try finder.find()
    try streams.attempt { () throws(SystemError) in try Files.changeDirectory(place.root) }
    return format(filesRead(from: schedfile, place)) { place.asTyped($0) }
  }

  /// What the project reads, as far as that can be told without evaluating anything; the rest is named in
  /// notes.
  private func filesRead(from schedfile: [UInt8], _ place: Place) -> [[UInt8]] {
    let paths = PathTable(ofTree: place.root)
    let written = WrittenSchedfiles(from: paths.intern(path: schedfile), paths: paths)
    for word in written.unknown {
      streams.report(
        [
          Diagnostic(
            .note, "what is read here is not formatted: 'fmt' evaluates nothing", at: word,
            hint: "name the files: 'sched fmt FILE...'")
        ], in: written.sources)
    }
    return written.files.map { paths.text(of: $0) }
  }

  /// All or nothing: where one of them cannot be formatted, none is changed.
  private func format(_ files: [[UInt8]], shownAs shown: ([UInt8]) -> [UInt8]) -> ExitCode {
    var changes: [(file: [UInt8], formatted: [UInt8])] = []
    var exitCode = ExitCode.success
    for file in files {
      guard let (bytes, formatted) = formatted(file, shown(file)) else {
        exitCode = .usage
        continue
      }
      guard formatted != bytes else { continue }
      if invocation.has(.checkFormat) {
        streams.output.write("\(shown(file))\n")
        if exitCode == .success { exitCode = .failure }
      } else {
        changes.append((file, formatted))
      }
    }
    guard exitCode == .success else { return exitCode }
    for (file, formatted) in changes {
      do throws(SystemError) {
        try Files.replaceContent(of: file, with: formatted)
      } catch {
        streams.report(.error(error.message))
        exitCode = .usage
      }
    }
    return exitCode
  }

  /// What the file says, and how it would be written; nil after an error.
  private func formatted(_ file: [UInt8], _ shown: [UInt8]) -> ([UInt8], [UInt8])? {
    do throws(SystemError) {
      let bytes = try Files.read(file)
      let (formatted, errors) = SchedSyntax.format(bytes)
      guard let formatted else {
        var sources = SourceMap()
        let id = sources.add(name: printable(shown), bytes: bytes)
        streams.report(errors.map { $0.diagnostic(in: id) }, in: sources)
        return nil
      }
      return (bytes, formatted)
    } catch {
      streams.report(.error(error.message))
      return nil
    }
  }
}
