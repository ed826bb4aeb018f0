import Testing

@Suite struct UsageTests {
  @Test func `a wrong option is an error with the nearest one, and exit status 2`() throws {
    try Sandbox.copy().expect(
      "--jbos", "4",
      errors: """
        error: unknown option '--jbos'
          = hint: did you mean '--jobs'?

        """, status: 2)
  }

  @Test func `the version is printed on standard output`() throws {
    let run = try Sandbox().sched("--version")
    #expect(run.status == .exited(0))
    #expect(run.output.wholeMatch(of: #/sched \d+\.\d+\.\d+\n/#) != nil)
    #expect(run.diagnostics == "")
  }

  @Test(arguments: ["build", "why", "list", "check", "fmt", "clean", "log"] as [Bytes])
  func `help is printed on standard output, also where there is no Schedfile`(_ command: Bytes)
    throws
  {
    let run = try Sandbox().sched(command, "--help")
    #expect(run.status == .exited(0))
    #expect(run.output.hasPrefix("usage: sched "))
    #expect(run.output.contains("\nexamples:\n  "))
    #expect(run.diagnostics == "")
  }

  @Test func `help without a command lists the commands`() throws {
    let run = try Sandbox().sched("--help")
    #expect(run.status == .exited(0))
    #expect(run.output.contains("\ncommands:\n  build "))
  }

  @Test func `an error in the Schedfile is shown with its place, and exit status 2`() throws {
    let run = try Sandbox("out: in\n    @dsc x\n    cp in out\n").sched()
    #expect(run.status == .exited(2))
    #expect(run.output == "")
    #expect(run.diagnostics.hasPrefix("Schedfile:2:5: error: "))
    #expect(run.diagnostics.contains("did you mean '@desc'?"))
  }
}
