import Testing

/// Expressions that have no value, or not in this place.
@Suite struct ExpressionErrorTests {
  @Test(arguments: Self.cases)
  func `an expression without a value gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
      "a value outside a recipe",
      #"""
      value v
          echo 1
      x = {{v}}
      out:
          touch out

      """#,
      #"""
      Schedfile:3:7: error: value 'v' is used outside a recipe
          3 | x = {{v}}
            |       ^
            = hint: a value is known when a recipe starts; 'v = {{ shell("…") }}' is known at once

      """#),
    WrongSchedfile(
      "a value in an expression",
      #"""
      value v
          echo 1
      out:
          echo {{ sort(v) }}

      """#,
      #"""
      Schedfile:4:18: error: value 'v' stands in an expression
          4 |     echo {{ sort(v) }}
            |                  ^
            = hint: a value is filled in alone, indexed, or in 'raw' or 'json'

      """#),
    WrongSchedfile(
      "an index outside",
      #"""
      x = a b
      y = {{x[2]}}
      out:
          touch out

      """#,
      #"""
      Schedfile:2:7: error: there is no item 2 in a list of 2
          2 | y = {{x[2]}}
            |       ^~~~

      """#),
    WrongSchedfile(
      "a wrong count of arguments",
      #"""
      x = {{ join("a") }}
      out:
          touch out

      """#,
      #"""
      Schedfile:1:8: error: 'join' takes a list and a separator, found 1
          1 | x = {{ join("a") }}
            |        ^~~~~~~~~

      """#),
    WrongSchedfile(
      "an item that map does not match",
      #"""
      x = {{ map("a.c b.h", "%.c", "%.o") }}
      out:
          touch out

      """#,
      #"""
      Schedfile:1:12: error: 'a.c b.h' does not match '%.c'
          1 | x = {{ map("a.c b.h", "%.c", "%.o") }}
            |            ^~~~~~~~~
            = hint: 'filter' or 'exclude' take items out before 'map'

      """#),
    WrongSchedfile(
      "in outside a recipe",
      #"""
      x = {{in}}
      out:
          touch out

      """#,
      #"""
      Schedfile:1:7: error: 'in' has a meaning in recipes only
          1 | x = {{in}}
            |       ^~

      """#),
    WrongSchedfile(
      "args outside a task",
      #"""
      out:
          echo {{args}} > out

      """#,
      #"""
      Schedfile:2:12: error: 'args' has a meaning in tasks only
          2 |     echo {{args}} > out
            |            ^~~~

      """#),
  ]
}
