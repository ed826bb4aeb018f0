import Testing

@Suite struct StateDamageTests {
  private func built() throws -> Sandbox {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    return sandbox
  }

  /// The files of `.sched` whose names begin so.
  private func stateFiles(_ sandbox: Sandbox, _ prefix: String) -> [Bytes] {
    names(in: sandbox.path(".sched")).filter { $0.description.hasPrefix(prefix) }
      .map { ".sched/" + $0 }
  }

  @Test func `a damaged state is set aside with a note, and everything is made anew`() throws {
    let sandbox = try built()
    for file in stateFiles(sandbox, "state-") { sandbox.write(file, "no state at all") }
    let run = try sandbox.sched()
    #expect(run.status == .exited(0))
    #expect(run.diagnostics.hasPrefix("note: the state is damaged"), "\(run.diagnostics)")
    #expect(sandbox.takeRan() == ["a.o", "app", "b.o"])
    try sandbox.expectBuild()
  }

  @Test func `a journal whose end is torn costs its end, never a wrong answer`() throws {
    let sandbox = try built()
    sandbox.write("a.c", "gamma\n")
    try sandbox.expectBuild(ran: ["a.o", "app"])
    for file in stateFiles(sandbox, "journal-") {
      let content = try #require(sandbox.read(file)).bytes
      sandbox.write(file, Bytes(content.dropLast(3)))
    }
    try sandbox.sched()
    #expect(sandbox.read("app") == "GAMMA\nBETA\n")
    _ = sandbox.takeRan()
    try sandbox.expectBuild()
    sandbox.write("a.c", "delta\n")
    try sandbox.expectBuild(ran: ["a.o", "app"])
  }

  @Test func `without any state everything is made, and what lies there is kept aside`() throws {
    let sandbox = try built()
    sandbox.remove(".sched")
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    #expect(sandbox.exists(".sched/replaced/app"))
  }

  @Test func `a state that cannot be written ends the build with the cause`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out\n")
    sandbox.write(".sched", "a file in the way")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("error: ") && run.diagnostics.contains(".sched"))
    #expect(!sandbox.exists("out"))
  }
}
