import Testing

@Suite struct FailedRecipeTests {
  @Test func `a recipe that failed leaves no outputs and runs again`() throws {
    let sandbox = Sandbox(
      """
      out: in
          cat in > out; echo out >> $RAN
          grep -q good in

      """, files: ["in": "good"])
    try sandbox.expectBuild(ran: ["out"])
    sandbox.write("in", "bad")
    try sandbox.expectBuild(ran: ["out"], status: 1)
    #expect(!sandbox.exists("out"))
    try sandbox.expectBuild(ran: ["out"], status: 1)
    sandbox.write("in", "good")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `after a failure the old record counts no more, even if all is as it was`() throws {
    let sandbox = Sandbox(
      """
      task deploy: in
          @when changed
          cp in deployed; echo deploy >> $RAN
          [ ! -e broken ]

      """, files: ["in": "one"])
    try sandbox.expectBuild(ran: ["deploy"])
    try sandbox.expectBuild()
    sandbox.write("in", "two")
    sandbox.write("broken", "")
    try sandbox.expectBuild(ran: ["deploy"], status: 1)
    #expect(sandbox.read("deployed") == "two")
    sandbox.write("in", "one")
    sandbox.remove("broken")
    try sandbox.expectBuild(ran: ["deploy"])
    #expect(sandbox.read("deployed") == "one")
  }

  @Test func `an output that the recipe did not make is an error that names it`() throws {
    let sandbox = Sandbox("a b:\n    echo 1 > a\n")
    try sandbox.expect(
      errors: """
        [1/1] a
        error: target 'a' failed: its recipe did not make 'b'
          echo 1 > a

        """, status: 1)
    #expect(!sandbox.exists("a"))
  }

  @Test func `an output of another kind than promised is an error`() throws {
    let sandbox = Sandbox("default a b/\na:\n    mkdir a\nb/:\n    echo > b\n")
    let run = try sandbox.sched("-k0")
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("error: target 'a' failed: 'a' is a directory"))
    #expect(run.diagnostics.contains("error: target 'b/' failed: 'b/' is no directory"))
  }

  @Test(arguments: [["--serial"], ["-j2"], ["-j2", "-k0"], ["--mpi"]] as [[Bytes]])
  func `a depfile goes with what it was written for when a file that it names cannot be made`(
    _ how: [Bytes]
  ) throws {
    let sandbox = Sandbox(
      """
      a:
          @depfile a.d
          echo x > a; echo 'a: g.h' > a.d
      task t:
          @depfile t.d
          echo 't: g.h' > t.d
      g.h:
          [ -e good ] || exit 1
          touch g.h

      """)
    for _ in 0..<2 {
      let run = try sandbox.start(how + ["a", "t", "g.h"]).wait()
      #expect(run.status == .exited(1))
      #expect(!run.diagnostics.contains("was not as sched had made it"), "\(run.diagnostics)")
      #expect(sandbox.files() == ["Schedfile"])
    }
    sandbox.write("good", "")
    let run = try sandbox.start(how + ["a", "t", "g.h"]).wait()
    #expect(run.status == .exited(0))
    #expect(!run.diagnostics.contains("was not as sched"), "\(run.diagnostics)")
    #expect(sandbox.files() == ["Schedfile", "a", "a.d", "g.h", "good", "t.d"])
  }

  @Test func `a depfile that was edited meanwhile stays, and is moved aside by the next build`()
    throws
  {
    let sandbox = Sandbox(
      """
      a:
          @depfile a.d
          echo x > a; echo 'a: g.h' > a.d
      g.h: a.d.edited
          exit 1
      a.d.edited:
          sleep 0.5; echo mine > a.d; touch a.d.edited

      """)
    #expect(try sandbox.sched("-j2", "-k0", "a", "g.h").status == .exited(1))
    #expect(sandbox.read("a.d") == "mine\n" && !sandbox.exists("a"))
    try sandbox.sched("-j2", "-k0", "a", "g.h")
    #expect(sandbox.read(".sched/replaced/a.d") == "mine\n")
  }

  @Test func `what depends on a failure is not made, what does not is finished`() throws {
    let sandbox = Sandbox(
      """
      default all other
      all: bad
          cat bad > all; echo all >> $RAN
      bad:
          echo bad >> $RAN; exit 7
      other:
          echo 1 > other; echo other >> $RAN

      """)
    let run = try sandbox.sched("-k0")
    #expect(run.status == .exited(1))
    #expect(sandbox.takeRan() == ["bad", "other"])
    #expect(run.diagnostics.contains("error: target 'bad' failed: command exited with status 7"))
  }

  @Test func `with keep, outputs stay when the recipe fails`() throws {
    let sandbox = Sandbox("log:\n    @keep\n    echo line >> log\n    exit 1\n")
    try sandbox.expectBuild(status: 1)
    try sandbox.expectBuild(status: 1)
    #expect(sandbox.read("log") == "line\nline\n")
  }

  @Test func `without keep, outputs are gone before each run`() throws {
    let sandbox = Sandbox("log: in\n    cat in >> log\n", files: ["in": "a\n"])
    try sandbox.expectBuild()
    sandbox.write("in", "b\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("log") == "b\n")
  }
}
