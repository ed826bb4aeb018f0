import SchedBase
import SchedSyntax
import Testing

/// Messages for statements that cannot be read.
struct StatementErrorTests {
  @Test(arguments: cases)
  func `a statement that is wrong gets a message with its place`(_ wrong: WrongFile) {
    #expect(messages(wrong.text) == wrong.message)
  }

  static let cases: [WrongFile] = [
    WrongFile(
      "a keyword assigned without a blank",
      #"""
      default=app

      """#,
      #"""
      Schedfile:1:1: error: 'default' is a keyword and cannot be assigned
          1 | default=app
            | ^~~~~~~
            = hint: default TARGET

      """#),
    WrongFile(
      "param without a name",
      #"""
      param = x

      """#,
      #"""
      Schedfile:1:1: error: 'param' is a keyword and cannot be assigned
          1 | param = x
            | ^~~~~

      """#),
    WrongFile(
      "param without an equal sign",
      #"""
      param mode release

      """#,
      #"""
      Schedfile:1:7: error: expected '=' after 'mode'
          1 | param mode release
            |       ^~~~

      """#),
    WrongFile(
      "pool without an equal sign",
      #"""
      pool link

      """#,
      #"""
      Schedfile:1:6: error: expected '=' after 'link'
          1 | pool link
            |      ^~~~

      """#),
    WrongFile(
      "default without words",
      #"""
      default

      """#,
      #"""
      Schedfile:1:1: error: expected words after 'default'
          1 | default
            | ^~~~~~~

      """#),
    WrongFile(
      "include without words",
      #"""
      include # nothing

      """#,
      #"""
      Schedfile:1:1: error: expected words after 'include'
          1 | include # nothing
            | ^~~~~~~

      """#),
    WrongFile(
      "an indented line after a pool",
      #"""
      pool p = 1
          2

      """#,
      #"""
      Schedfile:2:5: error: this line is indented, but nothing above it takes it
          2 |     2
            |     ^
            = hint: move it to the left, or deeper than its header

      """#),
    WrongFile(
      "an indented line after a blank line",
      #"""
      x = a

          b

      """#,
      #"""
      Schedfile:3:5: error: this line is indented, but nothing above it takes it
          3 |     b
            |     ^
            = hint: move it to the left, or deeper than its header

      """#),
    WrongFile(
      "a header without outputs",
      #"""
      : a

      """#,
      #"""
      Schedfile:1:1: error: a header without outputs
          1 | : a
            | ^
            = hint: task NAME: INPUTS

      """#),
    WrongFile(
      "a task with two names",
      #"""
      task a b: c

      """#,
      #"""
      Schedfile:1:1: error: a task's name is one word
          1 | task a b: c
            | ^~~~~~~~~~~
            = hint: task NAME: INPUTS

      """#),
    WrongFile(
      "a task without a name",
      #"""
      task

      """#,
      #"""
      Schedfile:1:1: error: expected a name after 'task'
          1 | task
            | ^~~~

      """#),
    WrongFile(
      "a value without a recipe",
      #"""
      value v

      """#,
      #"""
      Schedfile:1:7: error: value 'v' has no recipe
          1 | value v
            |       ^
            = hint: indent the commands that print it below

      """#),
    WrongFile(
      "a value that has attributes only",
      #"""
      value v
          @keep

      """#,
      #"""
      Schedfile:1:7: error: value 'v' has no recipe
          1 | value v
            |       ^
            = hint: indent the commands that print it below

      """#),
    WrongFile(
      "a value with two names",
      #"""
      value a b
          echo

      """#,
      #"""
      Schedfile:1:9: error: unexpected text after 'value a'
          1 | value a b
            |         ^

      """#),
    WrongFile(
      "Make's assignment",
      #"""
      CC := gcc

      """#,
      #"""
      Schedfile:1:4: error: ':=' is Make's
          1 | CC := gcc
            |    ^~
            = hint: '=' assigns, here and now; '?=' where nothing is set; '+=' appends

      """#),
    WrongFile(
      "Make's assignment, glued",
      #"""
      CC:= gcc

      """#,
      #"""
      Schedfile:1:1: error: 'CC:=' is Make's
          1 | CC:= gcc
            | ^~~~
            = hint: '=' assigns, here and now; '?=' where nothing is set; '+=' appends

      """#),
    WrongFile(
      "a word of another tool",
      #"""
      endif

      """#,
      #"""
      Schedfile:1:1: error: 'endif' begins no statement
          1 | endif
            | ^~~~~
            = hint: did you mean 'end'?

      """#),
    WrongFile(
      "else with an i",
      #"""
      elif x

      """#,
      #"""
      Schedfile:1:1: error: 'elif' begins no statement
          1 | elif x
            | ^~~~
            = hint: did you mean 'else if'?

      """#),
    WrongFile(
      "a command at the left",
      #"""
      echo hello

      """#,
      #"""
      Schedfile:1:1: error: 'echo' begins no statement
          1 | echo hello
            | ^~~~
            = hint: a target is 'OUTPUT: INPUTS', a variable 'NAME = WORDS'

      """#),
    WrongFile(
      "an attribute outside a recipe",
      #"""
      @desc Building

      """#,
      #"""
      Schedfile:1:1: error: '@desc' is not a setting
          1 | @desc Building
            | ^~~~~
            = hint: settings are '@shell', '@env', '@uses' and '@ignore'; other attributes stand in a recipe

      """#),
    WrongFile(
      "an unknown setting without a near one",
      #"""
      @frobnicate

      """#,
      #"""
      Schedfile:1:1: error: '@frobnicate' is not a setting
          1 | @frobnicate
            | ^~~~~~~~~~~
            = hint: settings are '@shell', '@env', '@uses' and '@ignore'; other attributes stand in a recipe

      """#),
    WrongFile(
      "an attribute without a blank after its name",
      #"""
      a:
          @desc"x" y
          @
          touch a
      @uses{{x}}

      """#,
      #"""
      Schedfile:2:5: error: expected a blank after '@desc'
          2 |     @desc"x" y
            |     ^~~~~~~~
      Schedfile:3:5: error: expected a name after '@'
          3 |     @
            |     ^
      Schedfile:5:1: error: expected a blank after '@uses'
          5 | @uses{{x}}
            | ^~~~~~~~~~

      """#),
  ]
}
