import Glibc
import Testing

@Suite struct TerminalTests {
  /// Runs sched with a terminal of 40 columns on standard error; gives what it showed there.
  private func onTerminal(_ sandbox: Sandbox, _ arguments: String) throws -> String {
    let line =
      "stty cols 40 rows 24; '\(Programs.sched)' \(arguments) > output; echo $? > status"
    sandbox.environment["TERM"] = "xterm"
    sandbox.write("run.sh", "\(line)\n")
    _ = try sandbox.start(
      program: "script", ["--quiet", "--command", "sh run.sh", "typescript"]
    ).wait()
    return sandbox.read("typescript")?.description ?? ""
  }

  @Test func `a terminal has one live line with what runs`() throws {
    let sandbox = Sandbox(
      "out:\n    @desc MAKE a thing of a very long name\n    echo printed; echo > out\n")
    let shown = try onTerminal(sandbox, "")
    #expect(shown.contains("\r[0/1] 0% MAKE a thing of a very long n…\u{1B}[K"))
    #expect(
      shown.contains("\r\u{1B}[K\u{1B}[32m[1/1]\u{1B}[0m MAKE a thing of a very long name\r\n"))
    #expect(sandbox.read("output") == "printed\n")
    #expect(sandbox.read("status") == "0\n")
  }

  @Test func `NO_COLOR is honoured`() throws {
    let sandbox = Sandbox("out:\n    echo printed; echo > out\n")
    sandbox.environment["NO_COLOR"] = "1"
    #expect(try !onTerminal(sandbox, "").contains("\u{1B}[3"))
  }
}
