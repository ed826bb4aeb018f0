import SchedBase
import SchedSyntax
import Testing

/// Messages for words, strings and holes.
struct WordErrorTests {
  @Test(arguments: cases)
  func `a word that is wrong gets a message with its place`(_ wrong: WrongFile) {
    #expect(messages(wrong.text) == wrong.message)
  }

  static let cases: [WrongFile] = [
    WrongFile(
      "a dollar in double quotes",
      #"""
      x = "a $(B) ${C} $D"

      """#,
      #"""
      Schedfile:1:8: error: '$(B)' is not written like this here
          1 | x = "a $(B) ${C} $D"
            |        ^~~~
            = hint: '{{B}}' is a variable; single quotes take '$' as it stands
      Schedfile:1:13: error: '${C}' is not written like this here
          1 | x = "a $(B) ${C} $D"
            |             ^~~~
            = hint: '{{C}}' is a variable; single quotes take '$' as it stands
      Schedfile:1:18: error: '$D' is not written like this here
          1 | x = "a $(B) ${C} $D"
            |                  ^~
            = hint: '{{D}}' is a variable; single quotes take '$' as it stands

      """#),
    WrongFile(
      "a dollar before a hole",
      #"""
      x = ${{y}}

      """#,
      #"""
      Schedfile:1:5: error: '${{y}}' is not written like this here
          1 | x = ${{y}}
            |     ^~~~~~
            = hint: '{{y}}' is a variable; single quotes take '$' as it stands

      """#),
    WrongFile(
      "a backslash before blanks at the end",
      #"""
      x = a \  
          b

      """#,
      #"""
      Schedfile:1:7: error: a backslash before a blank
          1 | x = a \  
            |       ^
            = hint: it joins the next line where nothing stands behind it: remove the blanks

      """#),
    WrongFile(
      "an empty hole",
      #"""
      x = {{ }}

      """#,
      #"""
      Schedfile:1:8: error: expected a name, a string, or a call
          1 | x = {{ }}
            |        ^

      """#),
    WrongFile(
      "a hole with more in it",
      #"""
      x = {{ a b }}

      """#,
      #"""
      Schedfile:1:10: error: expected the end of the expression
          1 | x = {{ a b }}
            |          ^

      """#),
    WrongFile(
      "a call without a comma",
      #"""
      x = {{ f(a b) }}

      """#,
      #"""
      Schedfile:1:12: error: expected ',' or ')'
          1 | x = {{ f(a b) }}
            |            ^

      """#),
    WrongFile(
      "a call that is not closed",
      #"""
      x = {{ f(a

      """#,
      #"""
      Schedfile:1:8: error: '(' without ')' on the same line
          1 | x = {{ f(a
            |        ^~

      """#),
    WrongFile(
      "an index that is no number",
      #"""
      x = {{ a[i] }}

      """#,
      #"""
      Schedfile:1:9: error: an index is one whole number: '[0]', or '[-1]' for the last
          1 | x = {{ a[i] }}
            |         ^

      """#),
    WrongFile(
      "a number as an expression",
      #"""
      x = {{ 1 }}

      """#,
      #"""
      Schedfile:1:8: error: expected a name, a string, or a call
          1 | x = {{ 1 }}
            |        ^

      """#),
    WrongFile(
      "a string that is not closed in a hole",
      #"""
      x = {{ "a }}

      """#,
      #"""
      Schedfile:1:8: error: this quote is not closed on its line
          1 | x = {{ "a }}
            |        ^~~~~

      """#),
    WrongFile(
      "a single quote that is not closed",
      #"""
      x = 'it

      """#,
      #"""
      Schedfile:1:5: error: this quote is not closed on its line
          1 | x = 'it
            |     ^~~

      """#),
    WrongFile(
      "a hole over two lines of a script",
      #"""
      a:
          echo {{ b \
          }}

      """#,
      #"""
      Schedfile:2:15: error: expected the end of the expression
          2 |     echo {{ b \
            |               ^

      """#),
    WrongFile(
      "an escape in a string of a hole",
      #"""
      x = {{ f("\d") }}

      """#,
      #"""
      Schedfile:1:11: error: unknown escape '\d'
          1 | x = {{ f("\d") }}
            |           ^~
            = hint: '\"', '\\', '\n' and '\t' are escapes; single quotes take everything as it stands

      """#),
  ]
}
