import Glibc
import Testing

/// Directory outputs that their recipe leaves without the right to write, as module trees are.
@Suite struct ReadOnlyDirectoryTests {
  private static let schedfile: Bytes =
    "mods/: in\n    mkdir -p mods/a/b; cp in mods/a/b/x; chmod -R a-w mods\n"

  /// Runs sched as somebody for whom modes mean something.
  private func run(_ sandbox: Sandbox, _ arguments: Bytes...) throws -> Sandbox.Run {
    guard geteuid() == 0 else { return try sandbox.start(arguments).wait() }
    sandbox.setMode(of: "", to: 0o777)
    let nobody: [Bytes] = ["--reuid=65534", "--regid=65534", "--clear-groups", Programs.sched]
    return try sandbox.start(program: "setpriv", nobody + arguments).wait()
  }

  private func built() throws -> Sandbox {
    let sandbox = Sandbox(Self.schedfile, files: ["in": "1"])
    #expect(try run(sandbox).status == .exited(0))
    return sandbox
  }

  @Test func `they are rebuilt by their owner`() throws {
    let sandbox = try built()
    sandbox.write("in", "2")
    let again = try run(sandbox)
    #expect(again.status == .exited(0), "\(again.diagnostics)")
    #expect(sandbox.read("mods/a/b/x") == "2")
    #expect(!sandbox.exists(".sched/replaced"))
  }

  @Test func `they are cleaned by their owner`() throws {
    let sandbox = try built()
    let clean = try run(sandbox, "clean")
    #expect(clean.output == "mods/\n", "\(clean.diagnostics)")
    #expect(!sandbox.exists("mods"))
  }

  @Test func `they are moved aside as they are`() throws {
    let sandbox = try built()
    sandbox.rewrite("mods/a/b/x", "mine")
    sandbox.write("in", "2")
    let again = try run(sandbox)
    #expect(again.status == .exited(0), "\(again.diagnostics)")
    #expect(sandbox.read("mods/a/b/x") == "2")
    #expect(sandbox.read(".sched/replaced/mods/a/b/x") == "mine")
    var status = stat()
    _ = sandbox.path(".sched/replaced/mods").withCString { stat($0, &status) }
    #expect(status.st_mode & 0o777 == 0o555)
  }

  @Test func `what a failed recipe left of them is removed`() throws {
    let sandbox = Sandbox(Self.schedfile + "    false\n", files: ["in": "1"])
    #expect(try run(sandbox).status == .exited(1))
    #expect(sandbox.files() == ["Schedfile", "in"])
    #expect(!sandbox.exists("mods"))
  }
}
