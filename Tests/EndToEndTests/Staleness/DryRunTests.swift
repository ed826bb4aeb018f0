import Testing

@Suite struct DryRunTests {
  @Test func `a dry run says what will run and what may, and runs nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.write("a.c", "gamma\n")
    let run = try sandbox.sched("-n")
    #expect(run.status == .exited(0))
    #expect(
      run.output.replacing(#/\b[0-9a-f]{8}\b/#, with: "DIGEST")
        == "will run a.o: 'a.c' changed: DIGEST -> DIGEST\nmay run app\n")
    try sandbox.expectBuild(ran: ["a.o", "app"])
  }

  @Test func `a dry run writes nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.sched("-n")
    #expect(!sandbox.exists(".sched"))
    #expect(sandbox.files() == ["Schedfile", "a.c", "b.c"])
  }

  @Test func `a question is answered by the exit status`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expect("-q", status: 1)
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    try sandbox.expect("-q")
    sandbox.setTime(of: "a.c", to: 1_000_000_000)
    try sandbox.expect("-q")
    sandbox.append("a.c", "x")
    try sandbox.expect("-q", status: 1)
    try sandbox.expect("-q", "b.o")
  }

  @Test func `a dry run computes values whose inputs are up to date`() throws {
    let sandbox = Sandbox(
      "out:\n    echo {{v}} > out; echo out >> $RAN\nvalue v\n    cat number\n",
      files: ["number": "1"])
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expect("-q")
    sandbox.write("number", "2")
    try sandbox.expect("-q", status: 1)
  }
}
