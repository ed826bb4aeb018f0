import Testing

@Suite struct DepfileTests {
  /// `out` from `in.c`, whose depfile names what `deps` lists.
  private func sandbox(_ deps: Bytes = "a.h b.h") -> Sandbox {
    Sandbox(
      """
      out: in.c
          @depfile out.d
          echo "out: in.c $(cat deps)" > {{depfile}}
          cat in.c $(cat deps) > out 2> /dev/null || true
          echo out >> $RAN

      """, files: ["in.c": "c", "a.h": "a", "b.h": "b", "deps": deps])
  }

  @Test func `a header that changed runs its readers`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    sandbox.write("b.h", "B")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "caB")
    try sandbox.expectBuild()
  }

  @Test func `a header that is gone runs its readers and is no error`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.remove("b.h")
    sandbox.write("deps", "a.h")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    sandbox.write("b.h", "new")
    try sandbox.expectBuild()
  }

  @Test func `a file named by the depfile that was not there is a change when it appears`() throws {
    let sandbox = sandbox("a.h late.h")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    sandbox.write("late.h", "l")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "cal")
  }

  @Test func `a depfile that was not written is an error that names it`() throws {
    let sandbox = Sandbox("out:\n    @depfile out.d\n    echo 1 > out\n")
    try sandbox.expect(
      errors: """
        [1/1] out
        error: target 'out' failed: its recipe did not write the depfile 'out.d'
          echo 1 > out

        """, status: 1)
    #expect(!sandbox.exists("out"))
  }

  @Test func `a depfile that is no list of rules is an error with its line`() throws {
    let sandbox = Sandbox("out:\n    @depfile out.d\n    echo a b > out.d; echo 1 > out\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("'out.d': line 1: expected ':' after the target"))
  }

  @Test func `a depfile stays where it is, and losing it runs nothing`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.exists("out.d"))
    sandbox.remove("out.d")
    try sandbox.expectBuild()
  }

  @Test func `a directory that a depfile names counts as being there or not`() throws {
    let sandbox = Sandbox(
      "out:\n    @depfile out.d\n    echo 'out: include s' > out.d; echo > out; echo out >> $RAN\n",
      files: ["include/a.h": "1", "s": ""])
    try sandbox.expectBuild(ran: ["out"])
    sandbox.write("include/b.h", "2")
    try sandbox.expectBuild()
    sandbox.remove("include")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `two dots after a link lead where the link leads`() throws {
    let sandbox = Sandbox(
      "out:\n    @depfile out.d\n    echo 'out: lnk/../h.h' > out.d; cat lnk/../h.h > out; echo out >> $RAN\n",
      files: ["h.h": "here", "far/h.h": "there", "far/dir/x": ""])
    sandbox.link("lnk", to: "far/dir")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "there")
    sandbox.write("h.h", "other")
    try sandbox.expectBuild()
    sandbox.write("far/h.h", "new")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `an edge of an old depfile that would close a cycle orders nothing`() throws {
    let sandbox = Sandbox(
      "a: in\n    @depfile a.d\n    echo \"a: $(cat deps)\" > a.d; cat in > a; echo a >> $RAN\n",
      files: ["in": "1", "b": "source", "deps": "b"])
    try sandbox.expectBuild("a", ran: ["a"])
    sandbox.append("Schedfile", "b: a\n    cat a > b; echo b >> $RAN\n")
    sandbox.write("deps", "")
    sandbox.write("in", "2")
    try sandbox.expectBuild("b", ran: ["a", "b"])
    try sandbox.expectBuild("b")
  }

  @Test func `a cycle that a new depfile closes is an error`() throws {
    let sandbox = Sandbox(
      """
      a: in
          @depfile a.d
          echo 'a: b' > a.d; cat in > a
      b: a
          cat a > b

      """, files: ["in": "1"])
    let run = try sandbox.sched("b")
    #expect(run.status != .exited(0))
    #expect(run.diagnostics.contains("error: dependency cycle: "), "\(run.diagnostics)")
  }

  @Test func `names with blanks and other signs are read`() throws {
    let sandbox = Sandbox(
      """
      out:
          @depfile out.d
          cp deps out.d
          cat *.h > out; echo out >> $RAN

      """, files: ["a b.h": "1", "c$d.h": "2", "e#f.h": "3"])
    sandbox.write("deps", ##"out: a\ b.h c$$d.h \"## + "\n" + ##" e\#f.h"##)
    try sandbox.expectBuild(ran: ["out"])
    for name in ["a b.h", "c$d.h", "e#f.h"] as [Bytes] {
      try sandbox.expectBuild()
      sandbox.append(name, "!")
      try sandbox.expectBuild(ran: ["out"])
    }
  }
}
