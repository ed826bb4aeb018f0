import Testing

@Suite struct CheckTests {
  @Test func `check says nothing where all is right, and builds nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expect("check")
    #expect(!sandbox.exists(".sched") && !sandbox.exists("app"))
  }

  @Test func `check reports several errors at once`() throws {
    let run = try Sandbox("a: b\n    @tmeout 1s\n    cp b a\nc: {{ glbo(\"x\") }}\n    true\n")
      .sched("check")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("Schedfile:2:"))
    #expect(run.diagnostics.contains("Schedfile:4:"))
  }

  @Test func `check finds an input that nobody makes`() throws {
    let run = try Sandbox("app: mian.o\n    cp mian.o app\nmain.o:\n    echo > main.o\n").sched(
      "check")
    #expect(
      run.diagnostics == """
        Schedfile:1:6: error: no rule makes 'mian.o', needed by 'app'
            1 | app: mian.o
              |      ^~~~~~
              = hint: did you mean 'main.o'?

        """)
    #expect(run.status == .exited(2))
  }

  @Test func `check finds a cycle`() throws {
    let run = try Sandbox("a: b\n    cp b a\nb: a\n    cp a b\n").sched("check")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: dependency cycle: a -> b -> a"))
  }

  @Test func `check notes an assignment after a recipe that used the name`() throws {
    let run = try Sandbox("x = 1\na:\n    echo {{x}} > a\nx = 2\n").sched("check")
    #expect(run.status == .exited(0))
    #expect(run.diagnostics.contains("Schedfile:4:1: note: "))
  }
}
