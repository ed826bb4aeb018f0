import Testing

@Suite struct CleanTests {
  private func sandbox() throws -> Sandbox {
    let sandbox = Sandbox(
      """
      default out/a out/b
      out/a:
          @depfile out/a.d
          echo 1 > out/a; echo 'x:' > out/a.d; echo a >> $RAN
      out/b:
          echo 1 > out/b; echo b >> $RAN

      """, files: ["source": "1"])
    try sandbox.expectBuild(ran: ["a", "b"])
    return sandbox
  }

  @Test func `clean removes what was made, depfiles and empty directories`() throws {
    let sandbox = try sandbox()
    try sandbox.expect("clean", output: "out/a\nout/a.d\nout/b\nout/\n")
    #expect(sandbox.files() == ["Schedfile", "source"])
    #expect(!sandbox.exists("out"))
    try sandbox.expectBuild(ran: ["a", "b"])
  }

  @Test func `clean with targets removes theirs only`() throws {
    let sandbox = try sandbox()
    try sandbox.expect("clean", "out/b", output: "out/b\n")
    #expect(sandbox.files() == ["Schedfile", "out/a", "out/a.d", "source"])
  }

  @Test func `clean of a name that nothing knows is an error, and removes nothing`() throws {
    let sandbox = try sandbox()
    for words: [Bytes] in [
      ["clean", "out/c"], ["clean", "-n", "out/c"], ["clean", "out/b", "out/c"], ["log", "out/c"],
      ["log", "out/b", "out/c"],
    ] {
      let run = try sandbox.start(words).wait()
      #expect(run.status == .exited(2))
      #expect(run.output.isEmpty)
      #expect(run.diagnostics == (try sandbox.sched("out/c").diagnostics))
      #expect(run.diagnostics.contains("error: no rule makes 'out/c'"))
    }
    #expect(sandbox.exists("out/b"))
    #expect(try sandbox.sched("adopt", "out/c").status == .exited(2))
  }

  @Test func `clean and log take what is a target no more, what a rule makes, and sources`() throws
  {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "out/a:\n    touch out/a\n%.r: source\n    touch {{out}}\n")
    #expect(try sandbox.sched("log", "out/b").output.hasPrefix("out/b: succeeded"))
    try sandbox.expect("log", "x.r", output: "x.r: never ran\n")
    try sandbox.expect("clean", "out/b", "x.r", "source", output: "out/b\n")
    #expect(sandbox.exists("source"))
  }

  @Test func `clean keeps what was edited, and says so`() throws {
    let sandbox = try sandbox()
    sandbox.write("out/a", "mine")
    let run = try sandbox.sched("clean")
    #expect(run.status == .exited(0))
    #expect(sandbox.read("out/a") == "mine")
    #expect(run.diagnostics.contains("'out/a'"))
  }

  @Test func `clean lists and removes no directory that is reached by a link`() throws {
    let sandbox = Sandbox("lnk/out:\n    echo 1 > lnk/out\n", files: ["Other/keep": ""])
    sandbox.remove("Other/keep")
    sandbox.link("lnk", to: "Other")
    try sandbox.expectBuild()
    try sandbox.expect("clean", "-n", output: "lnk/out\n")
    try sandbox.expect("clean", output: "lnk/out\n")
    #expect(sandbox.exists("lnk") && sandbox.exists("Other"))
  }

  @Test func `clean of a link removes the link, and keeps one that somebody put there`() throws {
    let sandbox = Sandbox("cur:\n    ln -s v1 cur\n", files: ["v1/x": "1", "v2/x": "1"])
    try sandbox.expectBuild()
    try sandbox.expect("clean", output: "cur\n")
    #expect(sandbox.read("v1/x") == "1")
    try sandbox.expectBuild()
    sandbox.remove("cur")
    sandbox.link("cur", to: "v2")
    try sandbox.expect("clean", errors: "note: 'cur' stays: it is not as sched made it\n")
    #expect(sandbox.read("cur/x") == "1")
  }

  @Test func `a dry clean lists and removes nothing`() throws {
    let sandbox = try sandbox()
    try sandbox.expect("clean", "-n", output: "out/a\nout/a.d\nout/b\nout/\n")
    #expect(sandbox.exists("out/a"))
  }

  @Test func `clean where nothing was built is nothing to do`() throws {
    try Sandbox.copy().expect("clean")
  }
}
