import Testing

@Suite struct ExecutableBitTests {
  @Test func `an input that became executable runs its dependents`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.setMode(of: "in", to: 0o755)
    try sandbox.expectBuild(ran: ["out"])
    sandbox.setMode(of: "in", to: 0o750)
    try sandbox.expectBuild()
    sandbox.setMode(of: "in", to: 0o640)
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `an empty output that became executable is made again`() throws {
    let sandbox = Sandbox(
      "use: out\n    ls out > use; echo use >> $RAN\nout:\n    touch out; echo out >> $RAN\n")
    try sandbox.expectBuild(ran: ["out", "use"])
    try sandbox.expectBuild()
    sandbox.setMode(of: "out", to: 0o755)
    try sandbox.expectBuild("-q", status: 1)
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
  }

  @Test func `an empty output that is made executable stays up to date until it is not`() throws {
    let sandbox = Sandbox("out:\n    touch out; chmod +x out; echo out >> $RAN\n")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild("--rehash")
    sandbox.setMode(of: "out", to: 0o644)
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.exists(".sched/replaced/out"))
  }
}
