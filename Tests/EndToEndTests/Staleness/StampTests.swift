import Testing

@Suite struct StampTests {
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      after: stamp
          echo made > after; echo after >> "$RAN"
      stamp: in
          : > stamp; echo stamp >> "$RAN"
      """, files: ["in": "1"])
  }

  @Test func `an empty output passes a change on`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["after", "stamp"])
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["after", "stamp"])
    try sandbox.expectBuild()
  }

  @Test func `an empty output that was deleted is made again and passes nothing on`() throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["after", "stamp"])
    sandbox.remove("stamp")
    try sandbox.expectBuild(ran: ["stamp"])
  }

  @Test func `an empty source is plain content`() throws {
    let sandbox = Sandbox.copy()
    sandbox.write("in", "")
    try sandbox.expectBuild(ran: ["out"])
    sandbox.write("in", "")
    try sandbox.expectBuild()
  }
}
