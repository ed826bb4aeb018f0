import Testing

@Suite struct IncludeTests {
  private let schedfile: Bytes = """
    rules: names
        sed 's/.*/&: in\\n    cp in &; echo & >> $RAN\\n/' names > rules; echo rules >> $RAN
    include rules
    default x

    """

  @Test func `a file that include names and a target makes is made first`() throws {
    let sandbox = Sandbox(schedfile, files: ["names": "x\n", "in": "1"])
    try sandbox.expectBuild(ran: ["rules", "x"])
    try sandbox.expect(errors: "sched: nothing to do\n")
    sandbox.write("names", "x\ny\n")
    try sandbox.expectBuild("y", ran: ["rules", "y"])
  }

  @Test func `what the later rounds make is not pruned by the first`() throws {
    let sandbox = Sandbox(schedfile, files: ["names": "x\n", "in": "1"])
    try sandbox.expectBuild(ran: ["rules", "x"])
    try sandbox.expectBuild("--prune")
    #expect(sandbox.exists("x"))
  }

  @Test func `a command that builds nothing says how to make it`() throws {
    let run = try Sandbox(schedfile, files: ["names": "x\n", "in": "1"]).sched("list")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("'sched build rules'"))
  }
}
