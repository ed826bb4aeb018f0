import Testing

@Suite struct LogTests {
  private func sandbox() throws -> Sandbox {
    let sandbox = Sandbox(
      "default a b\na:\n    echo from a; echo > a\nb:\n    echo > b\nbad:\n    echo oops; exit 3\n")
    try sandbox.sched()
    return sandbox
  }

  /// Durations differ from run to run.
  private func withoutDurations(_ text: String) -> String {
    text.replacing(#/\d+\.\d+ s/#, with: "TIME")
  }

  @Test func `log shows what a target's recipe printed last, and how it ended`() throws {
    let sandbox = try sandbox()
    let run = try sandbox.sched("log", "a")
    #expect(withoutDurations(run.output) == "a: succeeded in TIME\nfrom a\n")
  }

  @Test func `log of a failure shows its status`() throws {
    let sandbox = try sandbox()
    try sandbox.sched("bad")
    let run = try sandbox.sched("log", "bad")
    #expect(withoutDurations(run.output) == "bad: exited with status 3 in TIME\noops\n")
  }

  @Test func `log without a target shows all that printed something`() throws {
    let run = try sandbox().sched("log")
    #expect(withoutDurations(run.output) == "a: succeeded in TIME\nfrom a\n")
  }

  @Test func `log of a target that never ran says so`() throws {
    try sandbox().expect("log", "bad", output: "bad: never ran\n")
  }
}
