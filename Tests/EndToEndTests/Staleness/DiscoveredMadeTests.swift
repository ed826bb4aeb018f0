import Testing

@Suite struct DiscoveredMadeTests {
  /// `out` reads `gen.h`, which a target makes, and says so only in its depfile.
  private func sandbox(attributes: Bytes = "") -> Sandbox {
    Sandbox(
      """
      out: in
          @depfile out.d
      \(attributes)    echo out >> $RAN
          echo 'out: gen.h' > out.d
          cat in gen.h > out 2> /dev/null || cat in > out
      gen.h: src
          cat src > gen.h; echo gen.h >> $RAN

      """, files: ["in": "1", "src": "x"])
  }

  @Test
  func `a discovered file that a target makes is made in the same build, and its reader again`()
    throws
  {
    let sandbox = sandbox()
    let run = try sandbox.sched("out")
    #expect(sandbox.takeRan() == ["gen.h", "out", "out"])
    #expect(sandbox.read("out") == "1x")
    #expect(run.diagnostics.contains("note: ") && run.diagnostics.contains("@after"))
    try sandbox.expectBuild("out")
  }

  @Test func `from then on it is made first`() throws {
    let sandbox = sandbox()
    try sandbox.sched("out")
    _ = sandbox.takeRan()
    sandbox.write("src", "y")
    try sandbox.expectBuild("out", ran: ["gen.h", "out"])
    #expect(sandbox.read("out") == "1y")
    try sandbox.expectBuild("out")
  }

  @Test func `with after, nothing runs twice`() throws {
    let sandbox = sandbox(attributes: "    @after gen.h\n")
    try sandbox.expectBuild("out", ran: ["gen.h", "out"])
    sandbox.write("src", "y")
    try sandbox.expectBuild("out", ran: ["gen.h", "out"])
  }

  @Test func `if the maker of a discovered file fails, so does its reader`() throws {
    let sandbox = sandbox()
    sandbox.write(
      "Schedfile", sandbox.read("Schedfile")! + "    exit 1\n")
    try sandbox.expectBuild("out", ran: ["gen.h", "out"], status: 1)
    try sandbox.expectBuild("out", ran: ["gen.h", "out"], status: 1)
  }
}
