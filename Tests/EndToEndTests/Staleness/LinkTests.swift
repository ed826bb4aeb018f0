import Testing

@Suite struct LinkTests {
  @Test func `a link as an input is what it points to`() throws {
    let sandbox = Sandbox.copy()
    sandbox.remove("in")
    sandbox.write("v1", "1")
    sandbox.write("v2", "1")
    sandbox.link("in", to: "v1")
    try sandbox.expectBuild(ran: ["out"])
    sandbox.remove("in")
    sandbox.link("in", to: "v2")
    try sandbox.expectBuild()
    sandbox.write("v2", "2")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
  }

  @Test func `a link as an output is its own text`() throws {
    let sandbox = Sandbox(
      """
      use: current
          cat current > use; echo use >> $RAN
      current: version
          ln -s v$(cat version) current; echo current >> $RAN

      """, files: ["version": "1", "v1": "one", "v2": "two"])
    try sandbox.expectBuild(ran: ["current", "use"])
    try sandbox.expectBuild()
    sandbox.write("v1", "uno")
    try sandbox.expectBuild(ran: ["use"])
    sandbox.write("version", "2")
    try sandbox.expectBuild(ran: ["current", "use"])
    #expect(sandbox.read("use") == "two")
    try sandbox.expectBuild()
  }

  @Test func `a link to another place made by hand is an edited output`() throws {
    let sandbox = Sandbox(
      "current:\n    ln -s v1 current; echo current >> $RAN\n", files: ["v1": "1", "v2": "1"])
    try sandbox.expectBuild(ran: ["current"])
    sandbox.remove("current")
    sandbox.link("current", to: "v2")
    try sandbox.expectBuild(ran: ["current"])
  }
}
