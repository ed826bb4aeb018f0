import SchedBase
import SchedSystem

/// One of the standard streams.
final class StandardStream: TextOutput {
  private let stream: Terminal.Stream
  private(set) var failure: SystemError?

  init(_ stream: Terminal.Stream) { self.stream = stream }

  func pass(_ bytes: [UInt8]) {
    guard !bytes.isEmpty, failure == nil else { return }
    failure = Terminal.write(bytes, to: stream)
  }
}

/// Where a command writes: answers to one, diagnostics and progress to the other.
struct Streams {
  let output: any TextOutput
  let diagnostics: any TextOutput
  /// Whether diagnostics are coloured.
  var hasColor = false

  static var standard: Streams {
    Streams(output: StandardStream(.output), diagnostics: StandardStream(.error))
  }

  /// For what is asked before it is known what the command line means.
  static var silent: Streams { Streams(output: Silence(), diagnostics: Silence()) }

  private final class Silence: TextOutput {
    func pass(_ bytes: [UInt8]) {}
  }

  /// Prints diagnostics that point into `sources`, or nowhere.
  func report(_ list: [Diagnostic], in sources: SourceMap = SourceMap()) {
    let renderer = DiagnosticRenderer(sources, isColoured: hasColor)
    for diagnostic in list {
      diagnostics.write(TerminalText(drawing: diagnostic, by: renderer))
    }
  }

  func report(_ diagnostic: Diagnostic) { report([diagnostic]) }

  /// The status to end with: what was asked for and could not be printed is a failure.
  func status(after exitCode: ExitCode) -> ExitCode {
    guard let failure = output.failure else { return exitCode }
    report(.error("cannot write to standard output: \(failure.reason)"))
    return exitCode == .success ? .failure : exitCode
  }
}
