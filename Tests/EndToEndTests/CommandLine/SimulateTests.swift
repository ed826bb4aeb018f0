import Testing

/// `sched simulate`: the real scheduler in virtual time.
struct SimulateTests {
  /// a (1 s) before b (2.5 s), c (3 s, two processors), then all (0.5 s).
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      all: b c
          cat {{in}} > {{out}}
      a:
          echo > a
      b: a
          echo > b
      c:
          @cpus 2
          echo > c
      """, files: ["durations": "1 a\n2.5 b\n3 c\n0.5 all\n"])
  }

  @Test func `it predicts makespan, speed-up, use and the longest path`() throws {
    let sandbox = sandbox()
    let run = try sandbox.start(["simulate", "-j", "1,2,3", "--durations", "durations"]).wait()
    #expect(
      run.output.description == """
        4 recipes, 7.00s of work, longest path 4.00s

          jobs  makespan  speed-up     used  at best  above it
             1     7.00s       1.0  100.0 %    7.00s     0.0 %
             2     7.00s       1.0   71.4 %    5.00s    40.0 %
             3     4.00s       1.8   83.3 %    4.00s     0.0 %

        longest path:
             1.00s  a
             2.50s  b
             500ms  all

        """)
    #expect(run.status == .exited(0))
    // Nothing ran, and nothing was written.
    #expect(!sandbox.exists("a") && !sandbox.exists(".sched"))
  }

  @Test func `ranks have slots of their own`() throws {
    let sandbox = sandbox()
    let run = try sandbox.start(
      ["simulate", "--ranks", "2", "--slots", "2", "--durations", "durations", "b", "c"]
    ).wait()
    #expect(run.output.description.contains("\n      4     3.50s       1.9 "), "\(run.output)")
  }

  @Test func `above 16 ranks the first runs only what must run there`() throws {
    let names = (1...16).map { "t\($0)" }
    let tasks = names.map { "task \($0):\n    true\n" }.joined()
    let sandbox = Sandbox(
      Bytes(
        "default here \(names.joined(separator: " "))\ntask here:\n    @local\n    true\n"
          + tasks),
      files: ["durations": Bytes((names + ["here"]).map { "1 \($0)\n" }.joined())])
    func row(_ ranks: Bytes) throws -> String {
      let words: [Bytes] = ["simulate", "--ranks", ranks, "--durations", "durations"]
      return try sandbox.start(words).wait().output.description
    }
    #expect(try row("17").contains("\n     16     1.00s      17.0  100.0 %    1.00s     0.0 %\n"))
    #expect(try row("16").contains("\n     16     2.00s       8.5  53.1 %    1.06s    88.2 %\n"))
  }

  @Test func `what a listing names is waited for once it is read, as the last build read it`()
    throws
  {
    let sandbox = Sandbox(
      """
      all:
          @inputs-from list
          cat $(cat list) > all
      list:
          printf 'part\\n' > list
      part:
          echo > part
      """, files: ["durations": "1 list\n2 part\n1 all\n"])
    let words: [Bytes] = ["simulate", "-j2", "--durations", "durations"]
    let before = try sandbox.start(words).wait().output.description
    #expect(
      before.hasPrefix(
        """
        2 recipes, 2.00s of work, longest path 2.00s
        what '@inputs-from' names is left out where no build has recorded it: 1 of them

        """), "\(before)")
    _ = try sandbox.start([]).wait()
    let after = try sandbox.start(words).wait().output.description
    #expect(
      after == """
        3 recipes, 4.00s of work, longest path 3.00s

          jobs  makespan  speed-up    used  at best  above it
             2     4.00s       1.0  50.0 %    3.00s    33.3 %

        longest path:
             2.00s  part
             1.00s  all

        """, "\(after)")
  }

  @Test func `what was recorded is used, and the rest is estimated`() throws {
    let sandbox = sandbox()
    #expect(
      try sandbox.start(["simulate", "-j1"]).wait().output.description.contains(
        "\n4 of them have never run: their durations are estimated\n"))
    _ = try sandbox.start(["-j2"]).wait()
    #expect(try !sandbox.start(["simulate"]).wait().output.description.contains("never run"))
  }

  @Test func `a long path is cut in its middle`() throws {
    let chain = (1...30).map { "t\($0): \($0 == 1 ? "" : "t\($0 - 1)")\n    echo > {{out}}\n" }
    let sandbox = Sandbox(Bytes("default t30\n" + chain.joined()))
    let run = try sandbox.start(["simulate"]).wait()
    #expect(run.output.description.contains("  t6\n            ... 18 more\n"))
    #expect(run.output.description.hasSuffix("  t30\n"))
  }

  @Test func `wrong durations are errors with their places`() throws {
    let sandbox = sandbox()
    sandbox.write("wrong", "1 a\nx b\n\n3 nope\n-1 c\n")
    let run = try sandbox.start(["simulate", "--durations", "wrong"]).wait()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("wrong:2:1: error: expected 'SECONDS TARGET'"))
    #expect(run.diagnostics.contains("wrong:4:1: error: nothing makes 'nope'"))
    #expect(run.diagnostics.contains("wrong:5:1: error: expected 'SECONDS TARGET'"))
  }

  @Test(
    arguments: [
      (["simulate", "--slots", "2"], "error: '--slots' is for ranks"),
      (["simulate", "-j", "2,x"], "error: expected a number from 1 after '-j', found '2,x'"),
      (["simulate", "--ranks", "2", "-j", "3"], "error: '--ranks' and '-j' exclude each other"),
      (["-j", "2,3"], "error: expected a number from 1 after '-j', found '2,3'"),
      (["simulate", "nope"], "error: no rule makes 'nope'"),
      (["simulate", "--durations", "none"], "error: cannot read 'none'"),
    ] as [([Bytes], String)])
  func `what cannot be is an error`(_ words: [Bytes], _ error: String) throws {
    let sandbox = sandbox()
    let run = try sandbox.start(words).wait()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains(error), "\(run.diagnostics)")
  }
}
