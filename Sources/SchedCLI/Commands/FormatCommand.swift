import SchedBase
import SchedGraph
import SchedSyntax
import SchedSystem

/// `sched fmt`: formats the files that are named, or all Schedfiles that the project reads.
///
/// A file that cannot be read as a Schedfile is not touched.
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

  private func format(_ files: [[UInt8]], shownAs shown: ([UInt8]) -> [UInt8]) -> ExitCode {
    var exitCode = ExitCode.success
    for file in files {
      guard let isFormatted = format(file, shown(file)) else {
        exitCode = .usage
        continue
      }
      if !isFormatted, invocation.has(.checkFormat), exitCode == .success { exitCode = .failure }
    }
    return exitCode
  }

  /// Returns whether the file was formatted before; nil after an error.
  private func format(_ file: [UInt8], _ shown: [UInt8]) -> Bool? {
    do throws(SystemError) {
      let bytes = try Files.read(file)
      let (formatted, errors) = SchedSyntax.format(bytes)
      guard let formatted else {
        var sources = SourceMap()
        let id = sources.add(name: printable(shown), bytes: bytes)
        streams.report(errors.map { $0.diagnostic(in: id) }, in: sources)
        return nil
      }
      if formatted == bytes { return true }
      if invocation.has(.checkFormat) {
        streams.output.write("\(shown)\n")
      } else {
        try Files.replaceContent(of: file, with: formatted)
      }
      return false
    } catch {
      streams.report(.error(error.message))
      return nil
    }
  }
}
