import Testing

/// What is inserted into a recipe arrives as it is, or is an error; it never runs.
struct QuotingTests {
  /// The name is a variable `x` and a file.
  private func run(_ script: String, name: Bytes, setting: String = "") throws -> Sandbox.Run {
    let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
    let recipe = lines.map { "    \($0)\n" }.joined()
    let sandbox = Sandbox(
      Bytes("\(setting)x = {{ glob(\"in/*\") }}\ntask t\n\(recipe)"), files: ["in/" + name: ""])
    return try sandbox.sched("--quiet", "--serial", "t")
  }

  @Test(arguments: [
    #"printf '<%s>' "${y:-"it's"}" {{x}}"#, #"printf '<%s>' "it's" `echo \`echo a\`` {{x}}"#,
    "cat <<\"E O F\"\nit's\nE O F\nprintf '<%s>' {{x}}",
    "cat <<\\EOF\nit's $(\nEOF\nprintf '<%s>' {{x}}",
    "printf '<%s>' $(case a in a) echo \"b)\";; esac) \"{{x}}\"",
    "y='}x'; printf '<%s>' \"${y#'}'}\" {{x}}",
    "printf '<%s>' \"$(printf '<%s>' {{x}})\"", "printf '<%s>' \"`printf '<%s>' {{x}}`\"",
    "printf '<%s>' $((1 << 2)) {{x}} # it's", "y=a; printf '<%s>' $y{{x}}",
  ])
  func `a name arrives as one argument whatever stands before it`(_ script: String) throws {
    let name: Bytes = "it's $(echo RAN) `echo RAN` \"q\" \\"
    let result = try run(script, name: name)
    #expect(result.status == .exited(0), "\(result.diagnostics)")
    #expect(result.output.contains("in/it's $(echo RAN) `echo RAN` \"q\" \\"), "\(result.output)")
  }

  @Test(arguments: [
    ("true\n# {{x}}", "cannot stand in a comment"),
    ("cat <<EOF\n{{x}}\nEOF", "needs quotes of its own"),
    ("echo $(({{x}}))", "cannot stand in arithmetic"), ("echo ${y:-{{x}}}", "inside '${ }'"),
    ("echo ${{x[0]}}", "would be the name of a variable"),
    ("cat <<{{x[0]}}", "ends a here-document"),
    ("echo $'it\\'s' {{x}}", "shells differ"), ("echo \"a {{x}}\"", "needs quotes of its own"),
  ])
  func `where a name cannot stand it is an error`(_ script: String, _ message: String) throws {
    let result = try run(script, name: "a\necho RAN `'")
    #expect(result.status == .exited(2))
    #expect(result.diagnostics.contains(message), "\(result.diagnostics)")
    #expect(!result.output.contains("RAN\n"))
  }

  @Test func `a name that would end a here-document is an error`() throws {
    let sandbox = Sandbox("x = EOF\ntask t\n    cat <<EOF\n    {{x}}\n    echo RAN\n    EOF\n")
    let result = try sandbox.sched("--serial", "t")
    #expect(result.status == .exited(2) && result.output == "")
    #expect(result.diagnostics.contains("'EOF' would end this here-document"))
  }

  @Test func `digits before a redirection are a word and no descriptor`() throws {
    let sandbox = Sandbox("x = 2\ntask t\n    echo {{x}}>out\n    cat out\n")
    try sandbox.expect("--quiet", "--serial", "t", output: "2\n")
  }

  @Test func `a script for bash is read as bash reads it`() throws {
    let result = try run(
      "printf '<%s>' $'it\\'s' {{x}}", name: "a b", setting: "@shell bash -euc\n")
    #expect(result.output == "<it's><in/a b>\n", "\(result.diagnostics)")
  }

  @Test func `Python and JavaScript take a name as a string`() throws {
    let name: Bytes = "it's \"q\" \\n #{{"
    let python = try run(
      "print(\"{{x}}\", {{json(x)}})", name: name, setting: "@shell python3 -c\n")
    #expect(
      python.output == "in/it's \"q\" \\n #{{ ['in/it\\'s \"q\" \\\\n #{{']\n",
      "\(python.diagnostics)")
    let first = try run("#!/usr/bin/env python3\nprint(\"{{x}}\")", name: name)
    #expect(first.output == "in/it's \"q\" \\n #{{\n", "\(first.diagnostics)")
  }

  @Test(arguments: [
    ("print({{x}})", "python3 -c"), ("print('{{x}}')", "python3 -c"),
    ("print \"{{x}}\"", "perl -e"),
    ("console.log(`{{x}}`)", "node -e"),
  ])
  func `no other interpreter gets the shell's quotes`(_ script: String, _ shell: String) throws {
    let result = try run(script, name: "a", setting: "@shell \(shell)\n")
    #expect(result.status == .exited(2))
    #expect(result.diagnostics.contains("'@env NAME={{x}}'"), "\(result.diagnostics)")
  }
}
