import Testing

/// A directory that a target once made as a whole, and what it holds has become: targets of their own, sources.
@Suite struct FormerDirectoryTests {
  private func sandbox() throws -> Sandbox {
    let sandbox = Sandbox(
      "d/: s\n    mkdir -p d/sub; cp s d/a; cp s d/b; cp s d/sub/c\n", files: ["s": "1"])
    try sandbox.expectBuild()
    return sandbox
  }

  private static let removals: [[Bytes]] = [
    ["clean", "--orphans"], ["--prune"], ["--prune", "--allow-leftovers"],
  ]

  @Test(arguments: removals)
  func `what is adopted in it stays`(_ removal: [Bytes]) throws {
    for adopted: Bytes in ["d/a", "d/sub/", "d/"] {
      let sandbox = try sandbox()
      sandbox.write("Schedfile", "adopt " + adopted + "\nz: s\n    cp s z\n")
      #expect(try sandbox.start(removal).wait().status == .exited(0))
      for file: Bytes in ["d/a", "d/b", "d/sub/c"] { #expect(sandbox.read(file) == "1") }
    }
  }

  @Test(arguments: removals)
  func `what targets make in it stays`(_ removal: [Bytes]) throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "d/a: s\n    cp s d/a\n")
    try sandbox.expectBuild()
    #expect(try sandbox.start(removal).wait().status == .exited(0))
    #expect(sandbox.read("d/a") == "1")
    try sandbox.expectBuild("-q")
  }

  @Test func `what a rule makes in it stays, also when it was not asked for`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "d/%: s\n    cp s {{out}}\nz: s\n    cp s z\n")
    try sandbox.expectBuild("d/a")
    #expect(try sandbox.sched("--prune", "z").status == .exited(0))
    #expect(sandbox.read("d/a") == "1")
  }

  @Test func `what is used in it stays`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "z: d/a\n    cp d/a z\n")
    #expect(try sandbox.sched("--prune", "--allow-leftovers").status == .exited(0))
    #expect(try sandbox.sched("clean", "--orphans").status == .exited(0))
    #expect(sandbox.read("d/a") == "1")
  }

  @Test func `when nothing in it is named, it goes`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "z: s\n    cp s z\n")
    let run = try sandbox.sched("clean", "--orphans")
    #expect(run.output == "d/\n")
    #expect(!sandbox.exists("d"))
  }

  @Test func `to adopt a file in it adopts all of it`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", "e: d/a\n    cp d/a e\n")
    #expect(try sandbox.sched().status == .exited(2))
    let run = try sandbox.sched("adopt", "d/a")
    #expect(run.output == "d\n", "\(run.diagnostics)")
    #expect(try sandbox.sched().status == .exited(0))
    #expect(try sandbox.sched("clean", "--orphans").output == "")
    #expect(sandbox.read("d/b") == "1")
  }

  @Test func `while it is made, nothing in it can be adopted`() throws {
    let sandbox = try sandbox()
    let run = try sandbox.sched("adopt", "d/a")
    #expect(run.status == .exited(2))
    #expect(
      run.diagnostics.contains("'d/a' is in 'd/', which a target makes"), "\(run.diagnostics)")
  }
}
