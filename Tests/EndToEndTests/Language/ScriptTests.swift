import Testing

/// How a recipe's text becomes what the interpreter gets.
struct ScriptTests {
  private func output(_ schedfile: String, _ arguments: Bytes...) throws -> String {
    let sandbox = Sandbox(Bytes(schedfile))
    let run = try sandbox.start(["--quiet", "--serial", "t"] + arguments).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    return run.output
  }

  @Test(arguments: [
    ("echo {{x}}", "plain\n"), ("echo \"{{x}}\"", "plain\n"), ("printf '[%s]' {{y}}", "[a b][c]\n"),
    ("printf '[%s]' \"{{z}}\"", "[it's]\n"), ("printf '[%s]' '{{z}}'", "[it's]\n"),
    ("echo pre{{x}}post", "preplainpost\n"), ("echo '<{{x}}>'", "<plain>\n"),
    ("printf '[%s]' {{none}} end", "[end]\n"), (#"echo \{{x}}"#, "{{x}}\n"),
    ("echo $HOME_NOT_SET_{{x}} 2>/dev/null || echo $((1 + 1))", "2\n"),
    ("# don't stop at a quote\necho {{x}} # isn't it\necho {{y[1]}}", "plain\nc\n"),
    ("cat <<EOF\n{{x}} it's\nEOF", "plain it's\n"),
  ])
  func `lists are quoted where the shell needs it`(_ script: String, _ expected: String) throws {
    let indented = script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    // The unset variable is the test's own affair: `-u` must stop there.
    let text = "x = plain\ny = \"a b\" c\nz = it\\'s\nnone =\ntask t\n\(indented)\n"
      .replacing("z = it\\'s", with: "z = \"it's\"")
      .replacing("echo $HOME_NOT_SET_{{x}} 2>/dev/null", with: "false")
    #expect(try output(text) == expected)
  }

  @Test func `the script's common indentation is no part of it`() throws {
    #expect(
      try output("task t\n      cat <<'END'\n        two\n\n      none\n      END\n")
        == "  two\n\nnone\n")
  }

  @Test func `a script stops at the first command that fails and at unset variables`() throws {
    for script in ["false\n    echo on", "echo $NOT_SET\n    echo on"] {
      let run = try Sandbox(Bytes("task t\n    \(script)\n")).sched("--serial", "t")
      #expect(run.status == .exited(1) && !run.output.contains("on"))
    }
  }

  @Test func `the first line names the interpreter`() throws {
    #expect(
      try output("task t\n    #!/usr/bin/awk -f\n    BEGIN { print 1 + 1 }\n") == "2\n")
    #expect(
      try output(
        "task t\n    #!/usr/bin/env python3\n    @staticmethod\n    def f(): return 'at'\n    print('x')\n"
      ) == "x\n")
  }

  @Test func `another shell gets the script as its last word`() throws {
    #expect(try output("task t\n    @shell echo run:\n    the script\n") == "run: the script\n")
    #expect(
      try output("@shell python3 -c\ntask t\n    print(\"a\" * 3)\n") == "aaa\n")
  }

  @Test func `args are the words after the dashes`() throws {
    let text = "task t\n    printf '[%s]' {{args}} {{args[0]}}\n    echo {{json(args)}}\n"
    #expect(
      try output(text.replacing("echo {{json(args)}}", with: "true"), "--", "a b", "c")
        == "[a b][c][a b]\n")
  }

  @Test func `cpus is what the recipe was given`() throws {
    #expect(try output("task t\n    @cpus 1\n    echo {{cpus}}\n") == "1\n")
  }

  @Test func `a script longer than an argument may be goes through a file`() throws {
    let long = String(repeating: "x", count: 140_000)
    let text = "task t\n    : \(long)\n    echo done\n"
    #expect(try output(text) == "done\n")
    #expect(try output("@shell bash -euc\n" + text) == "done\n")
    let run = try Sandbox(Bytes("@shell python3\n" + text)).sched("--serial", "t")
    #expect(run.status == .exited(1) && run.diagnostics.contains("131072"))
  }

  @Test func `a variable of the environment is set to all its words`() throws {
    let text = """
      value v
          echo two words
      names = a b
      task t
          @env GREETING={{names}} and "{{v}}" x
          echo "$GREETING"

      """
    #expect(try output(text) == "a b and two words x\n")
  }

  @Test(arguments: ["-x", "-x echo hi", "+x\n    echo hi", "-c 'echo hi' > out", "--"])
  func `a script's first word is a command, though it begins as an option`(_ script: String) throws
  {
    for shell in ["", "    @shell bash -euc\n"] {
      let run = try Sandbox(Bytes("task t\n\(shell)    \(script)\n")).sched("t")
      let word = script.prefix { $0 != " " && $0 != "\n" }
      let text = run.output + run.diagnostics
      #expect(text.contains(" 1: \(word): ") && text.contains("not found\n"), "\(text)")
      #expect(run.status == .exited(1) && !text.contains("\nhi\n"))
    }
  }

  @Test func `so is that of a value and of a command that the Schedfile runs`() throws {
    let value = try Sandbox("value v\n    -x\ntask t\n    echo {{v}}\n").sched("t")
    #expect((value.output + value.diagnostics).contains("-x: not found"))
    #expect(value.status == .exited(1))
    let command = try Sandbox("x = {{ shell(\"-x echo\") }}\n").sched("list")
    #expect(command.diagnostics.contains("-x: not found") && command.status == .exited(2))
  }

  @Test func `to other interpreters such a script is text as well`() throws {
    let text = "task t\n    @shell python3 -c\n    -1; print('one')\n"
    #expect(try output(text) == "one\n")
  }
}
