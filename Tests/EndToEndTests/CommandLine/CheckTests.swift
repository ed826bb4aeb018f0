import Testing

@Suite struct CheckTests {
  @Test func `check says nothing where all is right, and builds nothing`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expect("check")
    #expect(!sandbox.exists(".sched") && !sandbox.exists("app"))
  }

  @Test func `check reports several errors at once`() throws {
    let run = try Sandbox("a: b\n    @tmeout 1s\n    cp b a\nc: {{ glbo(\"x\") }}\n    true\n")
      .sched("check")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("Schedfile:2:"))
    #expect(run.diagnostics.contains("Schedfile:4:"))
  }

  @Test func `check finds an input that nobody makes`() throws {
    let run = try Sandbox("app: mian.o\n    cp mian.o app\nmain.o:\n    echo > main.o\n").sched(
      "check")
    #expect(
      run.diagnostics == """
        Schedfile:1:6: error: no rule makes 'mian.o', needed by 'app'
            1 | app: mian.o
              |      ^~~~~~
              = hint: did you mean 'main.o'?

        """)
    #expect(run.status == .exited(2))
  }

  @Test func `check finds a cycle`() throws {
    let run = try Sandbox("a: b\n    cp b a\nb: a\n    cp a b\n").sched("check")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: dependency cycle: a -> b -> a"))
  }

  @Test func `check notes an assignment after a recipe that used the name`() throws {
    let run = try Sandbox("x = 1\na:\n    echo {{x}} > a\nx = 2\n").sched("check")
    #expect(run.status == .exited(0))
    #expect(run.diagnostics.contains("Schedfile:4:1: note: "))
  }

  // MARK: Assignments after a recipe

  private func late(_ line: Int, _ text: String, column: Int, recipe: Int, _ header: String)
    -> String
  {
    """
    Schedfile:\(line):\(column): note: 'y' is assigned after a recipe used it; that recipe has the earlier words
    \(pad(line)) | \(text)
          | \(String(repeating: " ", count: column - 1))^
    Schedfile:\(recipe):5: note: the recipe is here
    \(pad(recipe)) | \(header)
          |     \(carets(header))

    """
  }

  private func pad(_ line: Int) -> String { "    \(line)" }
  private func carets(_ header: String) -> String {
    "^" + String(repeating: "~", count: header.count - 5)
  }

  @Test func `a loop whose turns each assign first gets no note`() throws {
    try Sandbox(
      """
      for x in 1 2 3
          y = a{{x}}
          {{y}}:
              echo {{y}} > {{out}}
      end
      for x in 1 2
          y = b{{x}}
          for z in 1 2
              c{{x}}{{z}}:
                  echo {{y}} > {{out}}
          end
      end

      """
    ).expect(
      "check", errors: late(7, "    y = b{{x}}", column: 5, recipe: 3, "    {{y}}:"))
  }

  @Test func `an assignment behind the recipe in its turn is noted once`() throws {
    try Sandbox(
      """
      y = 0
      for x in 1 2 3
          f{{x}}:
              echo {{y}} > {{out}}
          y = a{{x}}
      end

      """
    ).expect(
      "check", errors: late(5, "    y = a{{x}}", column: 5, recipe: 3, "    f{{x}}:"))
  }

  @Test func `an assignment in a later turn only is noted`() throws {
    try Sandbox(
      """
      y = 0
      for x in 1 2 3
          if x == "2"
              y = b
          end
          f{{x}}:
              echo {{y}} > {{out}}
      end

      """
    ).expect("check", errors: late(4, "        y = b", column: 9, recipe: 6, "    f{{x}}:"))
  }

  @Test func `an assignment after the loop is noted`() throws {
    try Sandbox(
      """
      for x in 1 2
          y = {{x}}
          f{{x}}:
              echo {{y}} > {{out}}
      end
      y = 3

      """
    ).expect("check", errors: late(6, "y = 3", column: 1, recipe: 3, "    f{{x}}:"))
  }

  @Test func `a default that nothing makes is told at its place`() throws {
    let sandbox = Sandbox("a:\n    echo > a\ndefault a\n    nope\n")
    for command: Bytes in ["build", "check", "-n", "why"] {
      try sandbox.expect(
        command,
        errors: """
          Schedfile:4:5: error: no rule makes 'nope'
              4 |     nope
                |     ^~~~

          """, status: 2)
    }
    try sandbox.expect("a", errors: "[1/1] a\n")
    // From the kept graph as well.
    try sandbox.expect(
      "-q",
      errors: """
        Schedfile:4:5: error: no rule makes 'nope'
            4 |     nope
              |     ^~~~

        """, status: 2)
  }
}
