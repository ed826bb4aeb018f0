import Testing

/// Outputs whose rule has lost its source: in a build from scratch they are not there.
@Suite struct VanishedSourceTests {
  private func expectError(
    _ sandbox: Sandbox, _ words: Bytes..., status: Int32 = 2, message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try sandbox.start(words).wait()
    #expect(run.status == .exited(status), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(
      run.diagnostics.contains(message), "\(run.diagnostics)", sourceLocation: sourceLocation)
  }

  private static let rule: Bytes = """
    all: o/x.o o/y.o
        cat {{in}} > all; echo all >> $RAN
    o/%.o: g/%.c
        cp {{in}} {{out}}; echo {{stem}} >> $RAN

    """

  @Test(arguments: [[], ["-j2"], ["--serial"]] as [[Bytes]])
  func `the error names the source that is gone`(_ words: [Bytes]) throws {
    let sandbox = Sandbox(Self.rule, files: ["g/x.c": "x", "g/y.c": "y"])
    try sandbox.expectBuild(ran: ["all", "x", "y"])
    sandbox.remove("g/y.c")
    let run = try sandbox.start(words).wait()
    #expect(run.status == .exited(2))
    #expect(
      run.diagnostics.contains(
        "Schedfile:1:12: error: 'o/y.o' is left over from an earlier build: 'g/y.c', which it was "
          + "made from, is gone"), "\(run.diagnostics)")
    try sandbox.expectBuild("--allow-leftovers")
    sandbox.write("g/y.c", "y")
    try sandbox.expectBuild()
  }

  @Test func `where the output is gone too, a note names the source`() throws {
    let sandbox = Sandbox(Self.rule, files: ["g/x.c": "x", "g/y.c": "y"])
    try sandbox.sched()
    sandbox.remove("g/y.c")
    sandbox.remove("o/y.o")
    try expectError(sandbox, message: "note: it was made from 'g/y.c', which is gone")
  }

  /// Two rules, one after the other; `both`: of two sources.
  private static func chain(both: Bool) -> Bytes {
    Bytes(
      """
      all: o/a.o\(both ? " o/b.o" : "")
          cat {{in}} > all; echo all >> $RAN
      o/%.o: g/%.c
          cp {{in}} {{out}}; echo {{out}} >> $RAN
      g/%.c: p/%.x
          cp {{in}} {{out}}; echo {{out}} >> $RAN

      """)
  }

  @Test func `a chain of rules does not hold itself up by its own outputs`() throws {
    let sandbox = Sandbox(Self.chain(both: true), files: ["p/a.x": "a", "p/b.x": "b"])
    try sandbox.expectBuild(ran: ["all", "g/a.c", "g/b.c", "o/a.o", "o/b.o"])
    sandbox.remove("p/b.x")
    let message =
      "'o/b.o' is left over from an earlier build: 'p/b.x', which it was made from, is gone"
    try expectError(sandbox, message: message)
    // A rule takes what is left where it is allowed, and the kept graph does not answer for the other.
    try sandbox.expectBuild("--allow-leftovers")
    try expectError(sandbox, message: message)
    sandbox.write("Schedfile", Self.chain(both: false))
    try sandbox.expectBuild("--prune", ran: ["all"])
    #expect(!sandbox.exists("o/b.o") && !sandbox.exists("g/b.c"))
    #expect(sandbox.exists("o/a.o") && sandbox.exists("g/a.c"))
  }

  @Test func `a chain that is whole again is built as it was`() throws {
    let sandbox = Sandbox(Self.chain(both: true), files: ["p/a.x": "a", "p/b.x": "b"])
    try sandbox.sched()
    _ = sandbox.takeRan()
    sandbox.remove("p/b.x")
    try sandbox.expectBuild(status: 2)
    sandbox.write("p/b.x", "B")
    try sandbox.expectBuild(ran: ["all", "g/b.c", "o/b.o"])
    #expect(sandbox.read("all") == "aB")
    try sandbox.expectBuild()
  }

  @Test func `a leftover in a directory that is an input is an error`() throws {
    let pack: Bytes = """
      pack: dist/
          ls dist > pack; echo pack >> $RAN
      dist/a:
          echo a > {{out}}

      """
    let sandbox = Sandbox(pack + "dist/sub/old:\n    echo old > {{out}}\n")
    try sandbox.sched("dist/sub/old", "dist/a")
    sandbox.write("Schedfile", pack)
    try expectError(
      sandbox,
      message: "error: 'dist/' holds 'dist/sub/old', which is left over from an earlier build: "
        + "nothing makes it now")
    #expect(try sandbox.sched("clean", "--orphans").output == "dist/sub/old\ndist/sub/\n")
    try sandbox.expectBuild(ran: ["pack"])
    #expect(sandbox.read("pack") == "a\n")
  }

  @Test func `what lies in a directory that was made as a whole is left over with it`() throws {
    let sandbox = Sandbox("a: d/x\n    cp d/x a\nd/:\n    mkdir d; echo 1 > d/x\n")
    try sandbox.sched()
    sandbox.write("Schedfile", "a: d/x\n    cp d/x a\n")
    try expectError(sandbox, message: "error: 'd/x' is left over from an earlier build")
    try sandbox.sched("adopt", "d")
    try sandbox.expectBuild()
  }

  @Test func `an input for order only is needed too`() throws {
    let sandbox = Sandbox("a:\n    @after b\n    cat b > a\nb:\n    echo > b\n")
    try sandbox.sched()
    sandbox.write("Schedfile", "a:\n    @after b\n    cat b > a\n")
    try expectError(sandbox, message: "error: 'b' is left over from an earlier build")
  }

  @Test func `a listing may name no leftover`() throws {
    let listing: Bytes = "a: list\n    @inputs-from list\n    cat $(cat list) > a\n"
    let sandbox = Sandbox(listing + "b:\n    echo > b\n", files: ["list": "b\n"])
    try sandbox.sched()
    sandbox.write("Schedfile", listing)
    let run = try sandbox.sched()
    #expect(run.status != .exited(0))
    #expect(run.diagnostics.contains("list:1:1: error: 'b' is left over"), "\(run.diagnostics)")
  }

  private static let header: Bytes = """
    a.o: a.c
        @depfile a.d
        cat a.c gen.h > a.o; echo 'a.o: a.c gen.h' > a.d; echo a.o >> $RAN

    """
  private static let generator: Bytes = "gen.h: g\n    cp g gen.h; echo gen.h >> $RAN\n"

  @Test func `a header that was generated and is left over is an error for its readers`() throws {
    let sandbox = Sandbox(Self.header + Self.generator, files: ["a.c": "a", "g": "1"])
    try sandbox.expectBuild("gen.h", ran: ["gen.h"])
    try sandbox.expectBuild(ran: ["a.o"])
    sandbox.write("Schedfile", Self.header)
    // Up to date, and stale.
    try expectError(
      sandbox, status: 1, message: "'a.o' was made with 'gen.h', which is left over")
    sandbox.write("a.c", "b")
    try expectError(
      sandbox, status: 1,
      message: "error: target 'a.o' failed: it read 'gen.h', which is left over")
    #expect(!sandbox.exists("a.o"))
    _ = sandbox.takeRan()
    try sandbox.expectBuild("--allow-leftovers", ran: ["a.o"])
    try expectError(sandbox, status: 1, message: "'sched adopt gen.h'")
    // Who takes the include away too has nothing to do with it.
    sandbox.write(
      "Schedfile",
      "a.o: a.c\n    @depfile a.d\n    cat a.c > a.o; echo 'a.o: a.c' > a.d; echo a.o >> $RAN\n")
    try sandbox.expectBuild(ran: ["a.o"])
  }

  @Test func `a header is found out on ranks too`() throws {
    let sandbox = Sandbox(Self.header + Self.generator, files: ["a.c": "a", "g": "1"])
    try sandbox.sched("gen.h")
    sandbox.write("Schedfile", Self.header)
    let run = try sandbox.mpirun(ranks: 2, "--mpi")
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("it read 'gen.h', which is left over"), "\(run.diagnostics)")
    #expect(!sandbox.exists("a.o"))
  }

  @Test func `how many files are no longer targets is said when that number changes`() throws {
    let a: Bytes = "default a\na:\n    echo > a\n"
    let b: Bytes = "default b\nb:\n    echo > b\n"
    let sandbox = Sandbox(a + b + "default c\nc:\n    echo > c\n")
    try sandbox.sched()
    sandbox.write("Schedfile", a)
    let nothing = "sched: nothing to do\n"
    #expect(
      try sandbox.sched().diagnostics == nothing
        + "sched: 2 files are no longer targets ('sched clean --orphans' removes what is left over)\n"
    )
    #expect(try sandbox.sched().diagnostics == nothing)
    sandbox.append("Schedfile", "# changed\n")
    #expect(try sandbox.sched().diagnostics == nothing)
    sandbox.write("Schedfile", a + b)
    #expect(try sandbox.sched().diagnostics.contains("1 file is no longer a target"))
    #expect(try sandbox.sched("clean", "--orphans").output == "c\n")
    #expect(try sandbox.sched().diagnostics == nothing)
  }

  @Test func `of a chain, the first step that is left can be adopted`() throws {
    let sandbox = Sandbox(Self.chain(both: true), files: ["p/a.x": "a", "p/b.x": "b"])
    try sandbox.sched()
    _ = sandbox.takeRan()
    sandbox.remove("p/b.x")
    try expectError(
      sandbox,
      message: "'sched adopt o/b.o', or a line 'adopt o/b.o' for everybody, makes it a source; "
        + "'sched adopt g/b.c' does that to what it is made from; '--allow-leftovers' only warns")
    try sandbox.sched("adopt", "g/b.c")
    try sandbox.expectBuild()
    sandbox.write("g/b.c", "B")
    try sandbox.expectBuild(ran: ["all", "o/b.o"])
  }
}
