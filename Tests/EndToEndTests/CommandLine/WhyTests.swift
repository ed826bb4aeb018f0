import Testing

@Suite struct WhyTests {
  @Test func `why names the facts, old and new, up the chain`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expect(
      "why", "app",
      output: """
        app: it was never made
        a.o: it was never made
        b.o: it was never made

        """)
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    try sandbox.expect("why", "app", output: "app: it is up to date\n")
    sandbox.append("a.c", "more\n")
    let run = try sandbox.sched("why", "app")
    #expect(
      run.output.wholeMatch(
        of:
          #/app: it depends on what runs before it\na\.o: 'a\.c' changed: [0-9a-f]{8} -> [0-9a-f]{8}\n/#
      ) != nil, "\(run.output)")
    #expect(run.status == .exited(0))
    try sandbox.expectBuild(ran: ["a.o", "app"])
  }

  @Test func `why shows which line of the recipe changed`() throws {
    let sandbox = Sandbox("out:\n    echo 1\n    echo > out\n")
    try sandbox.sched()
    sandbox.write("Schedfile", "out:\n    echo 2\n    echo > out\n")
    try sandbox.expect(
      "why", output: "out: its recipe changed\n  - echo 1\n  + echo 2\n")
  }

  @Test func `why names all facts that changed`() throws {
    let sandbox = Sandbox(
      "out: a b\n    @env X\n    cat a b > out\n", files: ["a": "1", "b": "2"])
    try sandbox.sched()
    sandbox.remove("out")
    sandbox.write("a", "3")
    sandbox.environment["X"] = "y"
    let run = try sandbox.sched("why", "out")
    #expect(run.output.contains("variable 'X' changed: not set -> 'y'"))
    #expect(run.output.contains("'a' changed: "))
    #expect(!run.output.contains("'b'"))
  }

  @Test func `why for an output edited by hand`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.write("out", "mine")
    try sandbox.expect("why", "out", output: "out: 'out' was edited after it was made\n")
  }

  @Test func `a group is not called up to date while what it names is stale`() throws {
    let sandbox = Sandbox(
      """
      task all: inner
      task inner: a b
      a: x
          cp x a
      b:
          echo > b

      """, files: ["x": "1"])
    try sandbox.expectBuild()
    try sandbox.expect("why", output: "all: it is up to date\n")
    sandbox.write("x", "2")
    let run = try sandbox.sched("why", "all", "b")
    #expect(
      run.output.hasPrefix(
        "all: some of what it names is stale\nb: it is up to date\na: 'x' changed: "))
  }
}
