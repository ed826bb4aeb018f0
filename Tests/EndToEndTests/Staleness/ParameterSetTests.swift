import Testing

/// What `--prune` and `clean --orphans` know of other settings of the params.
@Suite struct ParameterSetTests {
  private static let choices: Bytes = "param mode = debug | release | profile\n"
  private static let fewer: Bytes = "param mode = debug | release\n"
  private static let own: Bytes = "default b/{{mode}}\nb/{{mode}}:\n    echo > {{out}}\n"
  private static let old: Bytes = "default old\nold:\n    echo > old\n"

  /// Built with each choice.
  private func sandbox() throws -> Sandbox {
    let sandbox = Sandbox(Self.choices + Self.own + Self.old)
    for mode: Bytes in ["debug", "release", "profile"] { try sandbox.sched("mode=" + mode) }
    return sandbox
  }

  private func prune(_ sandbox: Sandbox, _ words: Bytes...) throws {
    let run = try sandbox.start(["--prune"] + words).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
  }

  @Test func `what several sets made goes when none of them makes it`() throws {
    let sandbox = try sandbox()
    // One of them still makes it.
    sandbox.write(
      "Schedfile",
      Self.choices + Self.own + "if mode == \"release\"\n" + Self.old + "end\n")
    try prune(sandbox, "mode=debug")
    #expect(sandbox.exists("old"))
    sandbox.write("Schedfile", Self.choices + Self.own)
    try prune(sandbox, "mode=debug")
    #expect(!sandbox.exists("old"))
    #expect(sandbox.files(below: "b") == ["debug", "profile", "release"])
  }

  @Test func `a set whose choice is gone makes nothing`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", Self.fewer + Self.own)
    let run = try sandbox.sched("clean", "--orphans", "mode=debug")
    #expect(run.output.split(separator: "\n").sorted() == ["b/profile", "old"])
    #expect(sandbox.files(below: "b") == ["debug", "release"])
  }

  @Test func `what a set made that cannot be evaluated stays`() throws {
    let sandbox = try sandbox()
    let broken: Bytes = "if mode == \"release\"\n    x = {{nosuch}}\nend\n"
    sandbox.write("Schedfile", Self.choices + Self.own + broken)
    try prune(sandbox, "mode=debug")
    #expect(sandbox.exists("old"))
    #expect(sandbox.exists("b/release"))
    sandbox.write("Schedfile", Self.choices + Self.own)
    try prune(sandbox, "mode=debug")
    #expect(!sandbox.exists("old"))
  }

  @Test func `what a set made that nobody remembers stays`() throws {
    let own: Bytes = "n = 0\ndefault b/{{n}}\nb/{{n}}:\n    echo > {{out}}\n"
    let sandbox = Sandbox(own + Self.old)
    for n in 0..<20 { try sandbox.sched("n=\(n)") }
    sandbox.write("Schedfile", own)
    try prune(sandbox, "n=19")
    #expect(sandbox.exists("old"))
    #expect(sandbox.files(below: "b").count == 20)
  }

  @Test func `another Schedfile of the same root is a set too`() throws {
    let sandbox = Sandbox("a:\n    echo > a\n", files: ["other.sched": "b:\n    echo > b\n"])
    try sandbox.sched()
    try sandbox.sched("-f", "other.sched")
    try prune(sandbox)
    #expect(sandbox.exists("b"))
    sandbox.write("other.sched", "c:\n    echo > c\n")
    try prune(sandbox)
    #expect(!sandbox.exists("b"))
    #expect(sandbox.exists("a"))
  }
}
