import Glibc
import Testing

/// Signals that whoever started sched has said to ignore, as `nohup` does.
@Suite struct IgnoredSignalTests {
  private func sandbox() -> Sandbox {
    let sandbox = Sandbox(
      """
      out:
          grep SigIgn /proc/self/status > ignored; echo $$ > pid
          while [ ! -e go ]; do sleep 0.02; done; echo made > out

      """)
    sandbox.environment["SCHED"] = Programs.sched.description
    return sandbox
  }

  /// Whether recipes ignore a signal, by what the system said of one.
  private func isIgnored(_ signal: Int32, _ sandbox: Sandbox) -> Bool {
    let digits = sandbox.read("ignored")?.description.split { $0.isWhitespace }.last ?? ""
    return UInt64(digits, radix: 16).map { $0 >> (UInt64(signal) - 1) & 1 == 1 } ?? false
  }

  @Test(
    arguments: [("HUP", SIGHUP), ("INT", SIGINT), ("TERM", SIGTERM)], ["-j2", "--serial"])
  func `they stay ignored, by sched and by its recipes`(
    _ signal: (name: String, number: Int32), _ executor: String
  ) throws {
    let sandbox = sandbox()
    let line = "trap '' \(signal.name); exec $SCHED --quiet \(executor) out"
    let running = try sandbox.start(program: "sh", ["-c", Bytes(line)])
    sandbox.waitFor("pid")
    #expect(isIgnored(signal.number, sandbox))
    running.process.send(signal.number)
    kill(Int32(sandbox.read("pid")?.description.dropLast() ?? "") ?? 0, signal.number)
    sandbox.write("go", "")
    #expect(running.wait().status == .exited(0))
    #expect(sandbox.read("out") == "made\n")
  }

  @Test func `under nohup a build goes on when its terminal is closed`() throws {
    let sandbox = sandbox()
    let running = try sandbox.start(program: "nohup", [Programs.sched, "out"])
    sandbox.waitFor("pid")
    running.process.send(SIGHUP)
    sandbox.write("go", "")
    #expect(running.wait().status == .exited(0))
  }

  @Test func `those that end sched end its recipes too, and none is ignored`() throws {
    let sandbox = sandbox()
    let running = try sandbox.start([])
    sandbox.waitFor("pid")
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD] {
      #expect(!isIgnored(signal, sandbox))
    }
    sandbox.write("go", "")
    #expect(running.wait().status == .exited(0))
  }

  @Test func `recipes whose ends nobody hears of end all the same`() throws {
    let sandbox = Sandbox("out:\n    exit 3\n")
    let program: Bytes = """
      import os, signal
      signal.signal(signal.SIGCHLD, signal.SIG_IGN)
      os.execv(os.environ["SCHED"], ["sched", "--quiet"])
      """
    sandbox.environment["SCHED"] = Programs.sched.description
    let run = try sandbox.start(program: "python3", ["-c", program]).wait()
    #expect(run.diagnostics.contains("command exited with status 3"), "\(run.diagnostics)")
  }
}
