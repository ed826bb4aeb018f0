import Glibc
import Testing

/// Processes that a recipe took out of its process group.
@Suite struct StrayTests {
  /// Two of them, of which one ignores TERM; `strays` holds their process ids.
  private func sandbox(_ attributes: Bytes = "") -> Sandbox {
    Sandbox(
      """
      out:
      \(attributes)    setsid sh -c 'echo $$ >> strays; exec sleep 1000' &
          setsid sh -c 'trap "" TERM; echo $$ >> strays; while :; do sleep 0.1; done' &
          while [ "$(wc -l < strays)" -lt 2 ]; do sleep 0.02; done
          echo 1 > started; sleep 1000

      """, files: ["strays": ""])
  }

  private func strays(_ sandbox: Sandbox) -> [Int32] {
    sandbox.read("strays")?.description.split(separator: "\n").compactMap { Int32($0) } ?? []
  }

  private func isGone(_ pid: Int32) -> Bool {
    for _ in 0..<2000 {
      if isDead(pid) { return true }
      usleep(1000)
    }
    return false
  }

  private func isDead(_ pid: Int32) -> Bool {
    kill(pid, 0) != 0 || (readFile("/proc/\(pid)/stat")?.description.contains(") Z ") ?? true)
  }

  /// A signal that it was sent would have ended it by then.
  private func expectLives(_ sandbox: Sandbox) throws {
    let pid = try #require(strays(sandbox).first)
    usleep(300_000)
    #expect(!isDead(pid))
    kill(pid, SIGKILL)
  }

  private func expectGone(_ sandbox: Sandbox) {
    let strays = strays(sandbox)
    #expect(strays.count == 2)
    for pid in strays {
      #expect(isGone(pid))
      kill(pid, SIGKILL)
    }
  }

  @Test(arguments: ConformanceTests.Executor.allCases)
  func `a recipe that takes too long is ended with them`(_ executor: ConformanceTests.Executor)
    throws
  {
    let sandbox = sandbox("    @timeout 1s\n")
    let run = try executor.run(sandbox, "out")
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("command took longer than its '@timeout'"))
    expectGone(sandbox)
  }

  @Test(
    arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)],
    ["-j2", "--serial"] as [Bytes])
  func `a signal ends them with the recipe`(_ signal: (Int32, Int32), _ executor: Bytes) throws {
    let sandbox = sandbox()
    let running = try sandbox.start([executor])
    sandbox.waitFor("started")
    running.process.send(signal.0)
    #expect(running.wait().status == .exited(signal.1))
    expectGone(sandbox)
  }

  @Test func `Ctrl-C ends those of a recipe that has the terminal, of which sched is not told`()
    throws
  {
    let sandbox = sandbox("    @console\n")
    sandbox.environment["SCHED"] = Programs.sched.description
    sandbox.write("script", "set -m\n$SCHED out; echo \"ended $?\"\n")
    let terminal = try PseudoTerminal()
    let shell = try sandbox.start(on: terminal, program: "bash", ["script"])
    sandbox.waitFor("started")
    // A shell that gets the signal while it starts a program lets that go on.
    usleep(200_000)
    terminal.type("\u{3}")
    terminal.waitFor("ended 130")
    #expect(shell.wait() == .exited(0))
    expectGone(sandbox)
  }

  @Test func `what a recipe that succeeded left running on purpose stays`() throws {
    let sandbox = Sandbox(
      """
      default left out
      left:
          setsid sh -c 'echo $$ > strays; exec sleep 1000' >/dev/null 2>&1 &
          while [ ! -s strays ]; do sleep 0.02; done; echo > left
      out: left
          @timeout 200ms
          sleep 1000

      """)
    #expect(try sandbox.sched().status == .exited(1))
    try expectLives(sandbox)
  }

  @Test(arguments: ["", "    @console\n"])
  func `so does what one that failed by itself has left, and may serve others`(
    _ attributes: String
  ) throws {
    let sandbox = Sandbox(
      Bytes(
        """
        out:
        \(attributes)    setsid sh -c 'echo $$ > strays; exec sleep 1000' >/dev/null 2>&1 &
            while [ ! -s strays ]; do sleep 0.02; done; exit 3

        """))
    #expect(try sandbox.sched().status == .exited(1))
    try expectLives(sandbox)
  }

  @Test func `one that is told to end gets the signal once`() throws {
    let sandbox = Sandbox(
      """
      out:
          trap 'echo told >> told' TERM; echo 1 > started
          while [ ! -s told ]; do sleep 0.02; done; sleep 0.3; exit 1

      """)
    let running = try sandbox.start([])
    sandbox.waitFor("started")
    running.process.send(SIGTERM)
    #expect(running.wait().status == .exited(143))
    #expect(sandbox.read("told") == "told\n")
  }
}
