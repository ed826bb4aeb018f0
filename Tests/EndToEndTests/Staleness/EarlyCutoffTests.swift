import Testing

@Suite struct EarlyCutoffTests {

  @Test func `a comment recompiles its file and links nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.write("a.c", "alpha#\n")
    try sandbox.expectBuild(ran: ["a.o"])
    try sandbox.expectBuild()
  }

  @Test func `a chain is followed only as far as something changes`() throws {
    let sandbox = Sandbox(
      """
      three: two
          cat two > three; echo three >> "$RAN"
      two: one
          head -c 1 one > two; echo two >> "$RAN"
      one: in
          cat in > one; echo one >> "$RAN"
      """, files: ["in": "abc"])
    try sandbox.expectBuild(ran: ["one", "two", "three"])
    sandbox.write("in", "axx")
    try sandbox.expectBuild(ran: ["one", "two"])
    sandbox.write("in", "xxx")
    try sandbox.expectBuild(ran: ["one", "two", "three"])
  }
}
