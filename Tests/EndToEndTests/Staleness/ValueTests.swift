import Testing

@Suite struct ValueTests {
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      out: in
          echo {{revision}} > out; echo out >> $RAN
      value revision
          cat number; echo revision >> $RAN

      """, files: ["in": "1", "number": "7\n"])
  }

  @Test func `a value runs in each build, and what takes it only when the value changed`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["out", "revision"])
    #expect(sandbox.read("out") == "7\n")
    try sandbox.expect(errors: "sched: nothing to do\n", ran: ["revision"])
    sandbox.write("number", "8\n")
    try sandbox.expectBuild(ran: ["out", "revision"])
    #expect(sandbox.read("out") == "8\n")
  }

  @Test func `a value is one word, whatever it holds`() throws {
    let sandbox = sandbox()
    sandbox.write("number", "it's two\nlines\n")
    try sandbox.expectBuild(ran: ["out", "revision"])
    #expect(sandbox.read("out") == "it's two\nlines\n")
  }

  @Test func `a value with when changed runs only when its inputs change`() throws {
    let sandbox = Sandbox(
      """
      out:
          echo {{revision}} > out; echo out >> $RAN
      value revision: number
          @when changed
          cat number; echo revision >> $RAN

      """, files: ["number": "7\n"])
    try sandbox.expectBuild(ran: ["out", "revision"])
    try sandbox.expectBuild()
    sandbox.write("number", "8\n")
    try sandbox.expectBuild(ran: ["out", "revision"])
  }

  @Test func `a value whose recipe fails fails what takes it`() throws {
    let sandbox = Sandbox("out:\n    echo {{v}} > out\nvalue v\n    exit 3\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("command exited with status 3"))
  }
}
