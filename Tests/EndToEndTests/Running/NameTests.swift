import Testing

@Suite struct NameTests {
  @Test(
    arguments: [
      Bytes("with blank"), "it's", "say \"x\"", "ümlaut", "-dash", "a=b", "$HOME", "a;b", "*", "#x",
      "new\nline", Bytes([0x61, 0xFF, 0x80, 0x62]),
    ] as [Bytes])
  func `files of any name are built, found and judged`(_ name: Bytes) throws {
    let source = "in/" + name
    let target = "out/" + name
    let sandbox = Sandbox(
      """
      default {{ map(glob("in/*"), "in/%", "out/%") }}
      out/%: in/%
          cat {{in}} > {{out}}; echo ran >> $RAN

      """, files: [source: "1"])
    try sandbox.expectBuild(ran: ["ran"])
    #expect(sandbox.read(target) == "1")
    try sandbox.expectBuild()
    sandbox.write(source, "2")
    try sandbox.expectBuild(target, ran: ["ran"])
    #expect(sandbox.read(target) == "2")
    try sandbox.expectBuild(target)
  }
}
