import Testing

@Suite struct IncludeTests {
  private let schedfile: Bytes = """
    rules: names
        sed 's/.*/&: in\\n    cp in &; echo & >> $RAN\\n/' names > rules; echo rules >> $RAN
    include rules
    default x

    """

  @Test func `a file that include names and a target makes is made first`() throws {
    let sandbox = Sandbox(schedfile, files: ["names": "x\n", "in": "1"])
    try sandbox.expectBuild(ran: ["rules", "x"])
    try sandbox.expect(errors: "sched: nothing to do\n")
    sandbox.write("names", "x\ny\n")
    try sandbox.expectBuild("y", ran: ["rules", "y"])
  }

  @Test func `what the later rounds make is not pruned by the first`() throws {
    let sandbox = Sandbox(schedfile, files: ["names": "x\n", "in": "1"])
    try sandbox.expectBuild(ran: ["rules", "x"])
    try sandbox.expectBuild("--prune")
    #expect(sandbox.exists("x"))
  }

  // MARK: Not there yet

  private static let note = """
    Schedfile:3:9: note: 'rules' is not there yet, and what it says is not known
        3 | include rules
          |         ^~~~~
          = hint: 'sched build rules' makes it

    """

  private func freshClone(_ more: Bytes = "") -> Sandbox {
    Sandbox(schedfile + more, files: ["names": "x\n", "in": "1"])
  }

  @Test func `commands that build nothing say what they cannot know`() throws {
    let sandbox = freshClone("task group: x\n")
    try sandbox.expect("list", output: "tasks:\n  group\n", errors: Self.note)
    try sandbox.expect("check", errors: Self.note)
    try sandbox.expect("clean", errors: Self.note)
    try sandbox.expect("log", errors: Self.note)
    try sandbox.expect("-q", errors: Self.note, status: 1)
    #expect(sandbox.takeRan() == [])
  }

  @Test func `a dry run and why tell what makes the file, and that the rest may follow`() throws {
    let sandbox = freshClone("task group: x\n    true\n")
    try sandbox.expect(
      "-n", "group", output: "will run rules: it was never made\nmay run group\n",
      errors: Self.note)
    try sandbox.expect(
      "why", "group",
      output: "group: it depends on what runs before it\nrules: it was never made\n",
      errors: Self.note)
    // What only the file can say is not called unknown.
    try sandbox.expect(
      "-n", "y", output: "will run rules: it was never made\n", errors: Self.note)
    try sandbox.expect("why", output: "rules: it was never made\n", errors: Self.note)
  }

  @Test func `after clean it is as in a fresh clone`() throws {
    let sandbox = freshClone()
    try sandbox.expectBuild(ran: ["rules", "x"])
    try sandbox.expect("clean", output: "rules\nx\n")
    try sandbox.expect("-n", output: "will run rules: it was never made\n", errors: Self.note)
    try sandbox.expect("clean", errors: Self.note)
    try sandbox.expectBuild(ran: ["rules", "x"])
  }

  @Test func `where the rest needs the file, what stands before it is still told`() throws {
    let sandbox = Sandbox(
      """
      task first
          @desc the first
          true
      rules: names
          echo 'c = 1' > rules
      include rules
      x:
          echo {{c}} > x

      """, files: ["names": ""])
    let note = """
      Schedfile:6:9: note: 'rules' is not there yet, and what it says is not known
          6 | include rules
            |         ^~~~~
            = hint: 'sched build rules' makes it

      """
    try sandbox.expect("list", output: "tasks:\n  first  the first\n", errors: note)
    try sandbox.expect("-n", "x", output: "will run rules: it was never made\n", errors: note)
    try sandbox.expect("check", errors: note)
  }

  @Test func `an optional one that a target makes is known to be missing as well`() throws {
    let sandbox = Sandbox(
      "rules:\n    echo 'c = 1' > rules\ninclude? rules\nx:\n    echo {{c}} > x\n")
    let run = try sandbox.sched("-n")
    #expect(run.output.hasPrefix("will run rules: ") && run.status == .exited(0))
    #expect(run.diagnostics.contains("note: 'rules' is not there yet"))
  }

  @Test func `what is wrong with making it is an error`() throws {
    let sandbox = freshClone()
    sandbox.remove("names")
    try sandbox.expect(
      "check",
      errors: Self.note + """
        Schedfile:1:8: error: no rule makes 'names', needed by 'rules'
            1 | rules: names
              |        ^~~~~

        """, status: 2)
  }

  @Test func `orphans are not told from what the file would make`() throws {
    let sandbox = freshClone()
    try sandbox.expectBuild(ran: ["rules", "x"])
    sandbox.remove("rules")
    try sandbox.expect(
      "clean", "--orphans",
      errors: Self.note + """
        Schedfile:3:9: error: what is no longer a target is known only when 'rules' is there
            3 | include rules
              |         ^~~~~
              = hint: 'sched build rules' makes it

        """, status: 2)
    #expect(sandbox.exists("x"))
  }

  @Test func `one that nothing makes is an error`() throws {
    let run = try Sandbox("include rules\n").sched("list")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: cannot read 'rules': no such file or directory"))
  }

  @Test(arguments: [["list"], ["check"], ["why"], ["clean"], ["-n"], ["-q"], []] as [[Bytes]])
  func `one that a target below makes is an error that says so`(_ words: [Bytes]) throws {
    let sandbox = Sandbox(
      "include gen.inc\ngen.inc: g\n    cp g gen.inc\n", files: ["g": "v = 1\n"])
    let run = try sandbox.start(words).wait()
    #expect(run.status == .exited(2))
    #expect(
      run.diagnostics == """
        Schedfile:1:9: error: cannot read 'gen.inc': no such file or directory
            1 | include gen.inc
              |         ^~~~~~~
              = hint: a target below makes 'gen.inc': write it above the line that reads the file
        Schedfile:2:1: note: the target is here
            2 | gen.inc: g
              | ^~~~~~~~~~

        """, "\(run.diagnostics)")
  }
}
