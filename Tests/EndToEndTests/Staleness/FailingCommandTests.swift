import Testing

/// A command that fails leaves no trace that a later build could go wrong by.
@Suite struct FailingCommandTests {
  private static let schedfile: Bytes = """
    param m = 1
    out.txt: src{{m}}.txt
        cp {{in}} {{out}}
        echo out >> "$RAN"

    """

  /// Commands that are refused before they build, each in a tree of its own.
  static let failing: [[Bytes]] = [
    ["typo"], ["-n", "typo"], ["why", "typo"], ["-q", "typo"], ["log", "typo"], ["list", "x=1"],
    ["check", "m="], ["m=9"], ["clean", "typo"], ["--prune", "typo"], ["build", "typo", "m=2"],
    ["simulate", "typo"], ["typo/deep/name", "../else"],
  ]

  @Test(arguments: failing)
  func `after a command that failed, edits are seen with all parameters`(_ command: [Bytes]) throws
  {
    let sandbox = Sandbox(Self.schedfile, files: ["src1.txt": "one\n", "src2.txt": "two\n"])
    _ = try sandbox.start(command).wait()
    _ = sandbox.takeRan()
    try sandbox.expectBuild("m=2", ran: ["out"])
    _ = try sandbox.start(command).wait()
    try sandbox.expectBuild(ran: ["out"])
    for text in ["edited\n", "again\n"] as [Bytes] {
      sandbox.write("src1.txt", text)
      _ = try sandbox.start(command).wait()
      try sandbox.expectBuild(ran: ["out"])
      #expect(sandbox.read("out.txt") == text)
      try sandbox.expectBuild()
    }
  }

  @Test func `a target that nothing makes, asked for first, ends no later command`() throws {
    let sandbox = Sandbox("a: b\n    cp b a\n    echo a >> \"$RAN\"\n", files: ["b": "1\n"])
    try sandbox.expectBuild("typo", status: 2)
    try sandbox.expectBuild(ran: ["a"])
    try sandbox.expectBuild()
    #expect(try sandbox.sched("list").status == .exited(0))
    sandbox.write("b", "2\n")
    try sandbox.expectBuild(ran: ["a"])
  }

  @Test func `a default that nothing makes leaves a state that works`() throws {
    let good: Bytes = "a: b\n    cp b a\n    echo a >> \"$RAN\"\n"
    let sandbox = Sandbox("default nope\n" + good, files: ["b": "1\n"])
    try sandbox.expectBuild(status: 2)
    try sandbox.expectBuild("a", ran: ["a"])
    sandbox.write("b", "2\n")
    try sandbox.expectBuild(status: 2)
    try sandbox.expectBuild("a", ran: ["a"])
    sandbox.write("Schedfile", good)
    try sandbox.expectBuild()
  }

  @Test func `a Schedfile with nothing to build leaves a state that works`() throws {
    let sandbox = Sandbox("x = 1\n", files: ["b": "1\n"])
    try sandbox.expectBuild(status: 2)
    sandbox.write("Schedfile", "a: b\n    cp b a\n    echo a >> \"$RAN\"\n")
    try sandbox.expectBuild(ran: ["a"])
    sandbox.write("Schedfile", "x = 1\n")
    try sandbox.expectBuild(status: 2)
    sandbox.write("Schedfile", "a: b\n    cp b a\n    echo a >> \"$RAN\"\n")
    sandbox.write("b", "2\n")
    try sandbox.expectBuild(ran: ["a"])
  }

  @Test func `a new globbed file that is asked for wrongly is seen as an input`() throws {
    let sandbox = Sandbox(
      "all: {{ glob(\"src/*\") }}\n    cat {{in}} > {{out}}\n    echo all >> \"$RAN\"\n",
      files: ["src/a": "a\n"])
    try sandbox.expectBuild(ran: ["all"])
    sandbox.write("src/b", "b\n")
    try sandbox.expectBuild("typo", status: 2)
    try sandbox.expectBuild(ran: ["all"])
    sandbox.write("src/b", "c\n")
    try sandbox.expectBuild(ran: ["all"])
    #expect(sandbox.read("all") == "a\nc\n")
  }

  @Test func `a wrong Schedfile in between leaves what was known`() throws {
    let sandbox = Sandbox.program()
    try sandbox.expectBuild(ran: ["a.o", "app", "b.o"])
    let right = try #require(sandbox.read("Schedfile"))
    for wrong in ["a: {\n", "include none\n", "x = {{y}}\n", "a: a\n", "", "%.o: %.c\n%.o: %.c\n"]
      as [Bytes]
    {
      sandbox.write("Schedfile", wrong)
      _ = try sandbox.sched()
      _ = try sandbox.sched("app")
      sandbox.write("Schedfile", right)
      try sandbox.expectBuild()
    }
    sandbox.write("a.c", "gamma\n")
    try sandbox.expectBuild(ran: ["a.o", "app"])
    #expect(sandbox.read("app") == "GAMMA\nBETA\n")
  }

  @Test func `a recipe that fails in between leaves what was known`() throws {
    let sandbox = Sandbox.program()
    sandbox.append("Schedfile", "\nbad: new1 new2\n    false\n")
    sandbox.write("new1", "")
    sandbox.write("new2", "")
    try sandbox.expectBuild("bad", status: 1)
    try sandbox.expectBuild("app", ran: ["a.o", "app", "b.o"])
    sandbox.write("a.c", "gamma\n")
    try sandbox.expectBuild("bad", status: 1)
    try sandbox.expectBuild("app", ran: ["a.o", "app"])
  }
}
