import Testing

@Suite struct CopiedTreeTests {
  @Test func `a copy of the tree elsewhere, with new times, runs nothing`() throws {
    let sandbox = Sandbox.program()
    sandbox.write("first/Schedfile", sandbox.read("Schedfile")!)
    sandbox.write("first/a.c", "alpha\n")
    sandbox.write("first/b.c", "beta\n")
    try sandbox.sched("-C", "first")
    #expect(sandbox.takeRan() == ["a.o", "app", "b.o"])
    _ = try sandbox.start(program: "cp", ["-r", "first", "second"]).wait()
    try sandbox.expectBuild("-C", "second")
    sandbox.append("second/a.c", "more\n")
    try sandbox.expectBuild("-C", "second", ran: ["a.o", "app"])
    try sandbox.expectBuild("-C", "first")
  }

  @Test func `a checkout that gives all files new inodes and times runs nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    for file in sandbox.files() { sandbox.write("\(file)", sandbox.read("\(file)")!) }
    try sandbox.expectBuild()
  }
}
