import Testing

/// Words, quotes and lists that cannot stand as they are written.
@Suite struct WordErrorTests {
  @Test(arguments: Self.cases)
  func `a word that cannot be read gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
      "Make's variable",
      #"""
      out:
          @uses $(CC)
          touch out
      x = $(CC)

      """#,
      #"""
      Schedfile:2:11: error: '$(CC)' is not written like this here
          2 |     @uses $(CC)
            |           ^~~~~
            = hint: '{{CC}}' is a variable; single quotes take '$' as it stands
      Schedfile:4:5: error: '$(CC)' is not written like this here
          4 | x = $(CC)
            |     ^~~~~
            = hint: '{{CC}}' is a variable; single quotes take '$' as it stands

      """#),
    WrongSchedfile(
      "an unclosed quote",
      #"""
      x = "abc

      """#,
      #"""
      Schedfile:1:5: error: this quote is not closed on its line
          1 | x = "abc
            |     ^~~~

      """#),
    WrongSchedfile(
      "an unclosed hole",
      #"""
      x = {{ a

      """#,
      #"""
      Schedfile:1:5: error: '{{' without '}}' on the same line
          1 | x = {{ a
            |     ^~
            = hint: '\{{' is a literal '{{'

      """#),
    WrongSchedfile(
      "an unknown escape",
      #"""
      x = "a\qb"

      """#,
      #"""
      Schedfile:1:7: error: unknown escape '\q'
          1 | x = "a\qb"
            |       ^~
            = hint: '\"', '\\', '\n' and '\t' are escapes; single quotes take everything as it stands

      """#),
    WrongSchedfile(
      "a backslash before a blank",
      #"""
      x = my\ file

      """#,
      #"""
      Schedfile:1:7: error: a backslash before a blank
          1 | x = my\ file
            |       ^
            = hint: quote a word that has blanks: "a b"

      """#),
    WrongSchedfile(
      "a list that touches a word",
      #"""
      dirs = a b
      out:
          cc -I{{dirs}} -o out

      """#,
      #"""
      Schedfile:3:10: error: a list of 2 words touches other text here
          3 |     cc -I{{dirs}} -o out
            |          ^~~~~~~~
            = hint: a variable 'flags = -I{{dirs}}', or '{{ map(dirs, "%", "-I%") }}'

      """#),
    WrongSchedfile(
      "a list that touches a word in quotes",
      #"""
      out: a b
          echo "n={{in}}" > out

      """#,
      #"""
      Schedfile:2:13: error: a list of 2 words touches other text here
          2 |     echo "n={{in}}" > out
            |             ^~~~~~
            = hint: '{{ raw(in) }}' inserts the words as they are, with blanks between them

      """#),
    WrongSchedfile(
      "an expression that touches a word in quotes",
      #"""
      out: a b
          echo 'n={{ sort(in) }}' > out

      """#,
      #"""
      Schedfile:2:13: error: a list of 2 words touches other text here
          2 |     echo 'n={{ sort(in) }}' > out
            |             ^~~~~~~~~~~~~~
            = hint: '{{ raw(sort(in)) }}' inserts the words as they are, with blanks between them

      """#),
    WrongSchedfile(
      "a word in a longer quoted string",
      #"""
      x = "a b"
      out:
          echo "say {{x}} now" > out

      """#,
      #"""
      Schedfile:3:15: error: 'a b' needs quotes of its own inside this quoted text
          3 |     echo "say {{x}} now" > out
            |               ^~~~~
            = hint: put the whole text into a variable, or insert it with 'raw'

      """#),
    WrongSchedfile(
      "a wide character before the place",
      #"""
      x = "日本 {{nope}}"
      out:
          touch out

      """#,
      #"""
      Schedfile:1:11: error: unknown name 'nope'
          1 | x = "日本 {{nope}}"
            |             ^~~~

      """#),
    WrongSchedfile(
      "a tab before the place",
      #"""
      x =	y {{nope}}
      out:
          touch out

      """#,
      #"""
      Schedfile:1:9: error: unknown name 'nope'
          1 | x =	y {{nope}}
            |    	    ^~~~

      """#),
  ]
}
