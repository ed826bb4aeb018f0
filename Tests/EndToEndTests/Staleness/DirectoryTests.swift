import Testing

@Suite struct DirectoryTests {
  @Test func `a directory input is its names and contents`() throws {
    let sandbox = Sandbox(
      "tar: src/\n    cat src/* > tar; echo tar >> $RAN\n", files: ["src/a": "1", "src/b": "2"])
    try sandbox.expectBuild(ran: ["tar"])
    sandbox.setTime(of: "src/a", to: 1_000_000_000)
    sandbox.setTime(of: "src", to: 1_000_000_000)
    try sandbox.expectBuild()
    sandbox.write("src/a", "3")
    try sandbox.expectBuild(ran: ["tar"])
    sandbox.write("src/c", "")
    try sandbox.expectBuild(ran: ["tar"])
    sandbox.rename("src/b", "src/d")
    try sandbox.expectBuild(ran: ["tar"])
    sandbox.setMode(of: "src/a", to: 0o755)
    try sandbox.expectBuild(ran: ["tar"])
    sandbox.remove("src/c")
    try sandbox.expectBuild(ran: ["tar"])
    try sandbox.expectBuild()
  }

  @Test func `a directory input waits for what is made below it`() throws {
    let sandbox = Sandbox(
      """
      tar: dist/
          cat dist/* > tar; echo tar >> $RAN
      dist/x: in
          cat in > dist/x; echo dist/x >> $RAN

      """, files: ["in": "1"])
    try sandbox.expectBuild(ran: ["dist/x", "tar"])
    #expect(sandbox.read("tar") == "1")
    sandbox.write("in", "2")
    try sandbox.expectBuild(ran: ["dist/x", "tar"])
    #expect(sandbox.read("tar") == "2")
    try sandbox.expectBuild()
  }

  @Test func `a directory output is one thing, and files below it are inputs by themselves`() throws
  {
    let sandbox = Sandbox(
      """
      default use-a use-b
      gen/: in
          mkdir gen; head -n 1 in > gen/a; tail -n 1 in > gen/b; echo gen >> $RAN
      use-a: gen/a
          cat gen/a > use-a; echo use-a >> $RAN
      use-b: gen/b
          cat gen/b > use-b; echo use-b >> $RAN

      """, files: ["in": "1\n2\n"])
    try sandbox.expectBuild(ran: ["gen", "use-a", "use-b"])
    sandbox.write("in", "1\n3\n")
    try sandbox.expectBuild(ran: ["gen", "use-b"])
    try sandbox.expectBuild()
  }

  @Test func `a file edited below a directory output makes it again and is kept aside`() throws {
    let sandbox = Sandbox("gen/:\n    mkdir gen; echo 1 > gen/a; echo gen >> $RAN\n")
    try sandbox.expectBuild(ran: ["gen"])
    sandbox.write("gen/a", "by hand")
    try sandbox.expectBuild(ran: ["gen"])
    #expect(sandbox.read("gen/a") == "1\n")
    #expect(sandbox.read(".sched/replaced/gen/a") == "by hand")
  }

  @Test func `a directory output does not keep files of an earlier run`() throws {
    let sandbox = Sandbox(
      "gen/: in\n    mkdir gen; touch gen/$(cat in); echo gen >> $RAN\n", files: ["in": "a"])
    try sandbox.expectBuild(ran: ["gen"])
    sandbox.write("in", "b")
    try sandbox.expectBuild(ran: ["gen"])
    #expect(sandbox.files(below: "gen") == ["b"])
  }

  @Test(arguments: ["./", ".sched/", ".git/"] as [Bytes])
  func `a directory output may not hold what is not sched's`(_ output: Bytes) throws {
    let sandbox = Sandbox(
      "default x\nx: src/a\n    cat src/a > x\n" + output + ":\n    true\n", files: ["src/a": "1"])
    let run = try sandbox.sched("build", output)
    #expect(run.status == .exited(2))
    #expect(sandbox.read("src/a") == "1")
  }

  @Test func `a directory output does not destroy what was there before`() throws {
    let sandbox = Sandbox("src/:\n    true\nx: src/a\n    cat src/a > x\n", files: ["src/a": "1"])
    let run = try sandbox.sched("x")
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("it was moved to '.sched/replaced/src'"))
    #expect(sandbox.read(".sched/replaced/src/a") == "1")
  }

  @Test func `a path without a slash that is a directory is an error with a hint`() throws {
    let sandbox = Sandbox("out: src\n    ls src > out\n", files: ["src/a": "1"])
    let run = try sandbox.sched()
    #expect(run.status != .exited(0))
    #expect(run.diagnostics.contains("'src/'"))
  }
}
