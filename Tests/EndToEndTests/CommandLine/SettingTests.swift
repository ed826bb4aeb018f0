import Testing

@Suite struct SettingTests {
  private let schedfile: Bytes = """
    param mode = debug | release
    flags = -O0
    out-{{mode}}:
        echo {{flags}} > {{out}}

    """

  @Test func `a param is set on the command line`() throws {
    let sandbox = Sandbox(schedfile)
    try sandbox.expectBuild("mode=release", "flags=-O2 -g")
    #expect(sandbox.read("out-release") == "-O2 -g\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("out-debug") == "-O0\n")
  }

  @Test func `a value that is no choice is an error that lists them`() throws {
    let run = try Sandbox(schedfile).sched("mode=fast")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("'fast'") && run.diagnostics.contains("release"))
  }

  @Test func `a name that is assigned nowhere is an error with the nearest one`() throws {
    let run = try Sandbox(schedfile).sched("mod=debug")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("'mod'") && run.diagnostics.contains("did you mean 'mode'?"))
  }
}
