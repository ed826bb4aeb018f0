import Testing

/// How words are written, and what they come to: by what a task prints, one word a line.
struct WordTests {
  private func words(_ schedfile: String, _ arguments: Bytes...) throws -> [String] {
    let sandbox = Sandbox(Bytes(schedfile))
    let run = try sandbox.start(["--quiet", "--serial", "t"] + arguments).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    return run.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  private static let printing = "task t\n    for w in {{x}}; do printf '%s\\n' \"$w\"; done\n"

  @Test(arguments: [
    ("x = a b  c", ["a", "b", "c"]),
    ("x = \"a b\" 'c d'", ["a b", "c d"]),
    ("x = -DNAME=\"x y\"", ["-DNAME=x y"]),
    (#"x = "a\"b\\c\td""#, ["a\"b\\c\td"]),
    ("x = \"\"", [""]),
    (#"x = 'a\nb' '$HOME' "{{ 'q' }}""#, [#"a\nb"#, "$HOME", "q"]),
    ("d = a b\nx = -I{{d}}", ["-Ia", "-Ib"]),
    ("d = a b\ne = 1 2\nx = {{d}}/{{e}}", ["a/1", "a/2", "b/1", "b/2"]),
    ("d =\nx = pre{{d}} end", ["end"]),
    ("d = a b\nx = \"<{{d}}>\"", ["<a b>"]),
    ("d = a b\nx = {{d}} {{d}}", ["a", "b", "a", "b"]),
    (#"x = \{{d}}"#, ["{{d}}"]),
    ("x = a # a comment\n", ["a"]),
    ("x = a#b", ["a#b"]),
    ("x = a \\\n  b", ["a", "b"]),
    ("x = a\n    b\n    # no word\n    c\n", ["a", "b", "c"]),
    ("x = a\nx += b", ["a", "b"]),
    ("x ?= a\nx ?= b", ["a"]),
    ("x=a", ["a"]),
    ("x = C:/x http://h image:tag a:", ["C:/x", "http://h", "image:tag", "a:"]),
    ("x = {{ \"a\" }}{{ \"b\" }}", ["ab"]),
    ("x = {{{{ \"a\" }}", ["{{a"]),
    ("if os == \"linux\" and not (arch == \"none\")\n    x = yes\nelse\n    x = no\nend", ["yes"]),
    ("l = a b\nif \"c\" in l\n    x = 1\nelse if \"a\" in l\n    x = 2\nend", ["2"]),
    ("l = a b\nif \"c\" not in l or l == \"a\"\nx = 1\nend", ["1"]),
    ("e =\nif e\nx = full\nelse\nx = empty\nend", ["empty"]),
    ("x =\nfor f in a b\n    x += {{f}}1\nend", ["a1", "b1"]),
    ("param x = one | two", ["one"]),
  ])
  func `words come to what is written`(_ statements: String, _ expected: [String]) throws {
    #expect(try words(statements + "\n" + Self.printing) == expected)
  }

  @Test func `a setting of the command line wins over every assignment`() throws {
    let text = "param x = one | two\nx += three\n" + Self.printing
    #expect(try words(text, "x=two") == ["two"])
  }

  @Test func `what comes from outside is split at blanks and line ends only`() throws {
    #expect(try words("x = one\n" + Self.printing, "x=a 'b  c'\td") == ["a", "'b", "c'", "d"])
  }

  @Test func `a loop's name is local`() throws {
    #expect(try words("f = before\nfor f in a b\nend\nx = {{f}}\n" + Self.printing) == ["before"])
  }

  @Test func `line ends of other systems and a byte-order mark are read`() throws {
    #expect(
      try words("\u{FEFF}x = a b\r\ntask t\r\n    for w in {{x}}; do echo $w; done\r\n") == [
        "a", "b",
      ])
  }
}
