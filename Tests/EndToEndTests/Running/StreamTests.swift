import Testing

/// Which of sched's streams gets what recipes print.
@Suite struct StreamTests {
  private func sandbox() -> Sandbox {
    Sandbox("task t\n    echo one; echo two >&2; echo three\n")
  }

  private func run(_ sandbox: Sandbox, _ line: Bytes) throws -> Sandbox.Run {
    sandbox.environment["SCHED"] = Programs.sched.description
    return try sandbox.start(program: "sh", ["-c", line]).wait()
  }

  @Test(arguments: ["-j2", "--serial"])
  func `a command substitution holds what was printed on standard output, and nothing else`(
    _ executor: String
  ) throws {
    let run = try run(sandbox(), Bytes("x=$($SCHED --quiet \(executor) t); echo \"[$x]\""))
    #expect(run.output == "[one\nthree]\n")
    #expect(run.diagnostics == "two\n")
  }

  @Test(arguments: ["-j2", "--serial"], ["both 2>&1", "both 2>both"])
  func `where both streams are one file, it has all in the true order`(
    _ executor: String, _ files: String
  ) throws {
    let sandbox = sandbox()
    _ = try run(sandbox, Bytes("$SCHED --quiet \(executor) t >\(files)"))
    #expect(sandbox.read("both") == "one\ntwo\nthree\n")
  }

  @Test(arguments: ["-j2", "--serial"] as [Bytes])
  func `what a value prints on standard error goes there`(_ executor: Bytes) throws {
    let sandbox = Sandbox(
      "value v\n    echo text; echo aside >&2\nout:\n    echo {{v}} > out; cat out\n")
    try sandbox.expect("--quiet", executor, output: "text\n", errors: "aside\n")
  }

  @Test func `the log shows both streams`() throws {
    let sandbox = sandbox()
    try sandbox.sched("t")
    let log = try sandbox.sched("log", "t").output
    for word in ["one\n", "two\n", "three\n"] { #expect(log.contains(word)) }
  }

  @Test(arguments: ["-j2", "--serial"] as [Bytes])
  func `a failing recipe's complaint goes to standard error too`(_ executor: Bytes) throws {
    try Sandbox("task t\n    echo one; echo two >&2; exit 3\n").expect(
      executor, "--quiet", output: "one\n",
      errors: """
        two
        error: target 't' failed: command exited with status 3
          echo one; echo two >&2; exit 3

        """, status: 1)
  }
}
