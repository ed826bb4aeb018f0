import SchedBase
import SchedEngine
import SchedGraph
import SchedLoad
import SchedSyntax
import SchedSystem

/// `sched fmt`: formats the files that are named, or all Schedfiles that the project reads.
///
/// A file that cannot be read as a Schedfile is not touched. The working directory is the root.
struct FormatCommand {
  let invocation: Invocation
  let streams: Streams
  let place: Place
  /// What the project reads, from the root.
  let files: [[UInt8]]

  func run() -> ExitCode {
    var exitCode = ExitCode.success
    let named = invocation.targets.map { place.fromRoot($0) }
    for file in named.isEmpty ? files : named {
      guard let isFormatted = format(file) else {
        exitCode = .usage
        continue
      }
      if !isFormatted, invocation.has(.checkFormat), exitCode == .success { exitCode = .failure }
    }
    return exitCode
  }

  /// Returns whether the file was formatted before; nil after an error.
  private func format(_ file: [UInt8]) -> Bool? {
    do throws(SystemError) {
      let bytes = try Files.read(file)
      let (formatted, errors) = SchedSyntax.format(bytes)
      guard let formatted else {
        var sources = SourceMap()
        let id = sources.add(name: printable(place.asTyped(file)), bytes: bytes)
        streams.report(errors.map { $0.diagnostic(in: id) }, in: sources)
        return nil
      }
      if formatted == bytes { return true }
      if invocation.has(.checkFormat) {
        streams.output.write(place.asTyped(file) + [UInt8(ascii: "\n")])
      } else {
        try replace(file, with: formatted)
      }
      return false
    } catch {
      streams.report(.error(error.message))
      return nil
    }
  }

  /// The old file is there until the new one is whole.
  private func replace(_ file: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    let temporary = file + Array(".sched-new".utf8)
    try Files.write(bytes, to: temporary)
    try Files.rename(temporary, to: file)
  }
}
