import Testing

/// Inputs and files that are not there, and cycles.
@Suite struct InputErrorTests {
  @Test(arguments: Self.cases)
  func `an input that cannot be had gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
      "an include that is not there",
      #"""
      include config.sched

      """#,
      #"""
      Schedfile:1:9: error: cannot read 'config.sched': no such file or directory
          1 | include config.sched
            |         ^~~~~~~~~~~~

      """#),
    WrongSchedfile(
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
  ]
}
