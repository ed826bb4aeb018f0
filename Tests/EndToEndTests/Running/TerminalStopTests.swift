import Testing

/// Ctrl-Z while a recipe has the terminal, under a shell with job control.
@Suite struct TerminalStopTests {
  private let controlZ = "\u{1A}"

  private func sandbox(_ script: Bytes) -> Sandbox {
    Sandbox(
      """
      task ask
          @console
          @timeout 20s
          echo ready; read answer; echo "got $answer"
      task other
          while [ ! -e stop ]; do echo x >> beats; sleep 0.02; done
      task both: ask other

      """, files: ["script": "set -m\n" + script])
  }

  private func start(_ sandbox: Sandbox, _ terminal: PseudoTerminal) throws -> ChildProcess {
    sandbox.environment["SCHED"] = Programs.sched.description
    return try sandbox.start(on: terminal, program: "bash", ["script"])
  }

  private func waitUntilStopped(_ sandbox: Sandbox) -> Bool {
    for _ in 0..<200 {
      let size = sandbox.read("beats")?.bytes.count
      _ = try? sandbox.start(program: "sleep", ["0.1"]).wait()
      if size == sandbox.read("beats")?.bytes.count { return true }
    }
    return false
  }

  @Test(arguments: ["--serial", "-j2"])
  func `it stops sched with the recipe, and both go on together`(_ executor: String) throws {
    let sandbox = sandbox(
      Bytes("$SCHED \(executor) ask; echo \"status $?\"; fg; echo \"ended $?\"\n"))
    let terminal = try PseudoTerminal()
    let shell = try start(sandbox, terminal)
    terminal.waitFor("ready")
    terminal.type(controlZ)
    // 128 and SIGTSTP: the shell saw its job stop.
    terminal.waitFor("status 148")
    terminal.type("hello\n")
    terminal.waitFor("got hello")
    terminal.waitFor("ended 0")
    #expect(shell.wait() == .exited(0))
  }

  @Test func `in the background the recipe waits for the terminal, and has it in the foreground`()
    throws
  {
    let sandbox = sandbox(
      "$SCHED ask; bg; while jobs -r | grep -q .; do sleep 0.05; done; echo again; fg\n")
    let terminal = try PseudoTerminal()
    let shell = try start(sandbox, terminal)
    terminal.waitFor("ready")
    terminal.type(controlZ)
    terminal.waitFor("again")
    terminal.type("hello\n")
    terminal.waitFor("got hello")
    #expect(shell.wait() == .exited(0))
  }

  @Test func `other recipes stop and go on with it`() throws {
    let sandbox = sandbox("$SCHED -j2 both; echo \"status $?\"; read line; fg\n")
    let terminal = try PseudoTerminal()
    let shell = try start(sandbox, terminal)
    sandbox.waitFor("beats")
    terminal.waitFor("ready")
    terminal.type(controlZ)
    terminal.waitFor("status 148")
    #expect(waitUntilStopped(sandbox))
    sandbox.remove("beats")
    terminal.type("\n")
    sandbox.waitFor("beats")
    sandbox.write("stop", "")
    terminal.type("hello\n")
    terminal.waitFor("got hello")
    #expect(shell.wait() == .exited(0))
  }

  @Test func `where nobody could continue it, the recipe goes on at once`() throws {
    let sandbox = sandbox("")
    let terminal = try PseudoTerminal()
    let sched = try sandbox.start(on: terminal, program: Programs.sched, ["ask"])
    terminal.waitFor("ready")
    terminal.type(controlZ)
    terminal.type("hello\n")
    terminal.waitFor("got hello")
    #expect(sched.wait() == .exited(0))
  }

  @Test func `the time for which it was stopped counts against no limit`() throws {
    let sandbox = Sandbox(
      "task ask\n    @console\n    @timeout 1s\n    echo ready; read answer; echo got $answer\n",
      files: ["script": "set -m\n$SCHED ask; echo \"status $?\"; sleep 1.2; fg\n"])
    let terminal = try PseudoTerminal()
    let shell = try start(sandbox, terminal)
    terminal.waitFor("ready")
    terminal.type(controlZ)
    terminal.waitFor("status 148")
    terminal.type("hello\n")
    terminal.waitFor("got hello")
    #expect(shell.wait() == .exited(0))
  }

  @Test func `in the background it takes the terminal from nobody`() throws {
    let sandbox = sandbox("$SCHED ask & wait; read line; echo \"line $line\"; kill %1; fg\n")
    let terminal = try PseudoTerminal()
    _ = try start(sandbox, terminal)
    terminal.waitFor("ready")
    terminal.type("mine\n")
    terminal.waitFor("line mine")
  }
}
