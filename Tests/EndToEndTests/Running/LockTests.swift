import Testing

@Suite struct LockTests {
  @Test func `a sched started by a recipe in the same tree is an error, not a deadlock`() throws {
    let sandbox = Sandbox("a:\n    '\(Programs.sched)' b; echo > a\nb:\n    echo > b\n")
    let run = try sandbox.sched("a")
    #expect(run.status == .exited(1))
    #expect((run.output + run.diagnostics).contains("error: "))
    #expect(!sandbox.exists("b"))
  }

  @Test func `a second build waits for the first, and says so`() throws {
    let sandbox = Sandbox(
      "out:\n    echo 1 > begun; while [ ! -e go ]; do sleep 0.01; done; echo > out; echo out >> $RAN\n"
    )
    let first = try sandbox.start([])
    sandbox.waitFor("begun")
    let second = try sandbox.start([])
    while readFile(second.diagnostics)?.bytes.isEmpty != false, second.process.poll() == nil {}
    sandbox.write("go", "")
    #expect(first.wait().status == .exited(0))
    let run = second.wait()
    #expect(run.status == .exited(0))
    #expect(run.diagnostics.hasPrefix("note: another build of this tree is running (process "))
    #expect(run.diagnostics.hasSuffix("sched: nothing to do\n"))
    #expect(sandbox.takeRan() == ["out"])
  }

  @Test func `a sched started by a recipe in another tree works`() throws {
    let sandbox = Sandbox(
      "a:\n    '\(Programs.sched)' -C other b; echo > a\n",
      files: ["other/Schedfile": "b:\n    echo > b\n", "other/.git/HEAD": ""])
    try sandbox.expectBuild("a")
    #expect(sandbox.exists("other/b"))
  }

  @Test func `questions are answered while a build runs`() throws {
    let sandbox = Sandbox(
      "out:\n    echo 1 > begun; while [ ! -e go ]; do sleep 0.01; done; echo > out\n")
    let running = try sandbox.start([])
    sandbox.waitFor("begun")
    #expect(try sandbox.sched("-q").status == .exited(1))
    #expect(try sandbox.sched("list").status == .exited(0))
    #expect(try sandbox.sched("why", "out").status == .exited(0))
    sandbox.write("go", "")
    #expect(running.wait().status == .exited(0))
  }

  @Test func `the state keeps itself out of git`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read(".sched/.gitignore") == "*\n")
  }
}
