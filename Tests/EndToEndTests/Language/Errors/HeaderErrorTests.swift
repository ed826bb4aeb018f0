import Testing

/// Headers of targets, rules, tasks and values.
@Suite struct HeaderErrorTests {
  @Test(arguments: Self.cases)
  func `a wrong header gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
      "two makers of one output",
      #"""
      gen.h: tool.py
          touch gen.h
      gen.h:
          touch gen.h

      """#,
      #"""
      Schedfile:3:1: error: 'gen.h' is already produced by another target
          3 | gen.h:
            | ^~~~~
      Schedfile:1:1: note: first producer is here
          1 | gen.h: tool.py
            | ^~~~~~~~~~~~~~

      """#),
    WrongSchedfile(
      "an output twice in one header",
      #"""
      a b ./a:
          touch a b

      """#,
      #"""
      Schedfile:1:5: error: './a' stands twice among the outputs of this header
          1 | a b ./a:
            |     ^~~

      """#),
    WrongSchedfile(
      "a group without task",
      #"""
      all: a b
      a b:
          touch a b

      """#,
      #"""
      Schedfile:1:1: error: nothing makes 'all', and this header has no recipe
          1 | all: a b
            | ^~~
            = hint: write 'task all: …' for a name of a group

      """#),
    WrongSchedfile(
      "a colon glued to its words",
      #"""
      app:main.o
          cc -o app main.o

      """#,
      #"""
      Schedfile:1:1: error: 'app:main.o' begins no statement
          1 | app:main.o
            | ^~~~~~~~~~
            = hint: a header's colon ends a word: 'app: main.o'

      """#),
    WrongSchedfile(
      "a static pattern",
      #"""
      a.o b.o: %.o: %.c
          cc -c {{in}}

      """#,
      #"""
      Schedfile:1:13: error: a second ':' in this header
          1 | a.o b.o: %.o: %.c
            |             ^
            = hint: a rule '%.o: %.c' and 'default' with the list, or a 'for' loop

      """#),
    WrongSchedfile(
      "a second colon",
      #"""
      a: b : c
          touch a

      """#,
      #"""
      Schedfile:1:6: error: a second ':' in this header
          1 | a: b : c
            |      ^
            = hint: a colon inside a word does not count; quote one that ends a word

      """#),
    WrongSchedfile(
      "outputs that come to nothing",
      #"""
      none =
      {{none}}: in
          touch out

      """#,
      #"""
      Schedfile:2:1: error: the outputs of this header come to nothing
          2 | {{none}}: in
            | ^~~~~~~~~~~~
            = hint: exe = "" is one empty word

      """#),
    WrongSchedfile(
      "a task and a target",
      #"""
      task all
          true
      all:
          touch all

      """#,
      #"""
      Schedfile:3:1: error: 'all' is a task and a target
          3 | all:
            | ^~~
      Schedfile:1:6: note: the other one is here
          1 | task all
            |      ^~~

      """#),
    WrongSchedfile(
      "an output inside a directory output",
      #"""
      dist/:
          mkdir dist
      dist/x:
          touch dist/x

      """#,
      #"""
      Schedfile:3:1: error: 'dist/x' lies in 'dist/', which another target makes as a whole
          3 | dist/x:
            | ^~~~~~
      Schedfile:1:1: note: the directory's target is here
          1 | dist/:
            | ^~~~~~

      """#),
    WrongSchedfile(
      "no targets",
      #"""
      x = 1

      """#,
      #"""
      error: there is nothing to build
        = hint: write a target, a task or 'default'

      """#),
    WrongSchedfile(
      "a value without a recipe",
      #"""
      value v
      out:
          touch out

      """#,
      #"""
      Schedfile:1:7: error: value 'v' has no recipe
          1 | value v
            |       ^
            = hint: indent the commands that print it below

      """#),
    WrongSchedfile(
      "percent twice",
      #"""
      %/%.o: a.c
          touch {{out}}

      """#,
      #"""
      Schedfile:1:1: error: '%' stands twice in '%/%.o'
          1 | %/%.o: a.c
            | ^~~~~

      """#),
    WrongSchedfile(
      "percent missing in an output",
      #"""
      %.o x.h: %.c
          touch {{out}}

      """#,
      #"""
      Schedfile:1:5: error: 'x.h' has no '%', but other outputs of this rule do
          1 | %.o x.h: %.c
            |     ^~~

      """#),
    WrongSchedfile(
      "percent only on the right",
      #"""
      x.o: %.c
          touch x.o

      """#,
      #"""
      Schedfile:1:6: error: '%' in the input '%.c', but in no output
          1 | x.o: %.c
            |      ^~~
            = hint: single quotes take '%' as it stands

      """#),
    WrongSchedfile(
      "a rule without a recipe",
      #"""
      %.o: %.c

      """#,
      #"""
      Schedfile:1:1: error: a rule without a recipe
          1 | %.o: %.c
            | ^~~~~~~~
            = hint: '@uses' in the rule adds inputs

      """#),
    WrongSchedfile(
      "ambiguous rules",
      #"""
      a.o: 
          touch a.o
      all: x.b
          true
      %.b: a.o
          touch {{out}}
      x.%: a.o
          touch {{out}}

      """#,
      #"""
      Schedfile:5:1: error: two rules make 'x.b' and neither is more specific
          5 | %.b: a.o
            | ^~~~~~~~
      Schedfile:7:1: note: the other rule is here
          7 | x.%: a.o
            | ^~~~~~~~

      """#),
  ]
}
