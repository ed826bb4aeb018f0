import SchedBase
import SchedSyntax
import Testing

/// Headers, attributes, and where a recipe begins and ends.
struct HeaderTests {
  @Test(arguments: [
    ("a b: c d", "target [<bare \"a\"> <bare \"b\">] : [<bare \"c\"> <bare \"d\">]"),
    ("a : b", "target [<bare \"a\">] : [<bare \"b\">]"),
    ("a:", "target [<bare \"a\">] : []"),
    ("a: # c", "target [<bare \"a\">] : []"),
    ("a:\\\n  b", "target [<bare \"a\">] : [<bare \"b\">]"),
    ("\"x=y\": b", "target [<double \"x=y\">] : [<bare \"b\">]"),
    ("'a:' b: c", "target [<single \"a:\"> <bare \"b\">] : [<bare \"c\">]"),
    ("{{a}}: b", "target [<bare {{a}}>] : [<bare \"b\">]"),
    ("image:tag: b", "target [<bare \"image\" bare \":tag\">] : [<bare \"b\">]"),
    ("task t", "task <bare \"t\"> : []"),
    ("task test:unit: a", "task <bare \"test\" bare \":unit\"> : [<bare \"a\">]"),
    ("task test-{{arch}}:", "task <bare \"test-\" bare {{arch}}> : []"),
  ])
  func `a header is outputs, a colon, and inputs`(_ text: String, _ expected: String) {
    #expect(meaning(text + "\n") == expected + "\n")
  }

  private func recipe(_ body: String) -> String {
    String(meaning("a:\n" + body).dropFirst("target [<bare \"a\">] : []\n".count))
  }

  @Test func `attributes stand before the script, among comments and blank lines`() {
    #expect(
      recipe("  @keep\n\n  # c\n  @env A=b c # d\n  @uses {{x}} \\\n    y\n  touch a\n  @b\n")
        == """
          @keep []
          @env [<bare "A=b"> <bare "c">]
          @uses [<bare {{x}}> <bare "y">]
          "touch a\\n" "@b"

        """)
  }

  @Test func `the text of a description is the rest of its line`() {
    #expect(
      recipe("  @desc  A \"b\" {{c}}-{{d}}  # e $f  \n  touch a\n") == """
          @desc [] "A \\"b\\" " {{c}} "-" {{d}} "  # e $f"
          "touch a"

        """)
  }

  @Test func `a backslash joins the lines of a description`() {
    #expect(
      recipe("  @desc one \\\n    two\n  touch a\n") == """
          @desc [] "one" " " "two"
          "touch a"

        """)
  }

  @Test func `a script with an interpreter may begin with an at sign`() {
    #expect(
      recipe("  @keep\n  #!/bin/x\n  @y\n") == """
          @keep []
          "#!/bin/x\\n" "@y"

        """)
  }

  @Test func `a script loses its common indentation, and no more`() {
    #expect(
      recipe("      a\n    b\n\t\n    \n      c\n\n") == """
          "  a\\n" "b\\n" "\\n" "\\n" "  c"

        """)
  }

  @Test func `a recipe goes on over blank lines and comments to the left`() {
    #expect(
      meaning("a:\n  x\n\n# c\n  y\n\n# d\nb = 1\n") == """
        target [<bare "a">] : []
          "x\\n" "\\n" "y"
        assign b [<bare "1">]

        """)
  }

  @Test func `a body of comments only is no recipe`() {
    #expect(recipe("  # c\n\n") == "")
  }

  @Test func `a value has a script`() {
    #expect(
      meaning("value v: a\n  git describe\nvalue w\n  x\n") == """
        value v : [<bare "a">]
          "git describe"
        value w : []
          "x"

        """)
  }
}
