import Glibc
import Testing

/// What lies in the place of outputs after a run that did not end well, and whose it is.
@Suite struct RemainsTests {
  /// `out`, whose recipe writes half of it, says so, and goes on as `rest` says.
  private func sandbox(_ rest: Bytes, attributes: Bytes = "") -> Sandbox {
    Sandbox(
      "out:\n" + attributes + "    echo half > out; echo y > started\n    " + rest
        + "\n    echo whole > out\n")
  }

  /// Fixes the recipe, builds, and expects that what somebody put there is kept aside.
  private func expectKept(_ sandbox: Sandbox) throws {
    #expect(!sandbox.exists("out"))
    sandbox.write("out", "downloaded")
    sandbox.write("Schedfile", "out:\n    echo whole > out\n")
    let run = try sandbox.sched()
    #expect(run.diagnostics.contains("'.sched/replaced/out'"), "\(run.diagnostics)")
    #expect(sandbox.read("out") == "whole\n")
    #expect(sandbox.read(".sched/replaced/out") == "downloaded")
  }

  @Test func `a file put where a failed recipe's output was is kept`() throws {
    let sandbox = sandbox("exit 1")
    try sandbox.expectBuild(status: 1)
    try expectKept(sandbox)
  }

  @Test func `a file put there is kept by clean, too`() throws {
    let sandbox = sandbox("exit 1")
    try sandbox.expectBuild(status: 1)
    sandbox.write("out", "downloaded")
    let run = try sandbox.sched("clean")
    #expect(run.diagnostics == "note: 'out' stays: it is not as sched made it\n")
    #expect(sandbox.read("out") == "downloaded")
  }

  @Test func `a file put there is kept while the recipe goes on failing`() throws {
    let sandbox = sandbox("exit 1")
    try sandbox.expectBuild(status: 1)
    for content in ["one", "two"] as [Bytes] {
      sandbox.write("out", content)
      try sandbox.expectBuild(status: 1)
    }
    #expect(sandbox.read(".sched/replaced/out") == "one")
    #expect(sandbox.read(".sched/replaced/out.~2~") == "two")
  }

  @Test func `a file put where a recipe was too slow is kept`() throws {
    let sandbox = sandbox("sleep 60", attributes: "    @timeout 300ms\n")
    try sandbox.expectBuild(status: 1)
    try expectKept(sandbox)
  }

  @Test(arguments: [SIGINT, SIGTERM]) func `a file put where a recipe was interrupted is kept`(
    _ signal: Int32
  ) throws {
    let sandbox = sandbox("sleep 60")
    let running = try sandbox.start([])
    sandbox.waitFor("started")
    running.process.send(signal)
    _ = running.wait()
    try expectKept(sandbox)
  }

  @Test(arguments: [[], ["--serial"], ["-j2"]] as [[Bytes]])
  func `what a killed sched left is removed without a note`(_ arguments: [Bytes]) throws {
    let sandbox = sandbox("sleep 60")
    let running = try sandbox.start(arguments)
    sandbox.waitFor("started")
    running.process.send(SIGKILL)
    _ = running.wait()
    #expect(sandbox.read("out") == "half\n")
    sandbox.write("Schedfile", "out:\n    [ ! -e out ]; echo whole > out\n")
    let run = try sandbox.start(arguments).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    #expect(!run.diagnostics.contains("replaced"), "\(run.diagnostics)")
    #expect(sandbox.read("out") == "whole\n")
    #expect(!sandbox.exists(".sched/replaced"))
  }

  @Test func `what killed ranks left is removed without a note`() throws {
    let sandbox = sandbox("sleep 60")
    let running = try sandbox.startMPI(ranks: 2, ["--mpi"])
    sandbox.waitFor("started")
    // Rank 0 must have heard of it.
    usleep(300_000)
    running.process.send(SIGKILL)
    _ = running.wait()
    sandbox.write("Schedfile", "out:\n    echo whole > out\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    #expect(sandbox.read("out") == "whole\n")
    #expect(!sandbox.exists(".sched/replaced"), "\(run.diagnostics)")
  }

  @Test func `what is moved aside is told before the recipe ends`() throws {
    let sandbox = sandbox("sleep 60")
    sandbox.write("out", "mine")
    let running = try sandbox.start([])
    sandbox.waitFor("started")
    running.process.send(SIGKILL)
    #expect(running.wait().diagnostics.contains("it was moved to '.sched/replaced/out'"))
    #expect(sandbox.read(".sched/replaced/out") == "mine")
  }

  @Test func `a run that could not remove what a killed one left owns nothing`() throws {
    let sandbox = Sandbox("a b/:\n    echo half > a; mkdir b; echo y > started; sleep 60\n")
    let running = try sandbox.start([])
    sandbox.waitFor("started")
    running.process.send(SIGKILL)
    _ = running.wait()
    // The first is removed, the second cannot be.
    sandbox.write("Schedfile", "a b/:\n    echo whole > a; mkdir -p b\n")
    let immovable = try sandbox.start(program: "chattr", ["+i", sandbox.path("b")]).wait()
    guard immovable.status == .exited(0) else { return }
    try sandbox.expectBuild(status: 1)
    _ = try sandbox.start(program: "chattr", ["-i", sandbox.path("b")]).wait()
    #expect(!sandbox.exists("a"))
    sandbox.write("a", "downloaded")
    try sandbox.expectBuild()
    #expect(sandbox.read(".sched/replaced/a") == "downloaded")
  }

  @Test func `a recipe that makes a directory in place of a file leaves nothing`() throws {
    let sandbox = Sandbox("out:\n    mkdir out; echo 1 > out/x\n")
    try sandbox.expectBuild(status: 1)
    #expect(sandbox.files() == ["Schedfile"])
    try sandbox.expectBuild(status: 1)
    #expect(!sandbox.exists(".sched/replaced"))
  }

  @Test func `a failed recipe leaves no depfile`() throws {
    let sandbox = Sandbox("out:\n    @depfile out.d\n    echo 'out:' > out.d; exit 1\n")
    for _ in 1...2 { try sandbox.expectBuild(status: 1) }
    #expect(sandbox.files() == ["Schedfile"])
    #expect(!sandbox.exists(".sched/replaced"))
  }

  @Test func `an edit of a temporary output is not removed with it`() throws {
    let sandbox = Sandbox(
      """
      out: tmp
          cat tmp > out; echo mine > tmp

      tmp:
          @temporary
          echo 1 > tmp

      """)
    try sandbox.sched()
    #expect(sandbox.read("tmp") == "mine\n")
  }
}
