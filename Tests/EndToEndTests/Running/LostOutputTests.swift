import Testing

/// Standard output that cannot be written to.
@Suite struct LostOutputTests {
  private func run(_ redirection: String, _ arguments: String) throws -> Sandbox.Run {
    let sandbox = Sandbox("task t\n    @desc say it\n    echo said\nout:\n    echo > out\n")
    sandbox.environment["SCHED"] = Programs.sched.description
    try sandbox.sched("t")
    return try sandbox.start(
      program: "bash",
      ["-c", Bytes("set -o pipefail; { sleep 0.5; $SCHED \(arguments); } \(redirection)")]
    ).wait()
  }

  @Test(
    arguments: [
      ">/dev/full": "no space left on device", ">&-": "bad file descriptor",
      "| true": "broken pipe",
    ].map { ($0.key, $0.value) },
    [
      "-j2 --quiet t", "--serial --quiet t", "--quiet -B t", "list", "log t", "--help",
      "why t", "-n t", "fmt --help",
    ])
  func `what was asked for and is lost is an error`(
    _ redirection: (String, String), _ arguments: String
  ) throws {
    let run = try run(redirection.0, arguments)
    #expect(run.status == .exited(1), "\(run.diagnostics)")
    let message = "error: cannot write to standard output: \(redirection.1)\n"
    #expect(run.diagnostics == message)
  }

  @Test(arguments: [">/dev/full", ">&-", "| true", "2>&-", "<&- >&- 2>&-"])
  func `a build that prints nothing is none the worse`(_ redirection: String) throws {
    #expect(try run(redirection, "--quiet out").status == .exited(0))
  }

  @Test func `a closed stream's number goes to no file of sched's`() throws {
    let sandbox = Sandbox("task t\n    echo said; echo aside >&2\n")
    sandbox.environment["SCHED"] = Programs.sched.description
    let line: Bytes = "$SCHED t <&- >&- 2>&-; $SCHED log t"
    let run = try sandbox.start(program: "sh", ["-c", line]).wait()
    #expect(run.output.hasSuffix("said\naside\n"), "\(run.output)\(run.diagnostics)")
    try sandbox.expect("--quiet", "t", output: "said\n", errors: "aside\n")
  }

  @Test func `the failure of a recipe is the failure that counts`() throws {
    let sandbox = Sandbox("task t\n    echo said; exit 3\n")
    sandbox.environment["SCHED"] = Programs.sched.description
    let run = try sandbox.start(program: "sh", ["-c", "$SCHED --quiet t >/dev/full"]).wait()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics == """
        error: target 't' failed: command exited with status 3
          echo said; exit 3
        error: cannot write to standard output: no space left on device

        """)
  }
}
