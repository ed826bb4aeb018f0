import Testing

/// What is told of files and settings as a whole.
@Suite struct DiagnosticTests {
  @Test func `a setting that is no choice lists the choices`() throws {
    let sandbox = Sandbox("param mode = fast | slow\nout:\n    touch out\n")
    try sandbox.expect(
      "mode=medium",
      errors: """
        Schedfile:1:7: error: 'medium' is no choice of 'mode'
            1 | param mode = fast | slow
              |       ^~~~
              = hint: choose 'fast', 'slow'

        """, status: 2)
  }

  @Test func `a setting that nothing assigns is an error with the nearest name`() throws {
    let sandbox = Sandbox("param mode = fast\nout:\n    touch out\n")
    try sandbox.expect(
      "mdoe=x",
      errors: """
        error: 'mdoe' is assigned nowhere in the files that were read
          = hint: did you mean 'mode'?

        """, status: 2)
  }

  @Test func `a NUL byte makes a file no text`() throws {
    let sandbox = Sandbox(Bytes(Array("a = b\nc = ".utf8) + [0, 10]))
    let run = try sandbox.sched()
    #expect(run.diagnostics.hasPrefix("Schedfile:2:5: error: a NUL byte: this is no text\n"))
    #expect(run.status == .exited(2))
  }

  @Test func `a byte that is no UTF-8 counts as one character`() throws {
    let sandbox = Sandbox(Bytes(Array("x = ".utf8) + [0xFF] + Array(" {{nope}}\n".utf8)))
    try sandbox.expect(
      errors: #"""
        Schedfile:1:9: error: unknown name 'nope'
            1 | x = \xFF {{nope}}
              |            ^~~~

        """#, status: 2)
  }

  @Test func `no more than twenty errors are told in one run`() throws {
    let lines = (0..<30).map { "a\($0) = {{b\($0)}}\n" }.joined()
    let run = try Sandbox(Bytes(lines)).sched()
    #expect(run.diagnostics.split(separator: "\n").count { $0.contains(": error: ") } == 20)
  }
}
