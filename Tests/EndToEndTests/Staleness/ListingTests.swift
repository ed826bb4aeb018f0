import Testing

@Suite struct ListingTests {
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      out: list
          @inputs-from list
          cat $(cat list) > out; echo out >> $RAN
      list: names
          sed 's/$/.gen/' names > list; echo list >> $RAN
      %.gen: %.src
          cat {{in}} > {{out}}; echo {{out}} >> $RAN

      """, files: ["names": "a\nb\n", "a.src": "1", "b.src": "2", "c.src": "3"])
  }

  @Test func `what a listing names is an input, and made in the same build`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["a.gen", "b.gen", "list", "out"])
    #expect(sandbox.read("out") == "12")
    try sandbox.expectBuild()
    sandbox.write("b.src", "4")
    try sandbox.expectBuild(ran: ["b.gen", "out"])
    #expect(sandbox.read("out") == "14")
  }

  @Test func `a listing that changed brings other inputs`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["a.gen", "b.gen", "list", "out"])
    sandbox.write("names", "a\nc\n")
    try sandbox.expectBuild(ran: ["c.gen", "list", "out"])
    sandbox.write("b.src", "5")
    try sandbox.expectBuild()
  }

  @Test func `a listed path that nothing makes is an error at its line`() throws {
    let sandbox = sandbox()
    sandbox.write("names", "a\nnope\n")
    let run = try sandbox.sched()
    #expect(run.status != .exited(0))
    #expect(run.diagnostics.contains("list:2:1: error: "))
    #expect(run.diagnostics.contains("'nope.gen'"))
  }
}
