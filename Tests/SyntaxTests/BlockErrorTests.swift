import SchedBase
import SchedSyntax
import Testing

/// Messages for blocks, conditions and indentation.
struct BlockErrorTests {
  @Test(arguments: cases)
  func `a block that is wrong gets a message with its place`(_ wrong: WrongFile) {
    #expect(messages(wrong.text) == wrong.message)
  }

  static let cases: [WrongFile] = [
    WrongFile(
      "a block closed by an outer end",
      #"""
      if a
          for f in b
              x = 1
      end

      """#,
      #"""
      Schedfile:2:5: error: 'for' without 'end'
          2 |     for f in b
            |     ^~~

      """#),
    WrongFile(
      "an end that is indented otherwise",
      #"""
      if a
          x = 1
          end

      """#,
      #"""
      Schedfile:3:5: error: 'end' is not indented like its 'if'
          3 |     end
            |     ^~~

      """#),
    WrongFile(
      "a statement to the left of its block",
      #"""
      for f in a
          x = 1
      y = 2
      z = 3

      """#,
      #"""
      Schedfile:3:1: error: this line is not indented like those before it in its 'for'
          3 | y = 2
            | ^
            = hint: 'end' ends a block
      Schedfile:1:1: note: the 'for' is here
          1 | for f in a
            | ^~~

      """#),
    WrongFile(
      "else after else",
      #"""
      if a
      else
      else
      end

      """#,
      #"""
      Schedfile:3:1: error: a second 'else'
          3 | else
            | ^~~~

      """#),
    WrongFile(
      "else in a loop",
      #"""
      for f in a
      else
      end

      """#,
      #"""
      Schedfile:2:1: error: 'else' in a 'for'
          2 | else
            | ^~~~

      """#),
    WrongFile(
      "text after end",
      #"""
      if a
      end if

      """#,
      #"""
      Schedfile:2:5: error: unexpected text after 'end'
          2 | end if
            |     ^~

      """#),
    WrongFile(
      "if without a condition",
      #"""
      if
      end

      """#,
      #"""
      Schedfile:1:1: error: expected a condition after 'if'
          1 | if
            | ^~

      """#),
    WrongFile(
      "a comparison without its right side",
      #"""
      if a ==
      end

      """#,
      #"""
      Schedfile:1:8: error: expected a name, a string, or a call
          1 | if a ==
            |        ^

      """#),
    WrongFile(
      "a condition with more behind it",
      #"""
      if a b
      end

      """#,
      #"""
      Schedfile:1:6: error: expected the end of the expression
          1 | if a b
            |      ^

      """#),
    WrongFile(
      "a parenthesis that is not closed",
      #"""
      if (a
      end

      """#,
      #"""
      Schedfile:1:4: error: '(' without ')' on the same line
          1 | if (a
            |    ^

      """#),
    WrongFile(
      "for without in",
      #"""
      for x of a
      end

      """#,
      #"""
      Schedfile:1:5: error: expected 'in' after the name
          1 | for x of a
            |     ^
            = hint: for NAME in WORDS

      """#),
    WrongFile(
      "for without a name",
      #"""
      for {{x}} in a
      end

      """#,
      #"""
      Schedfile:1:5: error: expected a name after 'for'
          1 | for {{x}} in a
            |     ^~~~~

      """#),
    WrongFile(
      "tabs under spaces",
      #"""
      if a
          x = 1
      	y = 2
      end

      """#,
      #"""
      Schedfile:3:2: error: tabs and spaces are mixed: this indentation and that of the lines above differ
          3 | 	y = 2
            | 	^
            = hint: indent with spaces

      """#),
    WrongFile(
      "several errors, in the order of their places",
      #"""
      if a
      x = $A
      y = {{ b
      z = "c

      """#,
      #"""
      Schedfile:1:1: error: 'if' without 'end'
          1 | if a
            | ^~
      Schedfile:2:5: error: '$A' is not written like this here
          2 | x = $A
            |     ^~
            = hint: '{{A}}' is a variable; single quotes take '$' as it stands
      Schedfile:3:5: error: '{{' without '}}' on the same line
          3 | y = {{ b
            |     ^~
            = hint: '\{{' is a literal '{{'
      Schedfile:4:5: error: this quote is not closed on its line
          4 | z = "c
            |     ^~

      """#),
    WrongFile(
      "an assignment's sign in a condition",
      #"""
      if mode = "release"
      end

      """#,
      #"""
      Schedfile:1:9: error: expected '=='
          1 | if mode = "release"
            |         ^
            = hint: operators are '==', '!=', 'in', 'not', 'and' and 'or'

      """#),
    WrongFile(
      "an operator of another language",
      #"""
      if a && b
      end

      """#,
      #"""
      Schedfile:1:6: error: expected 'and'
          1 | if a && b
            |      ^~
            = hint: operators are '==', '!=', 'in', 'not', 'and' and 'or'

      """#),
    WrongFile(
      "a sign for not",
      #"""
      if !a
      end

      """#,
      #"""
      Schedfile:1:4: error: expected 'not'
          1 | if !a
            |    ^
            = hint: operators are '==', '!=', 'in', 'not', 'and' and 'or'

      """#),
    WrongFile(
      "braces in a condition",
      #"""
      if {{mode}} == "x"
      end

      """#,
      #"""
      Schedfile:1:4: error: '{{' in a condition
          1 | if {{mode}} == "x"
            |    ^~
            = hint: an 'if' takes its expression without braces

      """#),
    WrongFile(
      "a recipe under other blanks than its header",
      #"""
      if a
      	b:
              touch b
      end

      """#,
      #"""
      Schedfile:3:9: error: tabs and spaces are mixed: this indentation and that of the lines above differ
          3 |         touch b
            |         ^~~~~
            = hint: indent with spaces

      """#),
    WrongFile(
      "an indented end",
      #"""
          end

      """#,
      #"""
      Schedfile:1:5: error: this line is indented, but nothing above it takes it
          1 |     end
            |     ^~~
            = hint: move it to the left, or deeper than its header

      """#),
  ]
}
