import Testing

@Suite struct TouchedInputTests {
  @Test func `a second build runs nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    #expect(sandbox.read("app") == "ALPHA\nBETA\n")
    try sandbox.expectBuild()
  }

  @Test(arguments: [0, 1_000_000_000, 4_000_000_000])
  func `an input that was only touched runs nothing, whatever its new time`(_ time: Int) throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.setTime(of: "a.c", to: time)
    sandbox.setTime(of: "app", to: time)
    try sandbox.expectBuild()
    try sandbox.expectBuild()
  }

  @Test func `an input written again with the same content runs nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.write("a.c", "alpha\n")
    try sandbox.expectBuild()
  }

  @Test func `an edit that keeps size and time is seen`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.rewrite("a.c", "gamma\n")
    try sandbox.expectBuild(ran: ["a.o", "app"])
    #expect(sandbox.read("app") == "GAMMA\nBETA\n")
  }

  @Test func `an edit that is undone runs nothing if no build came between`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.write("a.c", "gamma\n")
    sandbox.write("a.c", "alpha\n")
    try sandbox.expectBuild()
  }
}
