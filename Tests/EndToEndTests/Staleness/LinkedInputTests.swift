import Testing

/// Inputs that are outputs by another name: a link in the tree leads to the directory that they are made in.
@Suite struct LinkedInputTests {
  private static let maker: Bytes = "g/gen.c: x\n    cp x g/gen.c; echo gen >> $RAN\n"

  private func sandbox(_ schedfile: Bytes, files: [Bytes: Bytes] = [:]) -> Sandbox {
    let sandbox = Sandbox(
      schedfile + Self.maker, files: ["x": "1"].merging(files) { $1 })
    sandbox.makeDirectory("g")
    sandbox.link("k", to: "g")
    sandbox.link("k.c", to: "g/gen.c")
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

  // MARK: Links to the file itself

  @Test func `a declared input may be a link to what is made`() throws {
    try expectFollows("o: k.c\n    cp k.c o; echo o >> $RAN\n")
  }

  @Test func `an input of @uses may, and a line of a listing`() throws {
    try expectFollows("o:\n    @uses k.c\n    cp k.c o; echo o >> $RAN\n")
    try expectFollows(
      "o: list\n    @inputs-from list\n    cp k.c o; echo o >> $RAN\n", files: ["list": "k.c\n"])
  }

  @Test func `a list that several targets share may hold one`() throws {
    let sandbox = sandbox(
      """
      common = k.c y
      default o p
      o: {{common}}
          cat {{in}} > o; echo o >> $RAN
      p: {{common}}
          cat {{in}} > p; echo p >> $RAN

      """, files: ["y": "y"])
    try sandbox.expectBuild(ran: ["gen", "o", "p"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("-j", "3", ran: ["gen", "o", "p"])
    #expect(sandbox.read("o") == "2y")
    #expect(sandbox.read("p") == "2y")
  }

  @Test func `a group may name one`() throws {
    let sandbox = sandbox("task all: k.c\no: @all\n    cp k.c o; echo o >> $RAN\n")
    sandbox.write("Schedfile", "task all: k.c\n" + Self.maker)
    try sandbox.expectBuild("all", ran: ["gen"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("all", ran: ["gen"])
  }

  @Test func `a link through other links leads there, too`() throws {
    let sandbox = sandbox("o: first\n    cp first o; echo o >> $RAN\n")
    sandbox.link("first", to: "k/second")
    sandbox.link("g/second", to: "../k/gen.c")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a rule makes what a link leads to`() throws {
    let sandbox = Sandbox(
      "g/%.c: x\n    cp x {{out}}; echo gen >> $RAN\no: k.c\n    cp k.c o; echo o >> $RAN\n",
      files: ["x": "1"])
    sandbox.link("k.c", to: "g/gen.c")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    sandbox.write("x", "2")
    try sandbox.expectBuild("k.c", ran: ["gen"])
    try sandbox.expectBuild("o", ran: ["o"])
  }

  @Test func `two rules for what a link leads to are an error`() throws {
    let sandbox = Sandbox(
      "g/%.c: x\n    cp x {{out}}\ng/%.c: y\n    cp y {{out}}\no: k.c\n    cp k.c o\n",
      files: ["x": "1", "y": "2", "g/gen.c": "3"])
    sandbox.link("k.c", to: "g/gen.c")
    let run = try sandbox.sched("o")
    #expect(run.status != .exited(0), "\(run.output)")
    #expect(run.diagnostics.contains("g/gen.c"), "\(run.diagnostics)")
    #expect(!sandbox.exists("o"))
  }

  @Test(arguments: ["g/", "g/gen.c"])
  func `a link to a directory waits for what is made in it`(_ output: Bytes) throws {
    let sandbox = Sandbox(
      "o: k/\n    cp k/gen.c o; echo o >> $RAN\n" + output
        + ": x\n    mkdir -p g; cp x g/gen.c; echo gen >> $RAN\n",
      files: ["x": "1"])
    sandbox.link("k", to: "g")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    try sandbox.expectBuild("o")
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a depfile may name the link`() throws {
    let sandbox = sandbox(
      """
      o:
          @depfile o.d
          cp k.c o 2>> err || cp x o; echo 'o: k.c' > o.d; echo o >> $RAN

      """)
    try sandbox.expectBuild("g/gen.c", ran: ["gen"])
    try sandbox.expectBuild("o", ran: ["o"])
    for text: Bytes in ["2", "3"] {
      sandbox.write("x", text)
      // In this order: what it read last is known.
      try sandbox.expectBuild("-j", "2", "o", ran: ["gen", "o"])
      #expect(sandbox.read("o") == text)
      try sandbox.expectBuild("o")
    }
  }

  @Test func `what a depfile names for the first time is waited for`() throws {
    let sandbox = sandbox(
      """
      o: y
          @depfile o.d
          cat k.c > o; echo 'o: k.c' > o.d; echo o >> $RAN

      """, files: ["y": "1"])
    try sandbox.expectBuild("g/gen.c", ran: ["gen"])
    sandbox.write("x", "2")
    // It read what was there before, and reads it again.
    let run = try sandbox.sched("o")
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    #expect(sandbox.takeRan() == ["gen", "o", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a temporary output behind a link is made for it and goes when it was read`() throws {
    let sandbox = Sandbox(
      """
      o: k.c
          cp k.c o; echo o >> $RAN
      g/gen.c: x
          @temporary
          cp x g/gen.c; echo gen >> $RAN

      """, files: ["x": "1"])
    sandbox.makeDirectory("g")
    sandbox.link("k.c", to: "g/gen.c")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(!sandbox.exists("g/gen.c"))
    try sandbox.expectBuild("o")
    sandbox.write("x", "2")
    try sandbox.expectBuild("o", ran: ["gen", "o"])
    #expect(sandbox.read("o") == "2")
  }

  @Test func `a recipe that rewrites what the link leads to comes to rest`() throws {
    let sandbox = sandbox("o: k.c\n    echo o >> $RAN; echo stripped > k.c; cp k.c o\n")
    for _ in 0..<4 { #expect(try sandbox.sched("o").status == .exited(0)) }
    _ = sandbox.takeRan()
    try sandbox.expectBuild("o")
  }

  @Test func `a leftover is one by its other names`() throws {
    for input: Bytes in ["k.c", "k/gen.c"] {
      let sandbox = sandbox("")
      try sandbox.expectBuild("g/gen.c", ran: ["gen"])
      sandbox.write("Schedfile", "o: " + input + "\n    cp {{in}} o\n")
      let run = try sandbox.sched("o")
      #expect(run.status == .exited(2), "\(input): \(run.diagnostics)")
      #expect(
        run.diagnostics.contains("'g/gen.c' by another name, which is left over"),
        "\(run.diagnostics)")
    }
  }

  @Test func `a target that is its own input by a link to itself is a cycle`() throws {
    let sandbox = Sandbox("l: k\n    echo > l\n", files: ["l": "mine"])
    sandbox.link("k", to: "l")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1), "\(run.diagnostics)")
    #expect(run.diagnostics.contains("error: dependency cycle: l -> l"), "\(run.diagnostics)")
    #expect(sandbox.read("l") == "mine")
  }

  @Test func `two that read each other by links are a cycle`() throws {
    let sandbox = Sandbox("default a\na: kb\n    cp kb a\nb: ka\n    cp ka b\n")
    sandbox.link("ka", to: "a")
    sandbox.link("kb", to: "b")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1), "\(run.diagnostics)")
    #expect(run.diagnostics.contains("error: dependency cycle: "), "\(run.diagnostics)")
  }

  @Test func `what was read by the link once, and is not any more, closes no cycle`() throws {
    func schedfile(_ read: Bytes) -> Bytes {
      "a: b\n    @depfile a.d\n    cp b a; echo 'a: " + read + "' > a.d\nb:\n    echo 1 > b\n"
        + "c: a\n    cp a c\n"
    }
    let sandbox = Sandbox(schedfile("b kc"), files: ["other": "1"])
    sandbox.link("kc", to: "other")
    try sandbox.expectBuild("a")
    // By now it leads to what needs 'a'.
    sandbox.remove("kc")
    sandbox.link("kc", to: "c")
    sandbox.write("Schedfile", schedfile("b"))
    try sandbox.expectBuild("-j2", "c")
    #expect(sandbox.read("c") == "1\n")
  }

  @Test func `MPI ranks wait for what a link leads to`() throws {
    let sandbox = sandbox("o: k.c\n    cp k.c o; echo o >> $RAN\n")
    #expect(try sandbox.mpirun(ranks: 2, "--mpi", "o").status == .exited(0))
    sandbox.write("x", "2")
    #expect(try sandbox.mpirun(ranks: 2, "--mpi", "o").status == .exited(0))
    #expect(sandbox.read("o") == "2")
  }

  // MARK: What a build would take away

  @Test func `a depfile to which an input is a link is refused`() throws {
    let sandbox = Sandbox(
      "x.o: k.c\n    @depfile x.c\n    cp k.c x.o\n", files: ["x.c": "source"])
    sandbox.link("k.c", to: "x.c")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2), "\(run.diagnostics)")
    #expect(
      run.diagnostics.contains("cannot be a depfile: it is an input by another name"),
      "\(run.diagnostics)")
    #expect(sandbox.read("x.c") == "source")
  }

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
