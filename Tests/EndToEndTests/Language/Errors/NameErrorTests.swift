import Testing

/// Names, functions and settings that are not known, or cannot be set.
@Suite struct NameErrorTests {
  @Test(arguments: Self.cases)
  func `a name that means nothing here gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
      "an unknown name",
      #"""
      cflags = -O2
      out: 
          cc {{cflgs}} -o out

      """#,
      #"""
      Schedfile:3:8: error: unknown name 'cflgs'
          3 |     cc {{cflgs}} -o out
            |        ^~~~~~~~~
            = hint: did you mean 'cflags'?

      """#),
    WrongSchedfile(
      "an unknown name in an assignment",
      #"""
      colour = red
      x = {{color}}
      out:
          touch out

      """#,
      #"""
      Schedfile:2:7: error: unknown name 'color'
          2 | x = {{color}}
            |       ^~~~~
            = hint: did you mean 'colour'?

      """#),
    WrongSchedfile(
      "an unknown function",
      #"""
      x = {{ globb("*.c") }}
      out:
          touch out

      """#,
      #"""
      Schedfile:1:8: error: unknown function 'globb'
          1 | x = {{ globb("*.c") }}
            |        ^~~~~
            = hint: did you mean 'glob'?

      """#),
    WrongSchedfile(
      "an unknown keyword",
      #"""
      inclde other
      out:
          touch out

      """#,
      #"""
      Schedfile:1:1: error: 'inclde' begins no statement
          1 | inclde other
            | ^~~~~~
            = hint: did you mean 'include'?

      """#),
    WrongSchedfile(
      "an unknown setting",
      #"""
      @uess x
      out:
          touch out

      """#,
      #"""
      Schedfile:1:1: error: '@uess' is not a setting
          1 | @uess x
            | ^~~~~
            = hint: did you mean '@uses'?

      """#),
    WrongSchedfile(
      "a keyword that is assigned",
      #"""
      default = app

      """#,
      #"""
      Schedfile:1:1: error: 'default' is a keyword and cannot be assigned
          1 | default = app
            | ^~~~~~~
            = hint: default TARGET

      """#),
    WrongSchedfile(
      "a reserved name",
      #"""
      in = x

      """#,
      #"""
      Schedfile:1:1: error: 'in' cannot be assigned
          1 | in = x
            | ^~

      """#),
    WrongSchedfile(
      "appending to what is not set",
      #"""
      cflags += -g

      """#,
      #"""
      Schedfile:1:1: error: 'cflags' is not set, so nothing can be appended to it
          1 | cflags += -g
            | ^~~~~~
            = hint: 'cflags = …' sets it

      """#),
    WrongSchedfile(
      "a phony target",
      #"""
      .PHONY: all
      all:
          touch all

      """#,
      #"""
      Schedfile:1:1: error: '.PHONY' is Make's
          1 | .PHONY: all
            | ^~~~~~
            = hint: write 'task NAME' for a target that is no file

      """#),
  ]
}
