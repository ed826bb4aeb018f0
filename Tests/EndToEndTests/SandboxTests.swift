import Glibc
import Testing

@Suite struct SandboxTests {
  @Test func `a program runs in the tree, and what it prints and leaves is seen`() throws {
    let sandbox = Sandbox(files: ["a/b c.txt": "hello\n"])
    sandbox.environment["GREETING"] = "moin"
    let script: Bytes = "cat 'b c.txt'; echo $GREETING >&2; echo x >> $RAN; echo y > made; exit 3"
    let run = try sandbox.start(program: "sh", ["-c", script], in: "a").wait()
    #expect(run.output == "hello\n")
    #expect(run.diagnostics == "moin\n")
    #expect(run.status == .exited(3))
    #expect(sandbox.takeRan() == ["x"])
    #expect(sandbox.takeRan() == [])
    #expect(sandbox.files() == ["a/b c.txt", "a/made"])
  }

  @Test func `a signal ends a program, and that is told`() throws {
    let sandbox = Sandbox()
    let running = try sandbox.start(program: "sleep", ["60"])
    running.process.send(SIGTERM)
    #expect(running.wait().status == .killed(signal: SIGTERM))
  }

  @Test func `times are set, not waited for`() {
    let sandbox = Sandbox(files: ["f": "1"])
    sandbox.setTime(of: "f", to: 1_000_000_000)
    sandbox.rewrite("f", "2")
    #expect(sandbox.read("f") == "2")
    #expect(sandbox.modificationTime(of: "f").tv_sec == 1_000_000_000)
  }

  @Test func `names need not be UTF-8`() {
    let name = Bytes([0x61, 0xFF, 0x62])
    let sandbox = Sandbox(files: [name: "content"])
    #expect(sandbox.read(name) == "content")
    #expect(names(in: sandbox.tree) == [name])
  }
}
