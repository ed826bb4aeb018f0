import Testing

/// Names in depfiles that do not lead to the files that were read.
@Suite struct DepfileNamesTests {
  /// `x.o` from `sub/a.c` and `sub/a.h`; its depfile holds `names`.
  private func sandbox(_ names: Bytes, attributes: Bytes = "") -> Sandbox {
    Sandbox(
      """
      x.o: sub/a.c
          @depfile x.d

      """ + attributes + """
            cp names x.d; cat sub/a.c sub/a.h > x.o; echo x.o >> $RAN

        """, files: ["sub/a.c": "c", "sub/a.h": "1", "names": names])
  }

  @Test func `names of another directory are an error that shows both`() throws {
    let sandbox = sandbox("x.o: a.c a.h\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics.contains(
        "'a.c' is not in '.', where the recipe runs, but in 'sub' (write '@depfile-dir sub')"),
      "\(run.diagnostics)")
    #expect(!sandbox.exists("x.o"))
  }

  @Test func `a system header beside them does not hide the error`() throws {
    let sandbox = sandbox("x.o: a.c a.h /etc/passwd\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("but in 'sub'"), "\(run.diagnostics)")
  }

  @Test func `names begin in the directory that @depfile-dir names`() throws {
    let sandbox = sandbox("x.o: a.c a.h\n", attributes: "    @depfile-dir sub\n")
    try sandbox.expectBuild(ran: ["x.o"])
    sandbox.write("sub/a.h", "2")
    try sandbox.expectBuild(ran: ["x.o"])
    #expect(sandbox.read("x.o") == "c2")
    try sandbox.expectBuild()
  }

  @Test func `a compiler in a container calls the tree otherwise`() throws {
    let sandbox = sandbox(
      "x.o: /src/sub/a.c /src/sub/a.h /usr/lib/nothing.h\n",
      attributes: "    @depfile-dir . /src\n")
    try sandbox.expectBuild(ran: ["x.o"])
    sandbox.write("sub/a.h", "2")
    try sandbox.expectBuild(ran: ["x.o"])
  }

  @Test func `the name of the tree in a container is found out`() throws {
    let sandbox = sandbox("x.o: /src/sub/a.c /src/sub/a.h\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("(write '@depfile-dir . /src')"), "\(run.diagnostics)")
  }

  @Test func `another @depfile-dir makes a target stale, and why says so`() throws {
    let sandbox = sandbox("x.o:\n", attributes: "    @depfile-dir sub\n")
    try sandbox.expectBuild(ran: ["x.o"])
    let text = sandbox.read("Schedfile")!.description
    sandbox.write("Schedfile", Bytes(text.split(separator: "dir sub").joined(separator: "dir .")))
    let run = try sandbox.sched("why")
    #expect(run.output == "x.o: '@depfile-dir' changed: 'sub' '' -> '.' ''\n")
    try sandbox.expectBuild(ran: ["x.o"])
  }

  @Test func `one note names all that is not there and was not`() throws {
    let sandbox = sandbox("x.o: sub/a.c \"sub/a.h\" $(wildcard sub/*.h)\n")
    let run = try sandbox.sched("-j2")
    #expect(run.status == .exited(0))
    #expect(
      run.diagnostics.contains(
        "note: depfiles name what is not there: '\"sub/a.h\"' (x.o), '$(wildcard' (x.o), "
          + "'sub/*.h)' (x.o)"), "\(run.diagnostics)")
    #expect(try sandbox.sched().diagnostics == "sched: nothing to do\n")
  }

  @Test func `temporary files of a compiler outside the tree are not told of`() throws {
    let sandbox = sandbox("x.o: sub/a.c /tmp/not-there-\n")
    #expect(try sandbox.sched().diagnostics == "[1/1] x.o\n")
  }

  @Test func `what a recipe removes was there before`() throws {
    let sandbox = Sandbox(
      "x: s once\n    @depfile x.d\n    cat s once > x; rm -f once; echo 'x: s once' > x.d\n",
      files: ["s": "1", "once": "2"])
    #expect(try sandbox.sched().diagnostics.contains("is not there") == false)
  }

  @Test func `what another target makes later is not missing`() throws {
    let sandbox = Sandbox(
      """
      a.out: s
          @depfile a.d
          echo "a.out: g.h" > a.d; cat s > a.out; echo a.out >> $RAN
      g.h: s
          cp s g.h; echo g.h >> $RAN

      """, files: ["s": "1"])
    try sandbox.expectBuild("a.out", ran: ["a.out", "a.out", "g.h"])
  }

  @Test(arguments: ["--serial", "-j2", "--mpi"])
  func `files of which none is there any more are an error, as in a build from scratch`(
    _ how: String
  ) throws {
    let sandbox = sandbox("x.o: h.h i.h\n")
    sandbox.write("h.h", "1")
    sandbox.write("i.h", "1")
    try sandbox.expectBuild(Bytes(how), ran: ["x.o"])
    sandbox.remove("h.h")
    try sandbox.expectBuild(Bytes(how), ran: ["x.o"])
    sandbox.remove("i.h")
    for _ in 0..<2 {
      let run = try sandbox.sched(Bytes(how))
      #expect(run.status == .exited(1))
      #expect(run.diagnostics.contains("h.h"), "\(run.diagnostics)")
      #expect(!sandbox.exists("x.o"))
    }
    sandbox.write("names", "x.o: sub/a.h\n")
    _ = sandbox.takeRan()
    try sandbox.expectBuild(Bytes(how), ran: ["x.o"])
    try sandbox.expectBuild(Bytes(how))
  }

  @Test func `a header that is gone from a depfile, too, is no error`() throws {
    let sandbox = sandbox("x.o: h.h\n")
    sandbox.write("h.h", "1")
    try sandbox.expectBuild(ran: ["x.o"])
    sandbox.remove("h.h")
    sandbox.write("names", "x.o:\n")
    try sandbox.expectBuild(ran: ["x.o"])
    try sandbox.expectBuild()
  }

  @Test func `the target of a rule in a depfile means nothing`() throws {
    let sandbox = sandbox("main.o: sub/a.c sub/a.h\n")
    try sandbox.expectBuild(ran: ["x.o"])
    sandbox.write("sub/a.h", "2")
    try sandbox.expectBuild(ran: ["x.o"])
  }

  @Test(arguments: ["", "\n\n", "# nothing\n"] as [Bytes])
  func `an empty depfile is an error that says what to write`(_ text: Bytes) throws {
    let sandbox = sandbox(text)
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics.contains(
        "its depfile 'x.d' is empty; if the recipe reads nothing else, let it write 'x.o:'"),
      "\(run.diagnostics)")
    sandbox.write("names", "x.o:\n")
    try sandbox.expectBuild(ran: ["x.o", "x.o"])
  }

  @Test(
    arguments: [
      ("    @depfile-dir sub\n", "'@depfile-dir' cannot stand here: this recipe has no '@depfile'"),
      ("    @depfile d\n    @depfile-dir\n", "'@depfile-dir' takes one directory, or two, found 0"),
      ("    @depfile d\n    @depfile-dir a src\n", "expected an absolute path"),
    ] as [(Bytes, String)])
  func `a @depfile-dir that means nothing is an error`(_ attributes: Bytes, _ message: String)
    throws
  {
    let sandbox = Sandbox("x:\n" + attributes + "    touch x\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains(message), "\(run.diagnostics)")
  }

  @Test func `ranks find names of another directory as well`() throws {
    let sandbox = sandbox("x.o: a.c a.h\n", attributes: "    @depfile-dir sub\n")
    #expect(try sandbox.mpirun(ranks: 2, "--mpi").status == .exited(0))
    sandbox.write("sub/a.h", "2")
    #expect(try sandbox.mpirun(ranks: 2, "--mpi").diagnostics.contains("x.o"))
  }

  @Test(
    arguments: [
      (#""h.h""#, "quotes are part of a name in a depfile"),
      (#""a b.h""#, "quotes are part of a name in a depfile"),
      (#"'h.h'"#, "quotes are part of a name in a depfile"),
      (#"$(wildcard *.h)"#, "no expression is expanded in a depfile"),
      (#"nowhere.h"#, "'@depfile-dir PATH'"),
    ])
  func `what is no name is told with what to write`(_ name: String, _ advice: String) throws {
    for others in ["", "s "] {
      let sandbox = Sandbox(
        Bytes("x:\n    @depfile d\n    cp names d; touch x\n"),
        files: ["s": "1", "h.h": "1", "a b.h": "1", "names": Bytes("x: \(others)\(name)\n")])
      let run = try sandbox.sched()
      #expect(run.status == .exited(others.isEmpty ? 1 : 0))
      #expect(run.diagnostics.contains(advice), "\(run.diagnostics)")
    }
  }

  @Test(arguments: ["", " sub/", " in"])
  func `names of a directory that the recipe changed to are found there`(_ inputs: String) throws {
    let sandbox = Sandbox(
      Bytes(
        "o:\(inputs)\n    @depfile x.d\n    cd sub; echo 'o: a.h b.h' > ../x.d; echo > ../o\n"),
      files: ["sub/a.h": "1", "sub/b.h": "1", "other/a.h": "1", "in": "1"])
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics.contains(
        "'a.h' is not in '.', where the recipe runs, but in 'sub' (write '@depfile-dir sub')"),
      "\(run.diagnostics)")
  }
}
