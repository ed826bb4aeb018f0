import SchedBase
import SchedSyntax
import Testing

/// What stands around `{{ }}` in a script, as far as quoting needs it.
struct ScriptTests {
  private func script(_ text: String) -> String {
    let indented = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "  \($0)\n" }.joined()
    return String(
      meaning("a:\n" + indented).dropFirst("target [<bare \"a\">] : []\n  ".count).dropLast())
  }

  @Test(arguments: [
    ("cc {{x}} -o y", #""cc " {{x}} " -o y""#),
    ("cc -I{{x}}", #""cc -I" {{x}} touches"#),
    ("{{x}}.o", #"{{x}} touches ".o""#),
    ("{{x}}{{y}}", "{{x}} touches {{y}} touches"),
    ("({{x}});{{y}}|z", #""(" {{x}} ");" {{y}} "|z""#),
    (#"\{{x}} $y %z @"#, #""{{x}} $y %z @""#),
    ("{{{x}}}", #""{" {{x}} "}""#),
  ])
  func `outside quotes a hole may touch text`(_ text: String, _ expected: String) {
    #expect(script(text) == expected)
  }

  @Test(arguments: [
    (#"echo "{{x}}" '{{y}}'"#, #""echo " {{x}} in 34 " " {{y}} in 39"#),
    (#"--a="{{x}}""#, #""--a=" {{x}} in 34 touches"#),
    (#""{{x}}"/b"#, #"{{x}} in 34 touches "/b""#),
    (#""{{x}}""{{y}}""#, "{{x}} in 34 touches {{y}} in 34 touches"),
    (#""a {{x}}""#, #""\"a " {{x}} inside "\"""#),
    (#"'a {{x}} b'"#, #""'a " {{x}} inside " b'""#),
    (#""{{x}} {{y}}""#, #""\"" {{x}} inside " " {{y}} inside "\"""#),
    (#""-I{{x}}""#, #""\"-I" {{x}} inside touches "\"""#),
    (#""\"{{x}}""#, #""\"\\\"" {{x}} inside "\"""#),
    (#"\"{{x}}\""#, #""\\\"" {{x}} "\\\"""#),
    (#"'it'"'"'s' "{{x}}""#, #""'it'\"'\"'s' " {{x}} in 34"#),
  ])
  func `quotes directly around a hole belong to it`(_ text: String, _ expected: String) {
    #expect(script(text) == expected)
  }

  @Test(arguments: [
    (#""$(cat "{{x}}") b" {{y}}"#, #""\"$(cat " {{x}} in 34 ") b\" " {{y}}"#),
    (#""$(cat {{x}}) {{y}}""#, #""\"$(cat " {{x}} ") " {{y}} inside "\"""#),
    (#""`cat "{{x}}"` {{y}}""#, #""\"`cat " {{x}} in 34 "` " {{y}} inside "\"""#),
    (#"$( (a) "{{x}}" ) '{{y}}'"#, #""$( (a) " {{x}} in 34 " ) " {{y}} in 39"#),
    (#"'$(' "{{x}}""#, #""'$(' " {{x}} in 34"#),
  ])
  func `in a command in a command quotes begin anew`(_ text: String, _ expected: String) {
    #expect(script(text) == expected)
  }

  @Test func `an apostrophe in a comment opens no quote`() {
    #expect(script("cc\n# it's\ncc {{x}}") == ##""cc\n" "# it's\n" "cc " {{x}}"##)
  }

  @Test func `quotes go on over lines`() {
    #expect(script("echo 'a\n{{x}} b'") == #""echo 'a\n" {{x}} inside " b'""#)
  }

  @Test func `a here-document is quoted text, in which quotes are text`() {
    #expect(
      script("cat <<EOF\nit's {{x}}\nEOF\ncc {{y}}")
        == #""cat <<EOF\n" "it's " {{x}} inside "\n" "EOF\n" "cc " {{y}}"#)
  }

  @Test(
    arguments: [
      (#"a "${x:-"it's"}" {{x}}"#, .bare), (#"a "${x#'}'}" "{{x}}""#, .bare),
      (#"a `b \`c\` "d"` {{x}}"#, .bare), (#"a $(case x in y) b;; esac) {{x}}"#, .bare),
      ("a $((1 << 2)) {{x}}", .bare), ("a # it's\nb {{x}}", .bare), ("a\\\n#b' {{x}}", .quoted),
      ("a <<\"E O F\"\n'\nE O F\nb {{x}}", .bare), ("a <<\\E <<-F\n'\nE\n\tF\nb {{x}}", .bare),
      ("$(a <<E\n)'\nE\n) {{x}}", .bare), ("a <<E\n$(b {{x}})\nE", .unsure),
      ("a `b {{x}}`", .bareInBackquotes), (#"a `b \`c {{x}}\``"#, .backquotes),
      ("a # {{x}}", .comment), ("a $((1 + {{x}}))", .arithmetic), ("a ${x:-{{x}}}", .parameter),
      ("a [b{{x}}]", .brackets), ("a ${{x}}", .behindDollar), ("a <<{{x}}", .delimiter),
      ("a $'it\\'s' {{x}}", .unsure), ("((a)) {{x}}", .unsure), ("a <<E\n{{x}}\nE", .hereDocument),
    ] as [(String, HolePlace)])
  func `what the shell makes of a place is known`(_ text: String, _ expected: HolePlace) throws {
    #expect(try place(in: text) == expected)
  }

  @Test(
    arguments: [
      ("a $'it\\'s' {{x}}", .posix, .unsure), ("a $'it\\'s' {{x}}", .bash, .bare),
      ("((a)) {{x}}", .bash, .bare), (#"a "${x:-it's}" {{x}}"#, .any, .unsure),
      (#"a "${x:-it's}" {{x}}"#, .posix, .bare), ("a $[1 + (2)] {{x}}", .bash, .bare),
    ] as [(String, ShellQuotes.Dialect, HolePlace)])
  func `where shells differ it is known once the shell is`(
    _ text: String, _ dialect: ShellQuotes.Dialect, _ expected: HolePlace
  ) throws {
    #expect(try place(in: text, readAs: .shell(dialect)) == expected)
  }

  @Test(
    arguments: [
      (#"open("{{x}}")"#, .python, .json), (#"open('{{x}}')"#, .python, .foreign),
      (#"open("a{{x}}")"#, .python, .foreign), (#"open(r"{{x}}")"#, .python, .foreign),
      (#"open(f"{{x}}")"#, .python, .foreign), (##""""{{x}}""""##, .python, .foreign),
      ("'a\"' # \"\nopen(\"{{x}}\")", .python, .json), ("a\n# {{x}}", .python, .comment),
      ("open({{x}})", .python, .foreign), (#"open("{{x}}")"#, .javaScript, .json),
      ("`a\"${b}` + \"{{x}}\"", .javaScript, .json), ("`${\"{{x}}\"}`", .javaScript, .json),
      (#"a = /["]/; b("{{x}}")"#, .javaScript, .json), (#"`{{x}}`"#, .javaScript, .foreign),
      (#"print "{{x}}""#, .other, .foreign),
    ] as [(String, ScriptLanguage, HolePlace)])
  func `other interpreters take a string of its own, or nothing`(
    _ text: String, _ language: ScriptLanguage, _ expected: HolePlace
  ) throws {
    #expect(try place(in: text, readAs: language) == expected)
  }

  /// The place of the last hole of a script, as the parser or an interpreter reads it.
  private func place(in text: String, readAs language: ScriptLanguage? = nil) throws -> HolePlace {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }
    let (tree, errors) = parse(Array(("a:\n" + lines.joined()).utf8), file: SourceFileID(0))
    #expect(errors == [])
    guard case .target(let target)? = tree.statements.first,
      let script = target.recipe?.script?.text
    else { throw Missing() }
    let segments =
      language.map { tree.segments(of: script, readAs: $0) }
      ?? Array(tree.segments[script.segmentRange])
    let holes = segments.compactMap { if case .hole(let hole) = $0 { hole } else { nil } }
    return try #require(holes.last).place
  }

  private struct Missing: Error {}
}
