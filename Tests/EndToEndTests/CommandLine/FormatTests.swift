import Testing

@Suite struct FormatTests {
  private let untidy: Bytes = "x=1\n\n\n\na:   b\n  @desc   X\n  cp b a\n"

  @Test func `fmt formats the Schedfile and those that it reads, and says nothing`() throws {
    let sandbox = Sandbox(untidy + "include more\n", files: ["more": untidy, "other": untidy])
    try sandbox.expect("fmt")
    let tidy = try #require(sandbox.read("Schedfile"))
    #expect(tidy != untidy + "include more\n")
    #expect(sandbox.read("more") != untidy)
    #expect(sandbox.read("other") == untidy)
    try sandbox.expect("fmt")
    #expect(sandbox.read("Schedfile") == tidy)
    try sandbox.expect("fmt", "--check")
  }

  @Test func `fmt with check lists files and changes nothing`() throws {
    let sandbox = Sandbox(untidy)
    try sandbox.expect("fmt", "--check", output: "Schedfile\n", status: 1)
    #expect(sandbox.read("Schedfile") == untidy)
  }

  @Test func `fmt formats the files that are named`() throws {
    let sandbox = Sandbox(untidy, files: ["lib/rules": untidy])
    try sandbox.expect("fmt", "rules", in: "lib", errors: nil)
    #expect(sandbox.read("lib/rules") != untidy)
    #expect(sandbox.read("Schedfile") == untidy)
  }

  @Test func `fmt formats a named file without a project around it`() throws {
    let sandbox = Sandbox(files: ["rules": untidy])
    try sandbox.expect("fmt", "rules")
    #expect(sandbox.read("rules") != untidy)
    try sandbox.expect("fmt", "--check", "rules")
  }

  @Test func `fmt does not change what it cannot read`() throws {
    let broken: Bytes = "a:   b\n\tx\n  y\nend\n"
    let sandbox = Sandbox(broken)
    #expect(try sandbox.sched("fmt").status == .exited(2))
    #expect(sandbox.read("Schedfile") == broken)
  }

  @Test func `fmt keeps a file's mode and does not replace a link`() throws {
    let sandbox = Sandbox(files: ["real": untidy])
    sandbox.setMode(of: "real", to: 0o640)
    sandbox.link("Schedfile", to: "real")
    try sandbox.expect("fmt")
    #expect(sandbox.read("real") != untidy)
    let listing = try sandbox.start(program: "stat", ["-c", "%a %N", "real", "Schedfile"]).wait()
    #expect(listing.output == "640 'real'\n777 'Schedfile' -> 'real'\n")
  }

  @Test func `what fmt changed builds nothing anew`() throws {
    let sandbox = Sandbox(
      "x=1\n\n\n\na:   b\n  @desc   X\n  cp b a; echo a >> $RAN\n", files: ["b": "1"])
    try sandbox.expectBuild(ran: ["a"])
    try sandbox.expect("fmt")
    try sandbox.expectBuild()
  }

  @Test func `where one file cannot be formatted, none is`() throws {
    let sandbox = Sandbox(
      untidy + "include more /dev/zero\n", files: ["more": untidy, "broken": "a:   b\n\tx\n  y\n"])
    #expect(try sandbox.sched("fmt").status == .exited(2))
    #expect(sandbox.read("Schedfile") == untidy + "include more /dev/zero\n")
    #expect(sandbox.read("more") == untidy)
    #expect(try sandbox.sched("fmt", "more", "broken").status == .exited(2))
    #expect(sandbox.read("more") == untidy)
  }
}
