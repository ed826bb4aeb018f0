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
}
