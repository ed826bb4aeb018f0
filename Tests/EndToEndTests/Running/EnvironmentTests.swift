import Testing

@Suite struct EnvironmentTests {
  @Test func `a recipe inherits the environment, and what env sets`() throws {
    let sandbox = Sandbox(
      "out:\n    @env B=two words\n    echo $A $B > out\n")
    sandbox.environment["A"] = "one"
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "one two words\n")
  }

  @Test func `a recipe has no input`() throws {
    let sandbox = Sandbox("out:\n    cat > out; echo end >> out\n")
    _ = try sandbox.sched(input: "typed")
    #expect(sandbox.read("out") == "end\n")
  }

  @Test func `a recipe with the console has the input`() throws {
    let sandbox = Sandbox("out:\n    @console\n    cat > out\n")
    _ = try sandbox.sched(input: "typed")
    #expect(sandbox.read("out") == "typed")
  }

  @Test func `a recipe runs in the directory of its Schedfile`() throws {
    let sandbox = Sandbox(
      "subdir lib\ndefault lib/out\n",
      files: ["lib/Schedfile": "out: in\n    cp in out\n", "lib/in": "1"])
    try sandbox.expectBuild()
    #expect(sandbox.read("lib/out") == "1")
  }

  @Test func `directories of outputs and depfile are made`() throws {
    let sandbox = Sandbox(
      "a/b/out:\n    @depfile c/d/out.d\n    echo > {{out}}; echo 'x:' > {{depfile}}\n")
    try sandbox.expectBuild()
    #expect(sandbox.exists("a/b/out") && sandbox.exists("c/d/out.d"))
  }

  @Test(
    arguments: [
      ("    echo *.txt > out\n", "a.txt b.txt\n"),
      ("    x=1; echo $((x + 1)) > out\n", "2\n"),
      ("    #!/bin/cat\n    text\n", nil),
      ("    @shell sh -c\n    echo own > out\n", "own\n"),
    ] as [(Bytes, Bytes?)])
  func `a recipe is what its shell makes of it`(_ recipe: Bytes, _ result: Bytes?) throws {
    let sandbox = Sandbox("out:\n" + recipe, files: ["a.txt": "", "b.txt": ""])
    let run = try sandbox.sched()
    #expect(sandbox.read("out") == result)
    if result == nil { #expect(run.output.hasSuffix("text\n")) }
  }

  @Test func `a failing command in the middle ends the recipe`() throws {
    let sandbox = Sandbox("out:\n    false\n    echo > out\n")
    try sandbox.expectBuild(status: 1)
    #expect(!sandbox.exists("out"))
  }

  @Test func `a command that is not there fails as the shell says it`() throws {
    let run = try Sandbox("out:\n    no-such-command x\n").sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("command exited with status 127"))
  }

  @Test(arguments: ["--serial", "-j2"])
  func `a program that the system does not run is the shell's affair`(_ jobs: Bytes) throws {
    let sandbox = Sandbox(
      """
      default first second third
      task first:
          bin/none x
      task second:
          bin/text one two
      task third:
          bin/forbidden
      """)
    sandbox.write("bin/text", "printf '[%s]' \"$@\" > said\n", isExecutable: true)
    sandbox.write("bin/forbidden", "#!/bin/sh\n")
    let run = try sandbox.sched(jobs, "-k0")
    #expect(run.status == .exited(1))
    #expect(sandbox.read("said") == "[one][two]")
    #expect(run.diagnostics.contains("command exited with status 127"))
    #expect(run.diagnostics.contains("not found"))
    #expect(run.diagnostics.contains("cannot run 'bin/forbidden': permission denied"))
  }

  @Test func `a shell that is not there is named`() throws {
    let run = try Sandbox("out:\n    @shell /no/shell -c\n    echo > out\n").sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("cannot run '/no/shell': no such program"))
  }

  @Test func `a script longer than the system's limit for arguments runs`() throws {
    let line = String(repeating: "x", count: 1000)
    let script = (0..<200).map { _ in "    : \(line)\n" }.joined()
    let sandbox = Sandbox("out:\n\(script)    echo done > out\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "done\n")
  }
}
