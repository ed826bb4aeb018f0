import SchedBase
import SchedEngine
import Testing

@testable import SchedCLI

/// What takes the live line away.
private let gone = "\r\u{1B}[K"

/// The live line.
private func live(_ text: String) -> String { "\r\(text)\u{1B}[K" }

@Suite struct TerminalConsoleTests {
  private func harness(width: Int = 60, isSerial: Bool = false) -> ConsoleHarness {
    let harness = ConsoleHarness(ConsoleStyle(isTerminal: true, isSerial: isSerial), width: width)
    harness.counts.remaining = 4
    return harness
  }

  @Test func `silent successes leave no trace but the live line`() {
    let harness = harness()
    harness.start(0)
    harness.pass(seconds: 1)
    harness.end(0)
    harness.console.finish()
    #expect(harness.text == "!\(live("[0/4] 0% MAKE a"))!\(live("[1/4] 25% "))!\(gone)")
  }

  @Test func `the line shows what runs, and since when`() {
    let harness = harness()
    harness.start(0)
    harness.pass(seconds: 72)
    harness.start(1)
    #expect(harness.text.hasSuffix("!" + live("[0/4] 0% MAKE a 1m12s, MAKE b")))
  }

  @Test func `the line is redrawn at most 20 times a second`() {
    let harness = harness()
    for letter in 0..<3 { harness.start(letter) }
    harness.console.tick(harness.counts)
    #expect(harness.text == "!" + live("[0/4] 0% MAKE a"))
    harness.pass(seconds: 0.05)
    harness.console.tick(harness.counts)
    #expect(harness.text.hasSuffix("!" + live("[0/4] 0% MAKE a, MAKE b, MAKE c")))
  }

  @Test func `the line is cut to the width of the terminal`() {
    let harness = harness(width: 14)
    harness.start(0)
    #expect(harness.text == "!" + live("[0/4] 0% MAK…"))
  }

  @Test func `what a recipe printed stands above the line, under its title`() {
    let harness = harness()
    harness.start(0)
    harness.end(0, .succeeded, "hello\n")
    #expect(
      harness.text
        == "!\(live("[0/4] 0% MAKE a"))!\(gone)[1/4] MAKE a\n>hello\n!\(live("[1/4] 25% "))")
  }

  @Test func `serially, the title comes with the first output`() {
    let harness = harness(isSerial: true)
    harness.start(0)
    harness.print(0, "hel")
    harness.console.tick(harness.counts)
    harness.print(0, "lo\n")
    harness.console.tick(harness.counts)
    #expect(
      harness.text
        == "!\(live("[0/4] 0% MAKE a"))!\(gone)[1/4] MAKE a\n>hel>lo\n!\(live("[0/4] 0% MAKE a"))")
  }

  @Test func `nothing is drawn while a recipe has the terminal`() {
    let harness = ConsoleHarness(ConsoleStyle(isTerminal: true), consoleOwner: ID(0))
    harness.counts.remaining = 1
    harness.start(0)
    harness.pass(seconds: 5)
    harness.console.tick(harness.counts)
    #expect(harness.text == "![1/1] MAKE a\n")
  }
}

@Suite struct StatusLineTests {
  @Test(
    arguments: [
      (0, "0s"), (59, "59s"), (60, "1m00s"), (3599, "59m59s"), (3600, "1h00m"), (7500, "2h05m"),
    ] as [(UInt64, String)])
  func `ages are short`(_ seconds: UInt64, _ text: String) {
    #expect(StatusLine.age(seconds) == text)
  }

  @Test(arguments: [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"),
    ("日本語", 4, "日…"), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"), ("abc", 0, ""),
  ])
  func `text is cut by columns, not by characters`(_ text: String, _ width: Int, _ cut: String) {
    #expect(fitting(text, width) == cut)
  }
}
