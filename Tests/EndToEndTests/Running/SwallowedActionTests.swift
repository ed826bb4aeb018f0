import Testing

/// Every action that started ends with one event, whatever became of it.
@Suite struct SwallowedActionTests {
  private func sandbox(_ header: Bytes) -> Sandbox {
    Sandbox(
      """
      default a.out
      a.out: a.c
          @depfile a.d
          echo 'a.out: g.h' > a.d; echo hello; cp a.c a.out; echo a.out >> $RAN
      g.h:
          \(header)

      """, files: ["a.c": "c\n"])
  }

  @Test func `an action whose discovered input cannot be made fails by it, and says so`() throws {
    let sandbox = sandbox("sleep 0.2; exit 1")
    let run = try sandbox.sched("-j2", "-k0")
    #expect(run.status == .exited(1))
    #expect(run.output == "hello\n")
    #expect(run.diagnostics.contains("error: target 'g.h' failed: command exited with status 1"))
    #expect(
      run.diagnostics.contains(
        "error: target 'a.out' failed: 'g.h', which it read, was not made"))
    #expect(!sandbox.exists("a.out"))
    #expect(try sandbox.sched("log", "a.out").output.contains("a.out: failed after its recipe"))
    _ = sandbox.takeRan()
    sandbox.write("g.h", "made by hand\n")
    try sandbox.sched("-k0")
    #expect(sandbox.takeRan() == ["a.out"])
  }

  @Test func `it fails also when the maker failed before it ended`() throws {
    let sandbox = sandbox("exit 1")
    let run = try sandbox.sched("-j2", "-k0", "g.h", "a.out")
    #expect(run.output == "hello\n")
    #expect(
      run.diagnostics.contains(
        "error: target 'a.out' failed: 'g.h', which it read, was not made"))
  }

  @Test func `an action that waits when the build stops is told of`() throws {
    let sandbox = Sandbox(
      """
      default a.out bad
      a.out: a.c
          @depfile a.d
          echo 'a.out: g.h' > a.d; echo hello; cp a.c a.out
      bad:
          @after a.c
          sleep 0.3; exit 1
      g.h:
          @after slow
          echo > g.h
      slow:
          sleep 0.6; touch slow

      """, files: ["a.c": "c\n"])
    let run = try sandbox.sched("-j2")
    #expect(run.status == .exited(1))
    #expect(run.output == "hello\n")
    #expect(!sandbox.exists("a.out"))
    #expect(run.diagnostics.contains("a.out"))
  }

  @Test func `what an interrupted recipe printed is shown`() throws {
    let sandbox = Sandbox(
      "slow:\n    echo begun; echo begun > begun; sleep 20\n")
    let running = try sandbox.start(["-j2", "slow"])
    sandbox.waitFor("begun")
    running.process.send(15)
    let run = running.wait()
    #expect(run.status == .exited(143))
    #expect(run.output == "begun\n")
  }
}
