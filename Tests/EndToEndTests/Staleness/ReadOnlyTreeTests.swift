import Glibc
import Testing

@Suite struct ReadOnlyTreeTests {
  /// Runs sched as somebody who may not write in the tree.
  private func runWithoutRights(_ sandbox: Sandbox, _ arguments: Bytes...) throws -> Sandbox.Run {
    for path in ["", ".sched"] as [Bytes] { sandbox.setMode(of: path, to: 0o555) }
    defer { for path in ["", ".sched"] as [Bytes] { sandbox.setMode(of: path, to: 0o755) } }
    guard geteuid() == 0 else { return try sandbox.start(arguments).wait() }
    let nobody: [Bytes] = ["--reuid=65534", "--regid=65534", "--clear-groups", Programs.sched]
    return try sandbox.start(program: "setpriv", nobody + arguments).wait()
  }

  @Test func `where nothing can be written, nothing to do is still found`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    let run = try runWithoutRights(sandbox)
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    #expect(run.diagnostics == "sched: nothing to do\n")
  }

  @Test func `where nothing can be written, a stale target is the error`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    sandbox.append("a.c", "more\n")
    let run = try runWithoutRights(sandbox)
    #expect(run.status == .exited(1))
    #expect(run.diagnostics.contains("error: ") && run.diagnostics.contains(".sched"))
    #expect(sandbox.takeRan() == [])
  }
}
