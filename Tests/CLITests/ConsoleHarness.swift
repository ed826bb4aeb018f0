import SchedBase
import SchedEngine
import SchedGraph

@testable import SchedCLI

/// Keeps all that is written to two streams, in one order.
final class Transcript {
  private(set) var text = ""

  final class Stream: TextOutput {
    let transcript: Transcript
    let name: String

    init(_ transcript: Transcript, _ name: String) {
      self.transcript = transcript
      self.name = name
    }

    func pass(_ bytes: [UInt8]) {
      transcript.text += name + String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// Actions named by one letter each; the recipe of `a` is `make a`.
struct LetterTexts: ActionTexts {
  var consoleOwner: ActionID?

  /// `v` is a value.
  func isValue(_ action: ActionID) -> Bool { action.index == 21 }
  func name(of action: ActionID) -> [UInt8] { [UInt8(ascii: "a") + UInt8(action.index)] }
  func title(of action: ActionID) -> [UInt8] { Array("MAKE ".utf8) + name(of: action) }
  func outputs(of action: ActionID) -> [[UInt8]] { [name(of: action), Array("dir/".utf8)] }
  func depfile(of action: ActionID) -> [UInt8] { name(of: action) + Array(".d".utf8) }
  func interpreter(of action: ActionID) -> [[UInt8]] { [Array("awk".utf8), Array("-f".utf8)] }
  func hasConsole(_ action: ActionID) -> Bool { action == consoleOwner }

  func recipe(of action: ActionID) -> [UInt8] {
    if action.index == 25 { return Array((1...7).map { "line \($0)\n" }.joined().utf8) }
    return Array("make ".utf8) + name(of: action)
  }
}

/// A console whose streams, clock and width are the test's.
///
/// `!` stands before what goes to standard
/// error and `>` before standard output.
final class ConsoleHarness {
  private let transcript = Transcript()
  var console: Console
  private let texts: LetterTexts
  private let clock = Clock()
  var counts = BuildCounts()

  private final class Clock { var time: UInt64 = 1_000_000_000 }

  init(_ style: ConsoleStyle, width: Int = 60, consoleOwner: ActionID? = nil) {
    let clock = clock
    texts = LetterTexts(consoleOwner: consoleOwner)
    console = Console(
      paths: PathTable(), style: style,
      output: Transcript.Stream(transcript, ">"),
      diagnostics: Transcript.Stream(transcript, "!"),
      render: { TerminalText(lines: "\($0.severity): \($0.message)\n") }, now: { clock.time },
      width: { width })
  }

  var text: String { transcript.text }

  func pass(seconds: Double) { clock.time += UInt64(seconds * 1e9) }

  func start(_ letter: Int, _ reason: StaleReason = .neverMade) {
    if !texts.isValue(ID(letter)) {
      counts.running += 1
      counts.remaining -= 1
    }
    console.actionStarted(ID(letter), reason, counts, texts)
  }

  func print(_ letter: Int, _ text: String, to stream: PrintedText.Stream = .output) {
    console.actionPrinted(ID(letter), Array(text.utf8), to: stream)
  }

  func end(
    _ letter: Int, _ outcome: ActionOutcome = .succeeded, _ output: String = "",
    problem: RecipeReport.Problem? = nil, willRetry: Bool = false
  ) {
    end(letter, outcome, PrintedText(Array(output.utf8)), problem: problem, willRetry: willRetry)
  }

  func end(
    _ letter: Int, _ outcome: ActionOutcome, _ output: PrintedText,
    problem: RecipeReport.Problem? = nil, willRetry: Bool = false
  ) {
    if !texts.isValue(ID(letter)) {
      counts.running -= 1
      if willRetry { counts.remaining += 1 } else { counts.ended += 1 }
    }
    console.actionEnded(
      ID(letter),
      ActionEnd(
        outcome: outcome, problem: problem, output: output, willRetry: willRetry), counts, texts)
  }
}
