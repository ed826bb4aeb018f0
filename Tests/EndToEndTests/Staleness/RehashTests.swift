import Testing

@Suite struct RehashTests {
  @Test func `with rehash every file is read, and what is the same runs nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    try sandbox.expectBuild("--rehash")
    sandbox.write("a.c", "gamma\n")
    try sandbox.expectBuild("--rehash", ran: ["a.o", "app"])
  }

  @Test func `with always everything that is asked for runs`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    try sandbox.expectBuild("-B", ran: ["a.o", "app", "b.o"])
    try sandbox.expectBuild("-B", "a.o", ran: ["a.o"])
    try sandbox.expectBuild()
  }
}
