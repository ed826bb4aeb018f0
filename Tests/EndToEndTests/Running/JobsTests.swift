import Testing

@Suite struct JobsTests {
  /// Two recipes that each wait until the other one has begun.
  private let meeting: Bytes = """
    default a b
    a:
        echo > a.begun; for i in $(seq 500); do [ -e b.begun ] && break; sleep 0.01; done
        [ -e b.begun ] && echo > a
    b:
        echo > b.begun; for i in $(seq 500); do [ -e a.begun ] && break; sleep 0.01; done
        [ -e a.begun ] && echo > b

    """

  @Test func `with two jobs, two recipes run at once`() throws {
    try Sandbox(meeting).expectBuild("-j2")
  }

  /// Recipes that fail if another one runs at the same time.
  private func alone(_ attributes: Bytes) -> Bytes {
    var schedfile: Bytes = "default a b c\n"
    for name in ["a", "b", "c"] {
      schedfile =
        schedfile
        + "\(name):\n\(attributes)    mkdir busy; sleep 0.02; rmdir busy; echo \(name) > {{out}}\n"
    }
    return schedfile
  }

  @Test(arguments: ["-j1", "--serial"] as [Bytes])
  func `with one job, recipes run one after the other, in Schedfile order`(_ option: Bytes) throws {
    let sandbox = Sandbox(alone(""))
    let run = try sandbox.sched(option)
    #expect(run.status == .exited(0))
    #expect(run.diagnostics == "[1/3] a\n[2/3] b\n[3/3] c\n")
  }

  @Test func `a pool limits its recipes`() throws {
    let sandbox = Sandbox("pool one = 1\n" + alone("    @pool one\n"))
    try sandbox.expectBuild("-j4")
  }

  @Test func `more cpus than there are are cut to that, and a note says so once for each number`()
    throws
  {
    let sandbox = Sandbox(
      """
      default a b c d
      a:
          @cpus 99999
          echo {{cpus}} > {{out}}
      b:
          @cpus 99999
          echo {{cpus}} > {{out}}
      c:
          @cpus 88888
          echo {{cpus}} > {{out}}
      d:
          @cpus all
          echo {{cpus}} > {{out}}

      """)
    let run = try sandbox.start(["--serial"]).wait()
    #expect(run.status == .exited(0))
    let cores = try #require(sandbox.read("d")).description.dropLast()
    #expect(sandbox.read("a") == sandbox.read("d") && sandbox.read("c") == sandbox.read("d"))
    let notes = run.diagnostics.split(separator: "\n").filter { $0.contains("note:") }
    #expect(
      notes == [
        "Schedfile:2:1: note: 'a' asks for 99999 processors (@cpus) and gets \(cores): there are no more",
        "Schedfile:8:1: note: 'c' asks for 88888 processors (@cpus) and gets \(cores): there are no more",
      ])
    let again = try sandbox.start([]).wait()
    #expect(!again.diagnostics.contains("note:"))
  }

  @Test func `a recipe that takes all cpus runs alone`() throws {
    try Sandbox(alone("    @cpus all\n")).expectBuild("-j4")
  }

  @Test func `more memory than there is, is an error before anything starts`() throws {
    let sandbox = Sandbox(
      "default a b\na:\n    echo a >> $RAN; echo > a\nb:\n    @mem 900000G\n    echo > b\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2))
    #expect(sandbox.takeRan() == [])
    #expect(run.diagnostics.contains("Schedfile:4"))
  }

  @Test func `a recipe that takes too long is ended with its children`() throws {
    let sandbox = Sandbox(
      "out:\n    @timeout 200ms\n    sleep 1000 & echo $! > pid; wait\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics.contains(
        "error: target 'out' failed: command took longer than its '@timeout'"))
    let pid = sandbox.read("pid")?.description.split(separator: "\n").first ?? ""
    #expect(readFile("/proc/\(String(pid))/cmdline")?.description.hasPrefix("sleep") != true)
  }

  @Test func `a recipe is tried again as often as it says`() throws {
    let sandbox = Sandbox(
      """
      out:
          @retries 2
          echo try >> $RAN
          [ $(wc -l < $RAN) = 3 ]
          echo > out

      """)
    let run = try sandbox.sched()
    #expect(run.status == .exited(0))
    #expect(sandbox.takeRan() == ["try", "try", "try"])
    let note = "note: target 'out' failed: command exited with status 1; again\n"
    #expect(run.diagnostics == note + note + "[1/1] out\n")
  }
}
