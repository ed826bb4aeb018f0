import Testing

/// What may lie where a depfile is written, and whose it is.
@Suite struct DepfilePlaceTests {
  private static let recipe: Bytes = "    echo 1 > {{out}}; echo 'x:' > {{depfile}}\n"

  private func sandbox(depfile: Bytes) -> Sandbox {
    Sandbox(
      "include more.sched\nout: in list.d\n    @depfile " + depfile + "\n" + Self.recipe
        + "\nother:\n    echo 2 > other\n",
      files: ["in": "1", "list.d": "", "more.sched": ""])
  }

  @Test(arguments: [
    ("in", "it is an input"), ("list.d", "it is an input"),
    ("Schedfile", "it is read as a Schedfile"),
    ("more.sched", "it is read as a Schedfile"), ("../x.d", "it is outside the project's root"),
    ("/tmp/x.d", "it is outside the project's root"),
    (".sched/state-1", "sched's own files lie there"),
  ])
  func `a depfile that is something else is an error`(_ depfile: String, _ reason: String) throws {
    let sandbox = sandbox(depfile: Bytes(depfile))
    for arguments in [[], ["other"], ["check"]] as [[Bytes]] {
      let run = try sandbox.start(arguments).wait()
      #expect(run.status == .exited(2))
      #expect(
        run.diagnostics.hasPrefix(
          "Schedfile:3:14: error: '\(depfile)' cannot be a depfile: \(reason)\n"),
        "\(run.diagnostics)")
    }
    #expect(sandbox.read("in") == "1")
  }

  @Test func `an output of another target as a depfile is an error, in either order`() throws {
    let one: Bytes = "a:\n    @depfile b\n    echo 1 > a; echo 'x:' > b\n"
    let other: Bytes = "b:\n    echo 2 > b\n"
    for text in [one + other, other + one] {
      let run = try Sandbox(text).sched("a")
      #expect(run.status == .exited(2))
      #expect(run.diagnostics.contains("error: 'b' is an output here and the depfile of another"))
    }
  }

  @Test func `a depfile below what another target makes as a whole is an error`() throws {
    let run = try Sandbox(
      "a:\n    @depfile gen/a.d\n" + Self.recipe + "gen/:\n    mkdir gen\n"
    ).sched("a")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("another target makes 'gen/' as a whole"))
    let own = Sandbox(
      "gen/:\n    @depfile gen/a.d\n    mkdir -p gen; echo 'x:' > {{depfile}}; echo gen >> $RAN\n")
    try own.expectBuild(ran: ["gen"])
    try own.expectBuild()
  }

  @Test func `two targets cannot have one depfile`() throws {
    let run = try Sandbox(
      "default a b\na:\n    @depfile x.d\n" + Self.recipe + "b:\n    @depfile x.d\n" + Self.recipe
    ).sched()
    #expect(run.status == .exited(2))
    #expect(
      run.diagnostics.hasPrefix("Schedfile:6:14: error: 'x.d' is the depfile of another target"))
  }

  @Test func `an output of its own target may be its depfile, and an input of others`() throws {
    let sandbox = Sandbox(
      """
      use: x.d
          cat x.d > use
      x.o x.d: in
          @depfile x.d
          echo 1 > x.o; echo 'x.o: in' > x.d; echo x >> $RAN

      """, files: ["in": "1"])
    try sandbox.expectBuild(ran: ["x"])
    try sandbox.expectBuild()
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["x"])
    #expect(!sandbox.exists(".sched/replaced"))
  }

  @Test func `a file that sched did not write is kept aside`() throws {
    let sandbox = Sandbox("out: in\n    @depfile out.d\n" + Self.recipe, files: ["in": "1"])
    sandbox.write("out.d", "mine")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/out.d") == "mine")
    sandbox.write("out.d", "edited")
    sandbox.write("in", "2")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/out.d.~2~") == "edited")
  }

  @Test func `a depfile that is as it was written is replaced without a copy`() throws {
    let sandbox = Sandbox("out: in\n    @depfile out.d\n" + Self.recipe, files: ["in": "1"])
    try sandbox.expectBuild()
    sandbox.setTime(of: "out.d", to: 1_000_000_000)
    for text in ["2", "3"] as [Bytes] {
      sandbox.write("in", text)
      try sandbox.expectBuild()
    }
    #expect(!sandbox.exists(".sched/replaced"))
  }

  @Test func `a directory, a link or a pipe in its place is an error`() throws {
    let sandbox = Sandbox(
      "out: in\n    @depfile out.d\n" + Self.recipe, files: ["in": "1", "mine/x": "1", "file": "1"])
    sandbox.write("out.d/x", "1")
    #expect(try sandbox.sched().diagnostics.contains("the depfile 'out.d' is a directory"))
    #expect(sandbox.read("out.d/x") == "1")
    sandbox.remove("out.d")
    sandbox.link("out.d", to: "file")
    #expect(try sandbox.sched().diagnostics.contains("the depfile 'out.d' is a symbolic link"))
    #expect(sandbox.read("file") == "1")
    sandbox.remove("out.d")
    _ = try sandbox.start(program: "mkfifo", [sandbox.path("out.d")]).wait()
    #expect(try sandbox.sched().diagnostics.contains("the depfile 'out.d' is a pipe"))
    #expect(sandbox.exists("out.d"))
  }

  @Test func `clean keeps a depfile that was edited`() throws {
    let sandbox = Sandbox("out:\n    @depfile out.d\n" + Self.recipe)
    try sandbox.expectBuild()
    sandbox.write("out.d", "mine")
    let run = try sandbox.sched("clean")
    #expect(run.output == "out\n")
    #expect(sandbox.read("out.d") == "mine")
  }
}
