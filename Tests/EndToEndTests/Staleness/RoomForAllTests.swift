import Testing

/// Room is made for all outputs of an action, or its own stay as they are.
@Suite struct RoomForAllTests {
  private func expectBlocked(
    _ sandbox: Sandbox, message: String, own: [Bytes],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    sandbox.write("in", "2\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(run.diagnostics.contains(message), "\(run.diagnostics)", sourceLocation: sourceLocation)
    for file in own { #expect(sandbox.read(file) == "1\n", sourceLocation: sourceLocation) }
  }

  @Test func `a directory of others that cannot be moved`() throws {
    let sandbox = Sandbox("a b: in\n    cp in a; cp in b\n", files: ["in": "1\n"])
    try sandbox.expectBuild()
    sandbox.remove("b")
    sandbox.write("b/x", "precious")
    sandbox.remove(".sched/replaced")
    sandbox.write(".sched/replaced", "")
    try expectBlocked(sandbox, message: "cannot move anything aside", own: ["a"])
    #expect(sandbox.read("b/x") == "precious")
    sandbox.remove(".sched/replaced")
    try sandbox.expectBuild()
    #expect(sandbox.read("a") == "2\n" && sandbox.read("b") == "2\n")
  }

  @Test func `a directory in the place of the depfile`() throws {
    let sandbox = Sandbox(
      "a b: in\n    @depfile a.d\n    cp in a; cp in b; echo 'a: in' > a.d\n", files: ["in": "1\n"])
    try sandbox.expectBuild()
    sandbox.remove("a.d")
    sandbox.makeDirectory("a.d")
    try expectBlocked(sandbox, message: "the depfile 'a.d' is a directory", own: ["a", "b"])
  }

  @Test func `a file in the place of a later output's directory`() throws {
    let sandbox = Sandbox("a o/b: in\n    cp in a; cp in o/b\n", files: ["in": "1\n"])
    try sandbox.expectBuild()
    sandbox.remove("o")
    sandbox.write("o", "mine")
    try expectBlocked(sandbox, message: "o", own: ["a"])
    #expect(sandbox.read("o") == "mine")
  }

  @Test func `a directory that may not be written to`() throws {
    let sandbox = Sandbox("p/a q/b: in\n    cp in p/a; cp in q/b\n", files: ["in": "1\n"])
    try sandbox.expectAsNobody(errors: "[1/1] p/a\n")
    sandbox.write("in", "2\n")
    sandbox.setMode(of: "q", to: 0o555)
    try sandbox.expectAsNobody(
      errors: """
        [1/1] p/a
        error: target 'p/a' failed: cannot remove 'q/b': permission denied
          cp in p/a; cp in q/b

        """, status: 1)
    #expect(sandbox.read("p/a") == "1\n" && sandbox.read("q/b") == "1\n")
    sandbox.setMode(of: "q", to: 0o755)
    try sandbox.expectAsNobody(errors: "[1/1] p/a\n")
    #expect(sandbox.read("p/a") == "2\n")
  }
}
