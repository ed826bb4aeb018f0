import SchedBase
import SchedSyntax
import Testing

@Test func `a recipe that mixes tabs and spaces is an error`() {
  #expect(
    messages("a:\n    touch a\n\ttouch b\n") == """
      Schedfile:3:2: error: tabs and spaces are mixed: this indentation and that of the first line differ
          3 | \ttouch b
            | \t^~~~~
            = hint: indent with spaces

      """)
}

@Test func `a recipe indented with tabs is none`() {
  #expect(messages("a:\n\ttouch a\n\t    touch b\n") == "")
}
