import Testing

@Suite struct OwnershipTests {
  @Test func `a target whose output another one made last runs`() throws {
    let sandbox = Sandbox("out:\n    echo 1 > out; echo one >> $RAN\n")
    try sandbox.expectBuild(ran: ["one"])
    sandbox.write("Schedfile", "out other:\n    echo 2 > out; echo 2 > other; echo two >> $RAN\n")
    try sandbox.expectBuild(ran: ["two"])
    sandbox.write("Schedfile", "out:\n    echo 1 > out; echo one >> $RAN\n")
    try sandbox.expectBuild(ran: ["one"])
    #expect(sandbox.read("out") == "1\n")
  }

  @Test func `a record that the Schedfile does not name for a while is kept`() throws {
    let sandbox = Sandbox.program()
    let schedfile = sandbox.read("Schedfile")!
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.write("Schedfile", "other:\n    echo 1 > other\n")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", schedfile)
    try sandbox.expectBuild()
  }
}
