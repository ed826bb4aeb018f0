import Testing

/// Blocks that do not begin or end, and indentation.
@Suite struct BlockErrorTests {
  @Test(arguments: Self.cases)
  func `a block that is not whole gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
      "end missing",
      #"""
      if a == "b"
          x = 1

      """#,
      #"""
      Schedfile:1:1: error: 'if' without 'end'
          1 | if a == "b"
            | ^~

      """#),
    WrongSchedfile(
      "end too many",
      #"""
      out:
          touch out
      end

      """#,
      #"""
      Schedfile:3:1: error: 'end' without 'if' or 'for'
          3 | end
            | ^~~

      """#),
    WrongSchedfile(
      "else without if",
      #"""
      else

      """#,
      #"""
      Schedfile:1:1: error: 'else' without 'if' or 'for'
          1 | else
            | ^~~~

      """#),
    WrongSchedfile(
      "a recipe without a header",
      #"""
          touch out

      """#,
      #"""
      Schedfile:1:5: error: this line is indented, but nothing above it takes it
          1 |     touch out
            |     ^~~~~
            = hint: move it to the left, or deeper than its header

      """#),
    WrongSchedfile(
      "tabs and spaces mixed",
      #"""
      out:
          touch out
      	touch more

      """#,
      #"""
      Schedfile:3:2: error: tabs and spaces are mixed: this indentation and that of the first line differ
          3 | 	touch more
            | 	^~~~~
            = hint: indent with spaces

      """#),
    WrongSchedfile(
      "text after end",
      #"""
      if "a"
      end if
      out:
          touch out

      """#,
      #"""
      Schedfile:2:5: error: unexpected text after 'end'
          2 | end if
            |     ^~

      """#),
    WrongSchedfile(
      "for without in",
      #"""
      for x a b
      end
      out:
          touch out

      """#,
      #"""
      Schedfile:1:5: error: expected 'in' after the name
          1 | for x a b
            |     ^
            = hint: for NAME in WORDS

      """#),
    WrongSchedfile(
      "an empty condition",
      #"""
      if
      end
      out:
          touch out

      """#,
      #"""
      Schedfile:1:1: error: expected a condition after 'if'
          1 | if
            | ^~

      """#),
    WrongSchedfile(
      "several errors",
      #"""
      a = {{x}}
      b = {{y}}
      out:
          @frob
          touch out

      """#,
      #"""
      Schedfile:1:7: error: unknown name 'x'
          1 | a = {{x}}
            |       ^
      Schedfile:2:7: error: unknown name 'y'
          2 | b = {{y}}
            |       ^
      Schedfile:4:5: error: unknown attribute '@frob'
          4 |     @frob
            |     ^~~~~
            = hint: commands are not echoed here; a script that begins with '@' starts with a '#!' line

      """#),
  ]
}
