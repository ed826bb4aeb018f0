import Testing

@Suite struct LeftoverTests {
  /// `a` and `b` were made; then `b` is no target any more.
  private func sandbox() throws -> Sandbox {
    let sandbox = Sandbox(
      "default a out/b\na:\n    echo 1 > a\nout/b:\n    echo 2 > out/b\n")
    try sandbox.sched()
    sandbox.write("Schedfile", "a:\n    echo 1 > a\n")
    return sandbox
  }

  @Test func `what is no target any more stays, unless it is pruned`() throws {
    let sandbox = try sandbox()
    try sandbox.expectBuild()
    #expect(sandbox.exists("out/b"))
    try sandbox.expectBuild("--prune")
    #expect(!sandbox.exists("out/b"))
    #expect(!sandbox.exists("out"))
    #expect(sandbox.exists("a"))
  }

  @Test func `clean with orphans takes leftovers and nothing else`() throws {
    let sandbox = try sandbox()
    let run = try sandbox.sched("clean", "--orphans")
    #expect(run.status == .exited(0))
    #expect(!sandbox.exists("out/b"))
    #expect(sandbox.exists("a"))
  }

  @Test(arguments: ["--prune", "clean --orphans"])
  func `a leftover that was edited stays`(_ command: String) throws {
    let sandbox = try sandbox()
    sandbox.write("out/b", "mine")
    let words = command.split(separator: " ").map { Bytes(String($0)) }
    #expect(try sandbox.start(words).wait().status == .exited(0))
    #expect(sandbox.read("out/b") == "mine")
  }

  @Test func `a failed build prunes nothing`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "c:\n    exit 1\n")
    try sandbox.expectBuild("--prune", status: 1)
    #expect(sandbox.exists("out/b"))
  }

  @Test func `what another setting of the params made is not pruned`() throws {
    let sandbox = Sandbox(
      "param mode = debug | release\nbuild/{{mode}}:\n    echo {{mode}} > build/{{mode}}\n")
    try sandbox.expectBuild("mode=debug")
    try sandbox.expectBuild("mode=release", "--prune")
    #expect(sandbox.exists("build/debug"))
    try sandbox.expectBuild("mode=debug", "--prune")
    #expect(sandbox.exists("build/release"))
  }

  @Test func `a leftover used as a source is an error, and a warning where it is allowed`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "c: out/b\n    cat out/b > c\n")
    for words: [Bytes] in [[], ["check"], ["why"], ["-n"], ["-q"], ["out/b"]] {
      let run = try sandbox.start(words).wait()
      #expect(run.status == .exited(2))
      #expect(
        run.diagnostics.contains(
          "error: 'out/b' is left over from an earlier build: nothing makes it now"),
        "\(run.diagnostics)")
    }
    for _ in 0..<2 {
      let run = try sandbox.sched("--allow-leftovers")
      #expect(run.status == .exited(0))
      #expect(run.diagnostics.contains("warning: ") && run.diagnostics.contains("'out/b'"))
    }
    sandbox.append("out/b", "mine")
    #expect(try sandbox.sched().status == .exited(0))
  }

  @Test func `a glob does not match what earlier builds left`() throws {
    let sandbox = Sandbox(
      """
      all: {{ glob("*.txt") }}
          cat {{in}} > all; echo all >> $RAN
      b.txt:
          echo b > b.txt; echo b.txt >> $RAN

      """, files: ["a.txt": "a\n"])
    try sandbox.expectBuild("all", "b.txt", ran: ["all", "b.txt"])
    try sandbox.expectBuild("all", "b.txt")
    #expect(sandbox.read("all") == "a\n")
    sandbox.write(
      "Schedfile", "all: {{ glob(\"*.txt\") }}\n    cat {{in}} > all; echo all >> $RAN\n")
    try sandbox.expectBuild("all")
    #expect(sandbox.read("all") == "a\n")
  }
}
