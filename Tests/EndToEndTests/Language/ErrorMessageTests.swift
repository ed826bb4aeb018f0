import Testing

/// The messages for Schedfiles that are wrong, whole, with the caret under the place.
struct ErrorMessageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var schedfile: Bytes
    var message: String
    var testDescription: String { name }

    init(_ name: String, _ schedfile: Bytes, _ message: String) {
      self.name = name
      self.schedfile = schedfile
      self.message = message
    }
  }

  @Test(arguments: Self.cases)
  func `a wrong Schedfile gets a message with place, cause and hint`(_ wrong: Case) throws {
    let sandbox = Sandbox(wrong.schedfile, files: ["tool.py": "x\n", "src/a.c": "x\n"])
    try sandbox.expect(errors: wrong.message, status: 2)
  }

  @Test func `a setting that is no choice lists the choices`() throws {
    let sandbox = Sandbox("param mode = fast | slow\nout:\n    touch out\n")
    try sandbox.expect(
      "mode=medium",
      errors: """
        Schedfile:1:7: error: 'medium' is no choice of 'mode'
            1 | param mode = fast | slow
              |       ^~~~
              = hint: choose 'fast', 'slow'

        """, status: 2)
  }

  @Test func `a setting that nothing assigns is an error with the nearest name`() throws {
    let sandbox = Sandbox("param mode = fast\nout:\n    touch out\n")
    try sandbox.expect(
      "mdoe=x",
      errors: """
        error: 'mdoe' is assigned nowhere in the files that were read
          = hint: did you mean 'mode'?

        """, status: 2)
  }

  @Test func `a NUL byte makes a file no text`() throws {
    let sandbox = Sandbox(Bytes(Array("a = b\nc = ".utf8) + [0, 10]))
    let run = try sandbox.sched()
    #expect(run.diagnostics.hasPrefix("Schedfile:2:5: error: a NUL byte: this is no text\n"))
    #expect(run.status == .exited(2))
  }

  @Test func `a byte that is no UTF-8 counts as one character`() throws {
    let sandbox = Sandbox(Bytes(Array("x = ".utf8) + [0xFF] + Array(" {{nope}}\n".utf8)))
    try sandbox.expect(
      errors: #"""
        Schedfile:1:9: error: unknown name 'nope'
            1 | x = \xFF {{nope}}
              |            ^~~~

        """#, status: 2)
  }

  @Test func `no more than twenty errors are told in one run`() throws {
    let lines = (0..<30).map { "a\($0) = {{b\($0)}}\n" }.joined()
    let run = try Sandbox(Bytes(lines)).sched()
    #expect(run.diagnostics.split(separator: "\n").count { $0.contains(": error: ") } == 20)
  }

  static let cases: [Case] = [
    Case(
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
    Case(
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
    Case(
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
    Case(
      "an unknown attribute",
      #"""
      out:
          @depfil x.d
          touch out

      """#,
      #"""
      Schedfile:2:5: error: unknown attribute '@depfil'
          2 |     @depfil x.d
            |     ^~~~~~~
            = hint: did you mean '@depfile'?

      """#),
    Case(
      "Make's way to silence a command",
      #"""
      out:
          @echo hello

      """#,
      #"""
      Schedfile:2:5: error: unknown attribute '@echo'
          2 |     @echo hello
            |     ^~~~~
            = hint: commands are not echoed here; a script that begins with '@' starts with a '#!' line

      """#),
    Case(
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
    Case(
      "an unknown setting",
      #"""
      @uess x
      out:
          touch out

      """#,
      #"""
      Schedfile:1:1: error: '@uess' is no setting
          1 | @uess x
            | ^~~~~
            = hint: did you mean '@uses'?

      """#),
    Case(
      "a dependency cycle",
      #"""
      a: b
          touch a
      b: c
          touch b
      c: a
          touch c

      """#,
      #"""
      error: dependency cycle: a -> b -> c -> a
      Schedfile:1:4: note: 'a' depends on 'b'
          1 | a: b
            |    ^
      Schedfile:3:4: note: 'b' depends on 'c'
          3 | b: c
            |    ^
      Schedfile:5:4: note: 'c' depends on 'a'
          5 | c: a
            |    ^

      """#),
    Case(
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
    Case(
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
    Case(
      "an input nobody makes",
      #"""
      default app
      app: build/mian.o
          touch app
      build/main.o:
          touch build/main.o

      """#,
      #"""
      Schedfile:2:6: error: no rule makes 'build/mian.o', needed by 'app'
          2 | app: build/mian.o
            |      ^~~~~~~~~~~~
            = hint: did you mean 'build/main.o'?

      """#),
    Case(
      "an input of an input nobody makes",
      #"""
      app: lib
          touch app
      lib: x.c
          touch lib

      """#,
      #"""
      Schedfile:3:6: error: no rule makes 'x.c', needed by 'lib'
          3 | lib: x.c
            |      ^~~
      Schedfile:1:1: note: 'lib' is needed by 'app'
          1 | app: lib
            | ^~~~~~~~

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
      "else without if",
      #"""
      else

      """#,
      #"""
      Schedfile:1:1: error: 'else' without 'if' or 'for'
          1 | else
            | ^~~~

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
      "an include cycle",
      #"""
      include Schedfile
      out:
          touch out

      """#,
      #"""
      Schedfile:1:9: error: include cycle: Schedfile -> Schedfile
          1 | include Schedfile
            |         ^~~~~~~~~

      """#),
    Case(
      "an include that is not there",
      #"""
      include config.sched

      """#,
      #"""
      Schedfile:1:9: error: cannot read 'config.sched': no such file or directory
          1 | include config.sched
            |         ^~~~~~~~~~~~

      """#),
    Case(
      "a wrong duration",
      #"""
      out:
          @timeout 5x
          touch out

      """#,
      #"""
      Schedfile:2:14: error: '5x' is no duration
          2 |     @timeout 5x
            |              ^~
            = hint: one number and ms, s, m, h or d: '@timeout 90s'

      """#),
    Case(
      "a wrong size",
      #"""
      out:
          @mem lots
          touch out

      """#,
      #"""
      Schedfile:2:10: error: 'lots' is no size
          2 |     @mem lots
            |          ^~~~
            = hint: a number and K, M, G or T: '@mem 2G'

      """#),
    Case(
      "a wrong number",
      #"""
      out:
          @cpus two
          touch out

      """#,
      #"""
      Schedfile:2:11: error: '@cpus' takes a whole number, found 'two'
          2 |     @cpus two
            |           ^~~

      """#),
    Case(
      "a wrong number of retries",
      #"""
      out:
          @retries -1
          touch out

      """#,
      #"""
      Schedfile:2:14: error: '@retries' takes a whole number, found '-1'
          2 |     @retries -1
            |              ^~

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
      "an unclosed quote",
      #"""
      x = "abc

      """#,
      #"""
      Schedfile:1:5: error: this quote is not closed on its line
          1 | x = "abc
            |     ^~~~

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
      "a reserved name",
      #"""
      in = x

      """#,
      #"""
      Schedfile:1:1: error: 'in' cannot be assigned
          1 | in = x
            | ^~

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
      "an attribute without a script",
      #"""
      out: in
          @desc nothing

      """#,
      #"""
      Schedfile:2:5: error: '@desc' without a script
          2 |     @desc nothing
            |     ^~~~~~~~~~~~~
            = hint: the commands stand below the attributes

      """#),
    Case(
      "an attribute twice",
      #"""
      out:
          @depfile a.d
          @depfile b.d
          touch out a.d

      """#,
      #"""
      Schedfile:3:5: error: '@depfile' stands here twice
          3 |     @depfile b.d
            |     ^~~~~~~~

      """#),
    Case(
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
    Case(
      "an unknown pool",
      #"""
      pool link = 1
      out:
          @pool lnk
          touch out

      """#,
      #"""
      Schedfile:3:11: error: unknown pool 'lnk'
          3 |     @pool lnk
            |           ^~~
            = hint: did you mean 'link'?

      """#),
    Case(
      "a wrong pool",
      #"""
      pool link = none
      out:
          touch out

      """#,
      #"""
      Schedfile:1:6: error: a pool takes one whole number of at least 1
          1 | pool link = none
            |      ^~~~

      """#),
    Case(
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
    Case(
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
    Case(
      "a subdir without a Schedfile",
      #"""
      subdir lib
      out:
          touch out

      """#,
      #"""
      Schedfile:1:8: error: cannot read 'lib/Schedfile': no such file or directory
          1 | subdir lib
            |        ^~~

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
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
    Case(
      "no targets",
      #"""
      x = 1

      """#,
      #"""
      error: there is nothing to build
        = hint: write a target, a task or 'default'

      """#),
    Case(
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
    Case(
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
    Case(
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
    Case(
      "a directory as an input",
      #"""
      out: src
          touch out

      """#,
      #"""
      Schedfile:1:6: error: 'src' is a directory
          1 | out: src
            |      ^~~
            = hint: write 'src/' for the directory as a whole

      """#),
  ]
}
