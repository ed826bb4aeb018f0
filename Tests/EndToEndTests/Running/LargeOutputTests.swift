import Testing

/// More output than is kept in memory.
@Suite struct LargeOutputTests {
  /// Some 7 MB on each stream, in turn.
  private func sandbox(status: Int = 0) -> Sandbox {
    Sandbox(
      """
      task t
          for i in 1 2 3 4 5; do seq 200000; echo end $i; seq 200000 >&2; done; exit \(status)

      """)
  }

  private let numbers = (1...200_000).map { "\($0)\n" }.joined()
  private var whole: String { (1...5).map { numbers + "end \($0)\n" }.joined() }

  @Test(arguments: ConformanceTests.Executor.allCases, [0, 3])
  func `all that a recipe prints is shown, however much it is`(
    _ executor: ConformanceTests.Executor, _ status: Int
  ) throws {
    let sandbox = sandbox(status: status)
    let run = try executor.run(sandbox, "--quiet")
    #expect(run.status == .exited(status == 0 ? 0 : 1))
    // Not with the texts themselves, which nobody could read.
    #expect(run.output == whole, "\(run.output.utf8.count) bytes")
    #expect(
      run.diagnostics.contains(String(repeating: numbers, count: 5)),
      "\(run.diagnostics.utf8.count) bytes")
    #expect(!sandbox.exists(".sched/printed"))
  }

  @Test(arguments: ConformanceTests.Executor.allCases)
  func `the log keeps the beginning and the end`(_ executor: ConformanceTests.Executor) throws {
    let sandbox = sandbox()
    _ = try executor.run(sandbox, "--quiet")
    let log = try sandbox.sched("log", "t").output
    #expect(log.utf8.count < 7_000_000)
    #expect(log.contains("\n[sched left out "))
    #expect(log.contains("\n1\n2\n3\n") && log.hasSuffix("\n199999\n200000\n"))
  }

  @Test func `several recipes with much output at once are not mixed`() throws {
    let sandbox = Sandbox(
      """
      for n in 1 2 3
          task t{{n}}
              seq -f '%.0f {{n}}' 300000
      end
      task all: t1 t2 t3

      """)
    let output = try sandbox.sched("--quiet", "-j3", "all").output
    let parts = (1...3).map { n in (1...300_000).map { "\($0) \(n)\n" }.joined() }
    for part in parts { #expect(output.contains(part)) }
    #expect(output.utf8.count == parts.reduce(0) { $0 + $1.utf8.count })
  }

  @Test func `where the file cannot be written, all is shown all the same`() throws {
    let sandbox = sandbox()
    sandbox.write(".sched/printed", "in the way\n")
    let run = try sandbox.sched("--quiet", "t")
    #expect(run.output == whole, "\(run.output.utf8.count) bytes")
    #expect(sandbox.read(".sched/printed") == "in the way\n")
  }

  @Test func `what a recipe leaves behind that prints for ever keeps no build from ending`() throws
  {
    let sandbox = Sandbox("task t\n    yes & echo started; sleep 0.1\n")
    let run = try sandbox.sched("--quiet", "-j2", "t")
    #expect(run.status == .exited(0) && run.output.contains("started\n"))
  }
}
