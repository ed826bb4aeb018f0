import SchedBase
import SchedEngine
import Testing

@testable import SchedCLI

@Suite struct PlainConsoleTests {
  private func harness(_ style: ConsoleStyle = ConsoleStyle(), remaining: Int = 3) -> ConsoleHarness
  {
    let harness = ConsoleHarness(style)
    harness.counts.remaining = remaining
    return harness
  }

  @Test func `each recipe that ran leaves one line, counted`() {
    let harness = harness()
    harness.start(0)
    harness.start(1)
    harness.end(1)
    harness.end(0)
    harness.start(2)
    harness.end(2)
    #expect(harness.text == "![1/3] MAKE b\n![2/3] MAKE a\n![3/3] MAKE c\n")
  }

  @Test func `output stands whole under the line of its recipe`() {
    let harness = harness()
    harness.start(0)
    harness.start(1)
    harness.end(1, .succeeded, "warning: b\nno line feed")
    harness.end(0, .succeeded, "a\n")
    #expect(
      harness.text == "![1/3] MAKE b\n>warning: b\nno line feed>\n![2/3] MAKE a\n>a\n")
  }

  @Test func `each piece of output goes to the stream that it was printed to, in order`() {
    var output = PrintedText(Array("one\n".utf8))
    Array("warning".utf8).withUnsafeBytes { output.append($0, .error) }
    Array("two".utf8).withUnsafeBytes { output.append($0, .output) }
    let harness = harness()
    harness.start(0)
    harness.end(0, .succeeded, output)
    #expect(harness.text == "![1/3] MAKE a\n>one\n!warning>two>\n!\n")
  }

  @Test func `serially, each piece goes to its stream, and a line that is open on either is ended`()
  {
    let harness = harness(ConsoleStyle(isSerial: true))
    harness.start(0)
    harness.print(0, "one\n")
    harness.print(0, "warning", to: .error)
    harness.end(0)
    #expect(harness.text == "![1/3] MAKE a\n>one\n!warning!\n")
  }

  @Test func `a failure shows the output, the cause and the recipe`() {
    let harness = harness()
    harness.start(0)
    harness.end(0, .failed(status: 2), "undefined reference\n")
    #expect(
      harness.text == """
        ![1/3] MAKE a
        >undefined reference
        !error: target 'a' failed: command exited with status 2
          make a

        """)
  }

  @Test func `a long recipe is cut in a failure`() {
    let harness = harness()
    harness.start(25)
    harness.end(25, .failed(status: 1))
    #expect(harness.text.hasSuffix("  line 4\n  line 5\n  … and 2 more lines\n"))
  }

  @Test func `an attempt that is followed by another leaves a note and no line`() {
    let harness = harness(remaining: 1)
    harness.start(0)
    harness.end(0, .failed(status: 1), "oops\n", willRetry: true)
    harness.start(0, .retry)
    harness.end(0)
    #expect(
      harness.text == """
        !note: target 'a' failed: command exited with status 1; again
        >oops
        ![1/1] MAKE a

        """)
  }

  @Test func `serially, the line comes first and output as it is printed`() {
    let harness = harness(ConsoleStyle(isSerial: true))
    harness.start(0)
    harness.print(0, "one\ntw")
    harness.print(0, "o")
    harness.end(0)
    harness.start(1)
    harness.end(1)
    #expect(harness.text == "![1/3] MAKE a\n>one\ntw>o>\n![2/3] MAKE b\n")
  }

  @Test func `a recipe that has the terminal is announced before it has it`() {
    let harness = ConsoleHarness(ConsoleStyle(), consoleOwner: ID(0))
    harness.counts.remaining = 1
    harness.start(0)
    #expect(harness.text == "![1/1] MAKE a\n")
    harness.end(0)
    #expect(harness.text == "![1/1] MAKE a\n")
  }

  @Test(arguments: [false, true])
  func `a value leaves no line unless it prints or fails, and is not counted`(_ isSerial: Bool) {
    let harness = harness(ConsoleStyle(isSerial: isSerial), remaining: 1)
    harness.start(21)
    harness.end(21)
    #expect(harness.text == "")
    harness.start(21)
    harness.end(21, .failed(status: 1), "oops\n")
    #expect(
      harness.text == """
        !MAKE v
        >oops
        !error: target 'v' failed: command exited with status 1
          make v

        """)
  }

  @Test func `with reasons, they stand under the line`() {
    let harness = harness(ConsoleStyle(showsReasons: true))
    harness.start(0, .recipeChanged(was: Array("x".utf8), now: Array("y".utf8)))
    harness.end(0)
    #expect(
      harness.text == "![1/3] MAKE a\n  why: its recipe changed\n  why:   - x\n  why:   + y\n")
  }

  @Test func `with recipes, their text stands under the line and not under the error again`() {
    let harness = harness(ConsoleStyle(showsRecipes: true))
    harness.start(0)
    harness.end(0, .failed(status: 3))
    #expect(
      harness.text
        == "![1/3] MAKE a\n  make a\n!error: target 'a' failed: command exited with status 3\n")
  }

  @Test func `quietly, only output, failures and warnings are printed`() {
    let harness = harness(ConsoleStyle(isQuiet: true))
    harness.start(0)
    harness.end(0, .succeeded, "out\n")
    harness.start(1)
    harness.end(1, .failed(status: 1))
    harness.console.note(Diagnostic(.note, "moved"))
    harness.console.note(Diagnostic(.warning, "leftover"))
    #expect(
      harness.text == """
        >out
        !error: target 'b' failed: command exited with status 1
          make b
        !warning: leftover

        """)
  }

  @Test func `colours are used only where they are wanted`() {
    let harness = harness(ConsoleStyle(hasColor: true))
    harness.start(0)
    harness.end(0, .failed(status: 1))
    #expect(
      harness.text == """
        !\u{1B}[32m[1/3]\u{1B}[0m MAKE a
        !\u{1B}[1;31merror:\u{1B}[0m target 'a' failed: command exited with status 1
          make a

        """)
  }
}
