import Glibc
import Testing

/// What lies in `.sched` and is not sched's is not followed, written to or believed.
@Suite struct OwnDirectoryTests {
  private static let files: [Bytes] = [
    "lock", "clock", "logs", "journal-1", "state-1", "current", "outcome", ".gitignore",
    "seal-state-1", "current.new", "journal-1.new",
  ]

  @Test(arguments: files)
  func `a link in the state directory leads sched nowhere`(_ name: Bytes) throws {
    let sandbox = Sandbox(
      "out: in\n    cp in out\n    echo printed\n",
      files: ["in": "1\n", "victim": "precious\n"])
    try sandbox.expectBuild()
    sandbox.remove(".sched/" + name)
    sandbox.link(".sched/" + name, to: "../victim")
    sandbox.write("in", "2\n")
    let run = try sandbox.sched()
    // Either it works without the file, or the error names it; never a crash.
    #expect([.exited(0), .exited(1)].contains(run.status), "\(run.diagnostics)")
    if run.status != .exited(0) { #expect(run.diagnostics.contains(".sched/\(name)")) }
    #expect([.exited(0), .exited(1)].contains(try sandbox.sched("list").status))
    #expect(sandbox.read("victim") == "precious\n")
  }

  @Test func `links in place of kept graphs and marks are not followed`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    sandbox.write("victim", "precious\n")
    for name in names(in: sandbox.path(".sched")) where name.description.contains("graph-") {
      sandbox.remove(".sched/" + name)
      sandbox.link(".sched/" + name, to: "../victim")
      sandbox.link(".sched/" + name + ".new", to: "../victim")
    }
    sandbox.write("in", "two\n")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    #expect(sandbox.read("victim") == "precious\n")
  }

  @Test func `a directory for what is moved aside that is a link takes nothing`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.makeDirectory("elsewhere")
    sandbox.remove(".sched/replaced")
    sandbox.link(".sched/replaced", to: "../elsewhere")
    sandbox.write("out", "edited by hand\n")
    sandbox.write("in", "two\n")
    _ = try sandbox.sched()
    #expect(sandbox.files(below: "elsewhere").isEmpty)
    #expect(sandbox.read("out") == "edited by hand\n")
  }

  @Test(arguments: ["journal-1", "lock", "logs"] as [Bytes])
  func `a file with a second name is not written to`(_ name: Bytes) throws {
    let sandbox = Sandbox("out: in\n    cp in out\n    echo printed\n", files: ["in": "1\n"])
    try sandbox.expectBuild()
    _ = sandbox.path(".sched/" + name).withCString { old in
      sandbox.path("second").withCString { Glibc.link(old, $0) }
    }
    let before = sandbox.read("second")
    sandbox.write("in", "2\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("hard link"), "\(run.diagnostics)")
    #expect(sandbox.read("second") == before)
    sandbox.remove("second")
    try sandbox.expectBuild()
  }

  @Test(arguments: ["current", "journal-1", "state-1", "lock", "logs"] as [Bytes])
  func `a pipe in place of a file ends nothing by waiting`(_ name: Bytes) throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.remove(".sched/" + name)
    _ = sandbox.path(".sched/" + name).withCString { mkfifo($0, 0o644) }
    _ = try sandbox.sched("list")
    let run = try sandbox.sched()
    #expect([.exited(0), .exited(1)].contains(run.status), "\(run.diagnostics)")
  }

  @Test func `a state that others can write and the project not is refused, in words`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    sandbox.setMode(of: ".sched", to: 0o777)
    for arguments in [[], ["list"], ["-q"]] as [[Bytes]] {
      let run = try sandbox.start(arguments).wait()
      #expect(run.status == .exited(1))
      #expect(run.diagnostics.hasPrefix("error: '.sched' is writable for everybody"))
    }
    // Where the project's own directory is so, the state may be, too.
    sandbox.setMode(of: "", to: 0o777)
    try sandbox.expectBuild()
    sandbox.setMode(of: "", to: 0o755)
    sandbox.setMode(of: ".sched", to: 0o755)
    sandbox.setMode(of: ".sched/current", to: 0o666)
    #expect(try sandbox.sched().status == .exited(1))
    sandbox.setMode(of: ".sched/current", to: 0o644)
    try sandbox.expectBuild()
  }

  @Test(.enabled(if: geteuid() == 0))
  func `a state with an owner that nobody here is, as of a restored cache, is used`() throws {
    let sandbox = Sandbox.copy()
    try sandbox.expectBuild(ran: ["out"])
    for file in names(in: sandbox.path(".sched")).map({ ".sched/" + $0 }) + [".sched"] {
      _ = sandbox.path(file).withCString { chown($0, 54321, 54321) }
    }
    try sandbox.expectBuild()
  }

  @Test func `the state directory may itself lie elsewhere`() throws {
    let sandbox = Sandbox.copy()
    sandbox.makeDirectory("disk")
    sandbox.link(".sched", to: "disk")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    #expect(sandbox.exists("disk/current"))
  }

  @Test func `a sched of a recipe without the session finds its parent`() throws {
    for command in ["env -u SCHED_SESSION", "env -i", "sh -c 'exec env -i \"$@\"' -"] {
      let sandbox = Sandbox(
        "a:\n    \(Bytes(command)) '\(Programs.sched)' b; echo > a\nb:\n    echo > b\n")
      let run = try sandbox.sched("a")
      #expect(run.status == .exited(1))
      #expect((run.output + run.diagnostics).contains("which waits for itself"))
      #expect(!sandbox.exists("b"))
    }
  }

  @Test func `a file in the place of the directory is told with what to do`() throws {
    let sandbox = Sandbox("a:\n    echo > a\n")
    sandbox.write(".sched", "mine")
    try sandbox.expect(
      errors: """
        error: cannot make directory '.sched': file exists
          = hint: sched keeps its own files there: move what is there away

        """, status: 1)
    #expect(sandbox.read(".sched") == "mine")
  }
}
