import Testing

/// Inputs that are outputs by another name: a link in the tree leads to the directory that they are made in.
@Suite struct LinkedInputTests {
  private static let maker: Bytes = "g/gen.c: x\n    cp x g/gen.c; echo gen >> $RAN\n"

  private func sandbox(_ schedfile: Bytes, files: [Bytes: Bytes] = [:]) -> Sandbox {
    let sandbox = Sandbox(
      schedfile + Self.maker, files: ["x": "1"].merging(files) { $1 })
    sandbox.makeDirectory("g")
    sandbox.link("k", to: "g")
    return sandbox
  }

  /// In a fresh tree, with the file there already, and after an edit.
  private func expectFollows(
    _ schedfile: Bytes, files: [Bytes: Bytes] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let fresh = sandbox(schedfile, files: files)
    try fresh.expectBuild("o", ran: ["gen", "o"], sourceLocation: sourceLocation)
    #expect(fresh.read("o") == "1", sourceLocation: sourceLocation)
    try fresh.expectBuild("o", sourceLocation: sourceLocation)

    let sandbox = sandbox(schedfile, files: files)
    try sandbox.expectBuild("g/gen.c", ran: ["gen"], sourceLocation: sourceLocation)
    try sandbox.expectBuild("o", ran: ["o"], sourceLocation: sourceLocation)
    sandbox.write("x", "2")
    let dry = try sandbox.sched("-n", "o")
    #expect(
      dry.output.contains("g/gen.c") || dry.diagnostics.contains("g/gen.c"), "\(dry.output)",
      sourceLocation: sourceLocation)
    try sandbox.expectBuild("o", ran: ["gen", "o"], sourceLocation: sourceLocation)
    #expect(sandbox.read("o") == "2", sourceLocation: sourceLocation)
    // Early cut-off holds for it as for any.
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", sourceLocation: sourceLocation)
    sandbox.write("x", "3")
    try sandbox.expectBuild("-j", "4", "o", ran: ["gen", "o"], sourceLocation: sourceLocation)
    #expect(sandbox.read("o") == "3", sourceLocation: sourceLocation)
  }

  @Test func `a declared input waits for what is made in the linked directory`() throws {
    try expectFollows("o: k/gen.c\n    cp k/gen.c o; echo o >> $RAN\n")
    try expectFollows("o: ./k/../k/gen.c\n    cp k/gen.c o; echo o >> $RAN\n")
  }

  @Test func `an input of @uses does, too`() throws {
    try expectFollows("o:\n    @uses k/gen.c\n    cp k/gen.c o; echo o >> $RAN\n")
  }

  @Test func `what is only after it finds it made`() throws {
    let sandbox = sandbox("o:\n    @after k/gen.c\n    cp k/gen.c o; echo o >> $RAN\n")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "1")
  }

  @Test func `a listing may name it`() throws {
    try expectFollows(
      "o: list\n    @inputs-from list\n    cp k/gen.c o; echo o >> $RAN\n",
      files: ["list": "k/gen.c\n"])
  }

  @Test func `an absolute name may lead through the link`() throws {
    let sandbox = sandbox("")
    sandbox.write(
      "Schedfile",
      "o: " + sandbox.path("k/gen.c") + "\n    cp k/gen.c o; echo o >> $RAN\n" + Self.maker)
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a list that several targets share waits for it`() throws {
    let sandbox = sandbox(
      """
      common = k/gen.c y
      default o p
      o: {{common}}
          cat {{in}} > o; echo o >> $RAN
      p: {{common}}
          cat {{in}} > p; echo p >> $RAN

      """, files: ["y": "y"])
    try sandbox.expectBuild(ran: ["gen", "o", "p"])
    sandbox.write("x", "2")
    try sandbox.expectBuild(ran: ["gen", "o", "p"])
    #expect(sandbox.read("o") == "2y")
    #expect(sandbox.read("p") == "2y")
  }

  @Test func `the output may be the one that is spelled through the link`() throws {
    let sandbox = Sandbox(
      "o: g/gen.c\n    cp g/gen.c o; echo o >> $RAN\nk/gen.c: x\n    cp x {{out}}; echo gen >> $RAN\n",
      files: ["x": "1"])
    sandbox.makeDirectory("g")
    sandbox.link("k", to: "g")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a rule makes it, and what is asked for by the link`() throws {
    let sandbox = Sandbox(
      "g/%.c: x\n    cp x {{out}}; echo gen >> $RAN\no: k/gen.c\n    cp k/gen.c o; echo o >> $RAN\n",
      files: ["x": "1"])
    // The directory is made in the build.
    sandbox.link("k", to: "g")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("k/gen.c", ran: ["gen"])
    try sandbox.expectBuild("o", ran: ["o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a target is asked for through a link that leads out of its directory`() throws {
    let sandbox = Sandbox("a/gen: x\n    cp x a/gen; echo gen >> $RAN\n", files: ["x": "1"])
    sandbox.makeDirectory("a")
    sandbox.makeDirectory("b")
    sandbox.link("b/la", to: "../a")
    try sandbox.expectBuild("b/la/gen", ran: ["gen"])
    try sandbox.expectBuild("b/la/gen")
    sandbox.write("x", "2")
    try sandbox.expectBuild("b/la/gen", ran: ["gen"])
  }

  @Test func `a temporary output is made for it and goes when it was read`() throws {
    let sandbox = Sandbox(
      """
      o: k/gen.c
          cp k/gen.c o; echo o >> $RAN
      g/gen.c: x
          @temporary
          cp x g/gen.c; echo gen >> $RAN

      """, files: ["x": "1"])
    sandbox.makeDirectory("g")
    sandbox.link("k", to: "g")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(!sandbox.exists("g/gen.c"))
    try sandbox.expectBuild("o")
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a target that is its own input by a link is a cycle`() throws {
    let sandbox = Sandbox("l: k/l\n    echo > l\n", files: [:])
    sandbox.link("k", to: ".")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2), "\(run.diagnostics)")
    #expect(run.diagnostics.hasPrefix("error: dependency cycle: l -> l"), "\(run.diagnostics)")
    #expect(run.diagnostics.contains("'l' by another name"), "\(run.diagnostics)")
  }

  @Test func `MPI ranks wait for it`() throws {
    let sandbox = sandbox("o: k/gen.c\n    cp k/gen.c o; echo o >> $RAN\n")
    #expect(try sandbox.mpirun(ranks: 2, "--mpi", "o").status == .exited(0))
    sandbox.write("x", "2")
    #expect(try sandbox.mpirun(ranks: 2, "--mpi", "o").status == .exited(0))
    #expect(sandbox.read("o") == "2")
  }

  // MARK: What a build would take away

  @Test func `a depfile that is an input behind a link is refused`() throws {
    for schedfile: Bytes in [
      "x.o: x.c\n    @depfile k/x.c\n    cp x.c x.o\n",
      "x.o: k/x.c\n    @depfile x.c\n    cp x.c x.o\n",
    ] {
      let sandbox = Sandbox(schedfile, files: ["x.c": "source"])
      sandbox.link("k", to: ".")
      let run = try sandbox.sched()
      #expect(run.status == .exited(2), "\(run.diagnostics)")
      #expect(
        run.diagnostics.contains("cannot be a depfile: it is an input by another name"),
        "\(run.diagnostics)")
      #expect(sandbox.read("x.c") == "source")
      #expect(!sandbox.exists(".sched/replaced"))
    }
  }

  @Test func `so it is when the link comes after a first build`() throws {
    let sandbox = Sandbox(
      "x.o: x.c\n    @depfile k/x.c\n    cp x.c x.o; echo 'x.o: x.c' > k/x.c\n",
      files: ["x.c": "source", "k/other": ""])
    try sandbox.expectBuild()
    sandbox.remove("k")
    sandbox.link("k", to: ".")
    sandbox.write("x.c", "other")
    #expect(try sandbox.sched().status == .exited(2))
    #expect(sandbox.read("x.c") == "other")
  }

  @Test func `a depfile behind a link to another directory is fine`() throws {
    let sandbox = Sandbox(
      "x.o: x.c\n    @depfile k/x.d\n    cp x.c x.o; echo 'x.o: x.c h' > k/x.d; echo x.o >> $RAN\n",
      files: ["x.c": "source", "h": "1", "deps/README": ""])
    sandbox.link("k", to: "deps")
    try sandbox.expectBuild(ran: ["x.o"])
    sandbox.write("h", "2")
    try sandbox.expectBuild(ran: ["x.o"])
  }

  @Test func `a directory output that is a link to the root is refused`() throws {
    let sandbox = Sandbox("k/: x\n    mkdir k\n", files: ["x": "1"])
    sandbox.link("k", to: ".")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2), "\(run.diagnostics)")
    #expect(
      run.diagnostics.contains("'k' cannot be an output: it is the project's root"),
      "\(run.diagnostics)")
    #expect(sandbox.read("k/x") == "1")
    #expect(!sandbox.exists(".sched/replaced"))
  }
}
