import Testing

/// `sched adopt`, and the statement: what was generated once is a source now.
@Suite struct AdoptTests {
  private func expectError(
    _ sandbox: Sandbox, _ words: Bytes..., message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try sandbox.start(words).wait()
    #expect(run.status == .exited(2), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(
      run.diagnostics.contains(message), "\(run.diagnostics)", sourceLocation: sourceLocation)
  }

  private static let header: Bytes = """
    a.o: a.c
        @depfile a.d
        cat a.c gen.h > a.o; echo 'a.o: a.c gen.h' > a.d; echo a.o >> $RAN

    """
  private static let generator: Bytes = "gen.h: g\n    cp g gen.h; echo gen.h >> $RAN\n"

  @Test func `adopt makes a source of what was generated`() throws {
    let sandbox = Sandbox(Self.header + Self.generator, files: ["a.c": "a", "g": "1"])
    try sandbox.sched("gen.h")
    try sandbox.sched()
    sandbox.write("Schedfile", Self.header)
    #expect(try sandbox.sched().diagnostics.contains("'sched adopt gen.h'"))
    #expect(try sandbox.sched("adopt", "gen.h").output == "gen.h\n")
    _ = sandbox.takeRan()
    try sandbox.expectBuild()
    try sandbox.expectBuild("--rehash")
    // It is nobody's, so nobody removes it.
    try sandbox.sched("clean")
    try sandbox.sched("clean", "--orphans")
    #expect(sandbox.read("gen.h") == "1")
    #expect(
      try sandbox.sched("adopt", "gen.h").diagnostics == "note: 'gen.h' is a source already\n")
  }

  @Test func `only what is there and nothing makes can be adopted`() throws {
    let sandbox = Sandbox(
      "a: s\n    cp s a\n%.o: %.s\n    cp {{in}} {{out}}\ntask t\n    true\n",
      files: ["s": "1", "x.s": "1"])
    try sandbox.sched("a", "x.o")
    try expectError(sandbox, "adopt", "a", message: "'a' is made by a target")
    try expectError(sandbox, "adopt", "x.o", message: "'x.o' is made by a target")
    try expectError(
      sandbox, "adopt", "t", message: "'t' is a task, and only files can be adopted")
    try expectError(
      sandbox, "adopt", "nix", message: "cannot adopt 'nix': no such file or directory")
    try expectError(sandbox, "adopt", message: "expected a file after 'sched adopt'")
  }

  @Test func `a file of several is adopted alone, and a directory with all in it`() throws {
    let sandbox = Sandbox("a b:\n    echo 1 > a; echo 2 > b\n")
    try sandbox.sched()
    sandbox.write("Schedfile", "c: a\n    cp a c\nd: b\n    cp b d\n")
    try sandbox.sched("adopt", "a")
    try sandbox.expectBuild("c")
    try expectError(sandbox, "d", message: "'b' is left over")
    #expect(try sandbox.sched("adopt", ".").output == "b\n")
    try sandbox.expectBuild("d")
  }

  @Test func `an adoption outlives a state that is written anew`() throws {
    let sandbox = Sandbox("a:\n    echo 1 > a\nbig/%:\n    echo {{stem}} > {{out}}\n")
    try sandbox.sched("a")
    sandbox.write("Schedfile", "big/%:\n    echo {{stem}} > {{out}}\nc: a\n    cp a c\n")
    try sandbox.sched("adopt", "a")
    let names = (0..<4000).map { Bytes("big/\($0)-\(String(repeating: "x", count: 80))") }
    for start in stride(from: 0, to: names.count, by: 2000) {
      let run = try sandbox.start(["--quiet"] + names[start..<start + 2000]).wait()
      #expect(run.status == .exited(0))
    }
    try sandbox.expectBuild("c")
  }

  // MARK: The statement

  @Test func `the statement adopts for everybody with an old state`() throws {
    let generates = Self.header + Self.generator
    let commits = Self.header + "adopt gen.h\n"
    let sandbox = Sandbox(generates, files: ["a.c": "a", "g": "1"])
    try sandbox.sched("gen.h")
    try sandbox.sched()
    // From branch to branch and back, with one content and with another.
    for content: Bytes in ["1", "1", "other"] {
      sandbox.write("Schedfile", commits)
      sandbox.write("gen.h", content)
      for words: [Bytes] in [["check"], ["-n"], [], []] {
        let run = try sandbox.start(words).wait()
        #expect(run.status == .exited(0), "\(run.diagnostics)")
      }
      #expect(sandbox.read("a.o") == "a" + content)
      sandbox.remove("gen.h")
      sandbox.write("Schedfile", generates)
      #expect(try sandbox.sched("gen.h", "a.o").status == .exited(0))
      #expect(sandbox.read("a.o") == "a1")
    }
  }

  @Test func `globs give what is adopted, and rules do not make it`() throws {
    let sandbox = Sandbox(
      """
      all: {{ glob("*.c") }}
          cat {{in}} > all
      %.c: %.y
          cp {{in}} {{out}}

      """, files: ["p.y": "1"])
    try sandbox.sched("p.c")
    sandbox.append("Schedfile", "adopt p.c\n")
    sandbox.write("p.y", "2")
    try sandbox.sched()
    #expect(sandbox.read("all") == "1")
    #expect(sandbox.read("p.c") == "1")
    try sandbox.expectBuild()
  }

  @Test func `a directory is adopted with all in it that nothing makes`() throws {
    let made: Bytes = "gen/made:\n    echo > {{out}}\n"
    let sandbox = Sandbox(made + "gen/old:\n    echo 1 > {{out}}\n")
    try sandbox.sched("gen/old", "gen/made")
    sandbox.write("Schedfile", made + "a: gen/old gen/made\n    cp gen/old a\nadopt gen/\n")
    try sandbox.expectBuild("a")
    try sandbox.sched("clean")
    #expect(sandbox.files() == ["Schedfile", "gen/old"])
  }

  @Test func `a target makes nothing that is adopted`() throws {
    let sandbox = Sandbox("a:\n    echo > a\nadopt a\n")
    try expectError(
      sandbox, message: "Schedfile:3:7: error: 'a' is adopted as a source, and a target makes it")
  }

  @Test func `a target may be called adopt`() throws {
    let sandbox = Sandbox("adopt: s\n    cp s adopt; echo adopt >> $RAN\n", files: ["s": "1"])
    try sandbox.expectBuild(ran: ["adopt"])
  }
}
