import Testing

@Suite struct DisturbedTests {
  @Test func `an input edited while its recipe runs makes it run again in the next build`() throws {
    let sandbox = Sandbox(
      """
      out: in
          cat in > out; echo out >> $RAN
          [ -e once ] || { : > once; echo edited > in; }

      """, files: ["in": "old\n"])
    let run = try sandbox.sched()
    #expect(sandbox.takeRan() == ["out"])
    #expect(run.diagnostics.contains("note: "))
    #expect(run.diagnostics.contains("'in'"))
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "edited\n")
    try sandbox.expectBuild()
  }

  @Test func `an edit that is undone while the recipe runs is seen`() throws {
    let sandbox = Sandbox(
      """
      out: in
          [ -e once ] || echo edited > in
          cat in > out; echo out >> $RAN
          [ -e once ] || { : > once; echo old > in; }

      """, files: ["in": "old\n"])
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "edited\n")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "old\n")
    try sandbox.expectBuild()
  }

  @Test func `a recipe that rewrites its own input is taken as it is the second time, with a note`()
    throws
  {
    let sandbox = Sandbox(
      """
      out: in
          cat in > out; cat out > in; echo out >> $RAN

      """, files: ["in": "same\n"])
    try sandbox.expectBuild(ran: ["out"])
    let run = try sandbox.sched()
    #expect(sandbox.takeRan() == ["out"])
    #expect(run.diagnostics.contains("note: ") && run.diagnostics.contains("'in'"))
    try sandbox.expectBuild()
  }
}
