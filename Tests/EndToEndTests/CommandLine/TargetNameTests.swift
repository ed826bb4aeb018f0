import Testing

@Suite struct TargetNameTests {
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      subdir lib
      default top
      top:
          echo > top; echo top >> $RAN
      task hello:
          echo hello >> $RAN

      """,
      files: [
        "lib/Schedfile": """
        inner:
            echo > inner; echo inner >> $RAN
        task local:
            echo local >> $RAN
        task hello:
            echo hello of lib >> $RAN

        """, "lib/deep/x": "",
      ])
  }

  @Test func `targets are named from where one stands`() throws {
    let sandbox = sandbox()
    try sandbox.expect("inner", "../top", in: "lib", errors: nil, ran: ["inner", "top"])
    try sandbox.expect("-q", "lib/inner", "./top")
    try sandbox.expect("-q", "../inner", in: "lib/deep", errors: nil)
    try sandbox.expect("-q", "\(sandbox.path("lib/inner"))")
  }

  @Test func `tasks are looked up from where one stands upwards`() throws {
    let sandbox = sandbox()
    try sandbox.expect("hello", errors: nil, ran: ["hello"])
    try sandbox.expect("hello", in: "lib", errors: nil, ran: ["hello of lib"])
    try sandbox.expect("hello", in: "lib/deep", errors: nil, ran: ["hello of lib"])
    try sandbox.expect("local", in: "lib/deep", errors: nil, ran: ["local"])
    try sandbox.expect("lib/local", errors: nil, ran: ["local"])
  }

  @Test func `a target that there is not is an error with the nearest one`() throws {
    try sandbox().expect(
      "helo",
      errors: """
        error: no rule makes 'helo'
          = hint: did you mean 'hello'?

        """, status: 2)
  }

  @Test func `a slip in the name of a command is told as such`() throws {
    try sandbox().expect(
      "clena",
      errors: """
        error: no rule makes 'clena'
          = hint: did you mean the command 'clean'?

        """, status: 2)
  }

  @Test func `asking for a source that is there is nothing to do`() throws {
    let sandbox = Sandbox.copy()
    let run = try sandbox.sched("in")
    #expect(run.status == .exited(0))
    #expect(run.diagnostics.contains("note: "))
    #expect(run.diagnostics.contains("'in'"))
  }

  @Test func `without a target, the default ones are built`() throws {
    try sandbox().expect(errors: "[1/1] top\n", ran: ["top"])
  }

  @Test func `without anything to build, that is said`() throws {
    let run = try Sandbox("x = 1\n").sched()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: "))
  }
}
