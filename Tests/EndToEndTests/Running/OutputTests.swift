import Testing

@Suite struct OutputTests {
  private let schedfile: Bytes = """
    default a b
    a:
        @desc MAKE a
        echo from a; echo error of a >&2
        echo 1 > a
    b: a
        @desc MAKE b
        echo 1 > b

    """

  private let lines = "[1/2] MAKE a\nerror of a\n[2/2] MAKE b\n"

  @Test func `what recipes print goes to the same stream of sched, progress to standard error`()
    throws
  {
    try Sandbox(schedfile).expect(output: "from a\n", errors: lines)
  }

  @Test func `serially, it is passed on as well`() throws {
    try Sandbox(schedfile).expect("--serial", output: "from a\n", errors: lines)
  }

  @Test func `quietly, there is no progress`() throws {
    try Sandbox(schedfile).expect("--quiet", output: "from a\n", errors: "error of a\n")
  }

  @Test func `a second build says that there is nothing to do, unless it is quiet`() throws {
    let sandbox = Sandbox(schedfile)
    try sandbox.sched()
    try sandbox.expect(errors: "sched: nothing to do\n")
    try sandbox.expect("--quiet")
  }

  @Test func `verbosely, the text of each recipe is shown`() throws {
    try Sandbox(schedfile).expect(
      "-v", "b", output: "from a\n",
      errors: """
        [1/2] MAKE a
          echo from a; echo error of a >&2
          echo 1 > a
        error of a
        [2/2] MAKE b
          echo 1 > b

        """)
  }

  @Test func `with why, the reason for each recipe is shown`() throws {
    let sandbox = Sandbox(schedfile)
    try sandbox.expect(
      "--why", output: "from a\n",
      errors: """
        [1/2] MAKE a
          why: it was never made
        error of a
        [2/2] MAKE b
          why: it was never made

        """)
    sandbox.remove("b")
    try sandbox.expect("--why", errors: "[1/1] MAKE b\n  why: 'b' is not there\n")
  }

  @Test func `output of recipes that run at once is not mixed`() throws {
    let sandbox = Sandbox(
      """
      default a b
      a:
          for i in 1 2 3; do echo a; sleep 0.01; done; echo > a
      b:
          for i in 1 2 3; do echo b; sleep 0.01; done; echo > b

      """)
    let output = try sandbox.sched("-j2").output
    #expect(["a\na\na\nb\nb\nb\n", "b\nb\nb\na\na\na\n"].contains(output))
  }

  @Test func `output that is no text comes through as it is`() throws {
    let sandbox = Sandbox("a:\n    printf '\\377\\000\\n'; echo > a\n")
    let running = try sandbox.start([])
    #expect(running.process.wait() == .exited(0))
    #expect(readFile(running.output) == Bytes([0xFF, 0x00, 0x0A]))
  }

  @Test func `a reader that goes away does not stop the build`() throws {
    let sandbox = Sandbox("a:\n    seq 100000; echo > a\nb: a\n    echo > b\n")
    let run = try sandbox.start(program: "sh", ["-c", "'\(Programs.sched)' b | head -n 1"]).wait()
    #expect(run.output == "1\n")
    #expect(sandbox.exists("b"))
  }

  @Test func `a reader of progress that goes away does not stop the build`() throws {
    let sandbox = Sandbox("a:\n    sleep 0.1; echo > a\nb: a\n    echo > b\n")
    let line: Bytes = "'\(Programs.sched)' b 2>&1 >/dev/null | true; while [ ! -e b ]; do :; done"
    #expect(try sandbox.start(program: "sh", ["-c", line]).wait().status == .exited(0))
  }
}
