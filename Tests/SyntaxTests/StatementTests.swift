import SchedBase
import SchedSyntax
import Testing

/// What each statement is read as.
struct StatementTests {
  @Test(arguments: [
    ("a = b c", "assign a [<bare \"b\"> <bare \"c\">]"),
    ("a=b", "assign a [<bare \"b\">]"),
    ("a +=b", "append a [<bare \"b\">]"),
    ("a?= b", "assignIfUnset a [<bare \"b\">]"),
    ("a =", "assign a []"),
    ("a-1 = x=y", "assign a-1 [<bare \"x=y\">]"),
    ("é = b # c", "assign é [<bare \"b\">]"),
    ("a = b#c", "assign a [<bare \"b#c\">]"),
    ("a = b \\\n  c", "assign a [<bare \"b\"> <bare \"c\">]"),
    ("a = b \\\r\nc\r\n", "assign a [<bare \"b\"> <bare \"c\">]"),
    ("a = b \\", "assign a [<bare \"b\">]"),
    ("a = b\n  c\n  # d\n  e", "assign a [<bare \"b\"> <bare \"c\"> <bare \"e\">]"),
    ("\u{FEFF}a = b", "assign a [<bare \"b\">]"),
    ("param p = a | b", "param p [<bare \"a\"> <bare \"|\"> <bare \"b\">]"),
    ("param p = a|b", "param p [<bare \"a|b\">]"),
    ("default a\n  b", "default [<bare \"a\"> <bare \"b\">]"),
    ("default: x", "target [<bare \"default\">] : [<bare \"x\">]"),
    ("include a b", "include [<bare \"a\"> <bare \"b\">]"),
    ("include? a", "include? [<bare \"a\">]"),
    ("subdir a b", "subdir [<bare \"a\"> <bare \"b\">]"),
    ("pool link = 2", "pool link [<bare \"2\">]"),
    ("@shell bash -c", "@shell [<bare \"bash\"> <bare \"-c\">]"),
    ("@env A B", "@environment [<bare \"A\"> <bare \"B\">]"),
    ("@uses {{x}}\n  y", "@uses [<bare {{x}}> <bare \"y\">]"),
  ])
  func `a statement is its name and its words`(_ text: String, _ expected: String) {
    #expect(meaning(text) == expected + "\n")
  }

  @Test func `an if has branches, which may be empty`() {
    #expect(
      meaning("if a\nx = 1\nelse if b # c\n  y = 2\nelse\nend\n") == """
        if a
          assign x [<bare "1">]
        if b
          assign y [<bare "2">]
        else

        """)
  }

  @Test func `blocks stand in blocks`() {
    #expect(
      meaning("for f in a {{b}}\n  if f\n    x = {{f}}\n  end\nend\ny = 1\n") == """
        for f in [<bare "a"> <bare {{b}}>]
          if f
            assign x [<bare {{f}}>]
        assign y [<bare "1">]

        """)
  }

  @Test func `blocks need not be indented`() {
    #expect(
      meaning("for f in a\nif f\nx = 1\nend\nend\n") == """
        for f in [<bare "a">]
          if f
            assign x [<bare "1">]

        """)
  }

  @Test(arguments: [
    ("a", "a"),
    ("a == \"b\"", "(a == <double \"b\">)"),
    ("a != b", "(a notEqual b)"),
    ("a in b", "(a isIn b)"),
    ("a not in b", "(a isNotIn b)"),
    ("not a", "(not a)"),
    ("not a in b", "(not (a isIn b))"),
    ("a or b and not c", "(a or (b and (not c)))"),
    ("(a or b) and c", "((a or b) and c)"),
    ("f(x)[0] == 'y'", "(f(x)[0] equal <single \"y\">)"),
    ("a \\\n  and b", "(a and b)"),
    ("notable", "notable"),
    ("a == \"$(x)\"", "(a equal <double \"$(x)\">)"),
  ])
  func `a condition binds not before and before or`(_ text: String, _ expected: String) {
    let expected = expected.replacing(" == ", with: " equal ")
    #expect(meaning("if \(text)\nend\n") == "if \(expected)\n")
  }
}
