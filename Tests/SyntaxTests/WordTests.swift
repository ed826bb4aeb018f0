import SchedBase
import SchedSyntax
import Testing

/// What words are made of.
struct WordTests {
  private func words(_ text: String) -> String {
    let statement = meaning("a = \(text)\n")
    return String(statement.dropFirst("assign a [".count).dropLast(2))
  }

  @Test(arguments: [
    ("-DNAME=\"x y\"", "<bare \"-DNAME=\" double \"x y\">"),
    ("'{{a}} $x \\' b", "<single \"{{a}} $x \\\\\"> <bare \"b\">"),
    ("\"\"", "<double \"\">"),
    ("''", "<single \"\">"),
    (#""\"\\\n\t""#, "<byte 34 byte 92 byte 10 byte 9>"),
    (#"a\b"#, #"<bare "a" bare "\\" bare "b">"#),
    (#"\{{x}}"#, "<bare \"{{\" bare \"x}}\">"),
    (#""\{{x}}""#, "<double \"{{\" double \"x}}\">"),
    ("{{x}}", "<bare {{x}}>"),
    ("-I{{x}}/{{y}}", "<bare \"-I\" bare {{x}} bare \"/\" bare {{y}}>"),
    ("\"{{x}} y\"", "<double {{x}} double \" y\">"),
    ("{{{x}}}", "<bare \"{\" bare {{x}} bare \"}\">"),
    ("a b # c", "<bare \"a\"> <bare \"b\">"),
    ("$5 $@ a$", "<bare \"$\" bare \"5\"> <bare \"$\" bare \"@\"> <bare \"a\" bare \"$\">"),
    ("é\u{301}", "<bare \"é\u{301}\">"),
    (
      "C:/x http://h test:",
      "<bare \"C\" bare \":/x\"> <bare \"http\" bare \"://h\"> <bare \"test\" bare \":\">"
    ),
  ])
  func `a word is its parts side by side`(_ text: String, _ expected: String) {
    #expect(words(text) == expected)
  }

  @Test(arguments: [
    ("x[0]", "x[0]"),
    ("x[-12]", "x[-12]"),
    ("f()", "f()"),
    ("f(a, \"b}}\", 'c')[1]", "f(a, <double \"b}}\">, <single \"c\">)[1]"),
    ("f( g(x) , y )", "f(g(x), y)"),
    ("\"a {{x}}\"", "<double \"a \" double {{x}}>"),
    ("f(a, \\\n  b)", "f(a, b)"),
    ("shell(\"echo $HOME\")", "shell(<double \"echo $HOME\">)"),
  ])
  func `an expression is a name, a string or a call`(_ text: String, _ expected: String) {
    #expect(words("{{ \(text) }}") == "<bare {{\(expected)}}>")
  }
}
