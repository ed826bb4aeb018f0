import Testing

/// Attributes that are not known, or say what they cannot say.
@Suite struct AttributeErrorTests {
  @Test(arguments: Self.cases)
  func `a wrong attribute gets a message`(_ wrong: WrongSchedfile) throws {
    try wrong.expectMessage()
  }

  static let cases: [WrongSchedfile] = [
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
      "a number that is too large",
      #"""
      out:
          @retries 9223372036854775807
          @cpus 4294967295
          touch out

      """#,
      #"""
      Schedfile:2:14: error: '@retries' takes a number up to 4294967294, found '9223372036854775807'
          2 |     @retries 9223372036854775807
            |              ^~~~~~~~~~~~~~~~~~~

      """#),
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
    WrongSchedfile(
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
  ]
}
