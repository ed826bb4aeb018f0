import Testing

@Suite struct SecondaryTests {
  private func sandbox(_ attribute: Bytes) -> Sandbox {
    Sandbox(
      """
      out: mid other
          cat mid other > out; echo out >> $RAN
      mid: in
          \(attribute)
          cat in > mid; echo mid >> $RAN

      """, files: ["in": "1", "other": "x"])
  }

  @Test func `a secondary output may be missing while all that needs it is up to date`() throws {
    let sandbox = sandbox("@secondary")
    try sandbox.expectBuild(ran: ["mid", "out"])
    sandbox.remove("mid")
    try sandbox.expectBuild()
    #expect(!sandbox.exists("mid"))
  }

  @Test(arguments: ["@secondary", "@temporary"] as [Bytes])
  func `an output that was missing by right is made when it no longer may be`(_ attribute: Bytes)
    throws
  {
    let sandbox = sandbox(attribute)
    try sandbox.expectBuild(ran: ["mid", "out"])
    sandbox.remove("mid")
    try sandbox.expectBuild()
    let schedfile = try #require(sandbox.read("Schedfile")).description
    sandbox.write(
      "Schedfile",
      Bytes(
        schedfile.filter { $0 != "@" }.split(separator: "\n").filter {
          !$0.hasSuffix("secondary") && !$0.hasSuffix("temporary")
        }.joined(separator: "\n") + "\n"))
    try sandbox.expectBuild(ran: ["mid"])
    #expect(sandbox.read("mid") == "1")
    try sandbox.expectBuild()
  }

  @Test func `a missing secondary output is made again when a dependent must run`() throws {
    let sandbox = sandbox("@secondary")
    try sandbox.expectBuild(ran: ["mid", "out"])
    sandbox.remove("mid")
    sandbox.write("other", "y")
    try sandbox.expectBuild(ran: ["mid", "out"])
    #expect(sandbox.read("out") == "1y")
  }

  @Test func `a missing secondary output is made when it is asked for`() throws {
    let sandbox = sandbox("@secondary")
    try sandbox.expectBuild(ran: ["mid", "out"])
    sandbox.remove("mid")
    try sandbox.expectBuild("mid", ran: ["mid"])
  }

  @Test func `a missing secondary output whose input changed is made again`() throws {
    let sandbox = sandbox("@secondary")
    try sandbox.expectBuild(ran: ["mid", "out"])
    sandbox.remove("mid")
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["mid", "out"])
  }

  @Test func `a temporary output is removed when all that needs it has succeeded`() throws {
    let sandbox = sandbox("@temporary")
    try sandbox.expectBuild(ran: ["mid", "out"])
    #expect(!sandbox.exists("mid"))
    try sandbox.expectBuild()
    sandbox.write("other", "y")
    try sandbox.expectBuild(ran: ["mid", "out"])
    #expect(!sandbox.exists("mid"))
  }

  @Test func `a temporary output that comes out otherwise each time does not rebuild for ever`()
    throws
  {
    let sandbox = Sandbox(
      """
      default b c
      b: mid
          cat mid > b; echo b >> $RAN
      c: mid
          cat mid > c; echo c >> $RAN
      mid:
          @temporary
          head -c 16 /dev/urandom > mid; echo mid >> $RAN

      """)
    try sandbox.expectBuild(ran: ["b", "c", "mid"])
    try sandbox.expectBuild()
    sandbox.remove("b")
    try sandbox.sched("b")
    try sandbox.sched()
    _ = sandbox.takeRan()
    try sandbox.expectBuild()
    try sandbox.expectBuild("b")
    try sandbox.expectBuild("c")
  }

  @Test func `a temporary output stays when it is asked for by name`() throws {
    let sandbox = sandbox("@temporary")
    try sandbox.expectBuild("mid", "out", ran: ["mid", "out"])
    #expect(sandbox.exists("mid"))
  }

  @Test func `a temporary output stays when what needs it fails`() throws {
    let sandbox = sandbox("@temporary")
    sandbox.write(
      "Schedfile", "out: mid\n    exit 1\nmid: in\n    @temporary\n    cat in > mid\n")
    try sandbox.expectBuild(status: 1)
    #expect(sandbox.exists("mid"))
  }
}
