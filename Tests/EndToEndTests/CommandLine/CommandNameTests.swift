import Testing

/// Tasks that have the name of a command: a bare word that is a task is the task.
@Suite struct CommandNameTests {
  private static let names = ["why", "list", "check", "fmt", "clean", "log", "simulate"]

  private func sandbox() -> Sandbox {
    let tasks = (Self.names + ["build"]).map { "task \($0)\n  echo \($0) {{args}} >> $RAN\n" }
    return Sandbox(Bytes("a:\n    echo > a; echo a >> $RAN\n" + tasks.joined()))
  }

  @Test(arguments: names) func `a bare word that is a task is the task`(_ name: String) throws {
    let sandbox = sandbox()
    let before = sandbox.read("Schedfile")
    try sandbox.expect(Bytes(name), errors: "[1/1] \(name)\n", ran: [name])
    try sandbox.expect("-j2", Bytes(name), errors: "[1/1] \(name)\n", ran: [name])
    try sandbox.expect(Bytes(name), "--", "x", errors: "[1/1] \(name)\n", ran: ["\(name) x"])
    try sandbox.expect("build", Bytes(name), errors: "[1/1] \(name)\n", ran: [name])
    try sandbox.expect(Bytes(name), "a", errors: nil, ran: [name, "a"])
    #expect(sandbox.read("Schedfile") == before)
  }

  @Test func `build alone is the task of that name, and with a target the command`() throws {
    let sandbox = sandbox()
    try sandbox.expect(errors: "[1/1] a\n", ran: ["a"])
    try sandbox.expect(errors: "sched: nothing to do\n")
    try sandbox.expect("build", errors: "[1/1] build\n", ran: ["build"])
    try sandbox.expect("build", "a", errors: "sched: nothing to do\n")
    try sandbox.expect(":build", errors: "sched: nothing to do\n")
    try sandbox.expect("build", "build", errors: "[1/1] build\n", ran: ["build"])
  }

  @Test func `with a colon it is always the command`() throws {
    let sandbox = sandbox()
    try sandbox.expect(":why", output: "a: it was never made\n")
    try sandbox.expect(":fmt", "--check", output: "Schedfile\n", status: 1)
    try sandbox.expect(":clean")
    try sandbox.expect(":log")
    let list = try sandbox.sched(":list")
    #expect(list.output.hasPrefix("tasks:\n  why\n  list\n"))
    try sandbox.expect(":fmt")
    #expect(sandbox.read("Schedfile")?.description.contains("\n    echo fmt") == true)
  }

  @Test func `check notes the tasks that have the name of a command`() throws {
    let sandbox = Sandbox(
      "task fmt\n    true\ntask test\n    true\nsubdir lib\n",
      files: ["lib/Schedfile": "task log\n    true\ntask sub/check\n    true\n"])
    try sandbox.expect(
      "check",
      errors: """
        Schedfile:1:1: note: task 'fmt' has the name of a command: 'sched fmt' runs the task, 'sched :fmt' the command
            1 | task fmt
              | ^~~~~~~~
        lib/Schedfile:1:1: note: task 'log' has the name of a command: 'sched log' runs the task, 'sched :log' the command
            1 | task log
              | ^~~~~~~~

        """)
  }

  @Test func `options of the command are told to belong to it`() throws {
    let sandbox = sandbox()
    try sandbox.expect(
      "fmt", "--check",
      errors: """
        error: 'sched build' has no option '--check'
          = hint: 'fmt' is a task here: 'sched :fmt' is the command

        """, status: 2)
  }

  @Test func `where the Schedfile cannot be evaluated it is the command`() throws {
    let sandbox = Sandbox("task fmt\n  echo {{nope}}\ntask check\n    true\n")
    try sandbox.expect("fmt")
    #expect(sandbox.read("Schedfile") == "task fmt\n    echo {{nope}}\ntask check\n    true\n")
    let run = try sandbox.sched("check")
    #expect(run.diagnostics.contains("error: unknown name 'nope'") && run.status == .exited(2))
  }

  @Test func `a file target of that name is not asked for by it`() throws {
    let sandbox = Sandbox("check:\n    echo > check; echo check >> $RAN\n")
    try sandbox.expect("check")
    try sandbox.expect("build", "check", errors: "[1/1] check\n", ran: ["check"])
  }

  @Test func `a task above is found from below`() throws {
    let sandbox = Sandbox(
      "task check\n    echo above >> $RAN\nsubdir lib\n",
      files: ["lib/Schedfile": "task fmt\n  echo fmt >> $RAN\n", "lib/deep/x": ""])
    try sandbox.expect("check", in: "lib/deep", errors: nil, ran: ["above"])
    try sandbox.expect("fmt", in: "lib/deep", errors: nil, ran: ["fmt"])
    // In the root it is the command.
    try sandbox.expect("fmt")
    #expect(sandbox.read("lib/Schedfile") == "task fmt\n    echo fmt >> $RAN\n")
  }

  @Test func `fmt asks no command of the Schedfile whether there is such a task`() throws {
    let sandbox = Sandbox("x = {{ shell(\"echo ran >> $RAN; echo a\") }}\ntask fmt\n    true\n")
    try sandbox.expect("fmt", errors: "[1/1] fmt\n", ran: ["ran"])
  }

  @Test func `an unknown command is told with the nearest one`() throws {
    try sandbox().expect(
      ":chek",
      errors: """
        error: unknown command ':chek'
          = hint: did you mean ':check'?

        """, status: 2)
    try sandbox().expect(
      ":frobnicate",
      errors: """
        error: unknown command ':frobnicate'
          = hint: 'sched build :frobnicate' builds a target of that name

        """, status: 2)
  }

  @Test func `an empty word is an error`() throws {
    let sandbox = sandbox()
    for words: [Bytes] in [
      [""], ["build", "a", ""], [":why", ""], [":clean", ""], [":log", ""],
    ] {
      let run = try sandbox.start(words).wait()
      #expect(run.diagnostics == "error: expected a target, found an empty word\n")
      #expect(run.status == .exited(2))
    }
    try sandbox.expect(
      ":fmt", "", errors: "error: expected a file, found an empty word\n", status: 2)
    #expect(sandbox.takeRan() == [])
  }
}
