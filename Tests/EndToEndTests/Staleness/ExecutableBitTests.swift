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
}
