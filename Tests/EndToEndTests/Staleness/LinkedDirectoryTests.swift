import Testing

/// Directories that are inputs, reached through links in the tree.
@Suite struct LinkedDirectoryTests {
  private func expectCycle(
    _ schedfile: Bytes, note: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let sandbox = Sandbox(schedfile, files: ["src/a": "x", "src/sub/b": "y"])
    sandbox.link("lnk", to: "src")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2), "\(run.diagnostics)", sourceLocation: sourceLocation)
    #expect(
      run.diagnostics.hasPrefix("error: dependency cycle: "), "\(run.diagnostics)",
      sourceLocation: sourceLocation)
    #expect(run.diagnostics.contains(note), "\(run.diagnostics)", sourceLocation: sourceLocation)
  }

  @Test func `an output in its own directory input is a cycle by whatever name`() throws {
    try expectCycle(
      "src/out: lnk/\n    echo > src/out\n", note: "depends on 'lnk/', which holds 'src/out'")
    try expectCycle(
      "lnk/out: src/\n    echo > lnk/out\n", note: "depends on 'src/', which holds 'lnk/out'")
    try expectCycle(
      "src/sub/out: lnk/sub/\n    echo > {{out}}\n", note: "'lnk/sub/', which holds 'src/sub/out'")
    try expectCycle(
      "src/sub/out: lnk/\n    echo > {{out}}\n", note: "'lnk/', which holds 'src/sub/out'")
    try expectCycle(
      "src/out:\n    @uses lnk/\n    echo > src/out\n", note: "'lnk/', which holds 'src/out'")
    try expectCycle(
      "src/out:\n    @after lnk/\n    echo > src/out\n", note: "'lnk/', which holds 'src/out'")
    try expectCycle(
      "src/new/out:\n    @uses lnk/\n    echo > {{out}}\n",
      note: "'lnk/', which holds 'src/new/out'")
  }

  @Test func `a listing that names it is a cycle, too`() throws {
    let sandbox = Sandbox(
      "src/out: list\n    @inputs-from list\n    echo > src/out\n",
      files: ["src/a": "x", "list": "lnk/\n"])
    sandbox.link("lnk", to: "src")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2) || run.status == .exited(1))
    #expect(run.diagnostics.contains("dependency cycle: src/out -> src/out"), "\(run.diagnostics)")
  }

  @Test func `a directory waits for what is made in it by another name`() throws {
    let sandbox = Sandbox(
      """
      all: lnk/
          ls lnk > all; echo all >> $RAN
      src/made: in
          cp in src/made; echo made >> $RAN

      """, files: ["src/a": "x", "in": "1"])
    sandbox.link("lnk", to: "src")
    try sandbox.expectBuild(ran: ["all", "made"])
    #expect(sandbox.read("all") == "a\nmade\n")
    try sandbox.expectBuild()
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["all", "made"])
  }

  @Test func `a leftover is seen in it by another name`() throws {
    let sandbox = Sandbox(
      "all: src/made\n    cat {{in}} > all\nsrc/made:\n    echo 1 > src/made\n",
      files: ["src/a": "x"])
    sandbox.link("lnk", to: "src")
    try sandbox.expectBuild()
    sandbox.write("Schedfile", "all: lnk/\n    ls lnk > all\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2), "\(run.diagnostics)")
    #expect(
      run.diagnostics.contains("error: 'lnk/' holds 'src/made', which is left over"),
      "\(run.diagnostics)")
  }

  @Test func `a link elsewhere is no cycle`() throws {
    let sandbox = Sandbox(
      "src/out: lnk/\n    ls lnk > src/out\n", files: ["src/a": "x", "other/b": "y"])
    sandbox.link("lnk", to: "other")
    try sandbox.expectBuild()
    #expect(sandbox.read("src/out") == "b\n")
  }
}
