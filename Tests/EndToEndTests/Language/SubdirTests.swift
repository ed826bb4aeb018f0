import Testing

/// `subdir` and what belongs to a Schedfile of its own.
struct SubdirTests {
  @Test func `a subdir has copies of the variables and gives nothing back`() throws {
    let sandbox = Sandbox(
      """
      flag = root
      subdir lib
      default lib/out out
      out:
          echo {{flag}} > {{out}}

      """,
      files: [
        "lib/Schedfile":
          "flag += sub\nout:\n    echo {{flag}} {{root}} $(basename $PWD) > {{out}}\n"
      ])
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "root\n" && sandbox.read("lib/out") == "root sub .. lib\n")
  }

  @Test func `its paths, tasks and rules are below it`() throws {
    let sandbox = Sandbox(
      "subdir lib\ndefault lib/a.o\ntask all: lib/check\n",
      files: [
        "lib/Schedfile":
          "%.o: %.c\n    cp {{in}} {{out}}\ntask check: a.o\n    echo checked >> \"$RAN\"\n",
        "lib/a.c": "x\n", "b.c": "y\n",
      ])
    try sandbox.expectBuild("all", ran: ["checked"])
    #expect(sandbox.read("lib/a.o") == "x\n")
    try sandbox.expectBuild("b.o", status: 2)
  }

  @Test func `a value of an outer Schedfile is taken, and an own one first`() throws {
    let sandbox = Sandbox(
      """
      value v
          echo outer
      subdir one two
      default one/out two/out

      """,
      files: [
        "one/Schedfile": "out:\n    echo {{v}} > {{out}}\n",
        "two/Schedfile": "value v\n    echo inner\nout:\n    echo {{v}} > {{out}}\n",
      ])
    try sandbox.expectBuild()
    #expect(sandbox.read("one/out") == "outer\n" && sandbox.read("two/out") == "inner\n")
  }

  @Test func `an include is read in the same scope, paths from its own directory`() throws {
    let sandbox = Sandbox(
      "include conf/flags.sched\ninclude? conf/none.sched\nout:\n    echo {{flag}} > {{out}}\n",
      files: ["conf/flags.sched": "include more.sched\n", "conf/more.sched": "flag = deep\n"])
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "deep\n")
  }

  @Test func `settings hold for recipes below them and in subdirs`() throws {
    let sandbox = Sandbox(
      """
      @env LEVEL=1
      @uses tool
      subdir lib
      default lib/out

      """,
      files: [
        "tool": "1\n",
        "lib/Schedfile":
          "out:\n    @env LEVEL=2\n    echo $LEVEL > {{out}}\n    echo out >> \"$RAN\"\n",
      ])
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("lib/out") == "2\n")
    sandbox.write("tool", "2\n")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `names may be used before they are declared`() throws {
    let sandbox = Sandbox(
      """
      default all
      task all: late
          echo {{v}} {{in}} > out
      late: check
          @pool one
          touch {{out}}
      task check
          @when changed
          echo check >> "$RAN"
      value v
          echo value
      pool one = 1

      """)
    try sandbox.expectBuild(ran: ["check"])
    #expect(sandbox.read("out") == "value late\n")
  }
}
