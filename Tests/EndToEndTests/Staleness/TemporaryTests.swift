import Testing

/// Temporary and secondary outputs that are read in other ways than by their names, and chains of them.
@Suite struct TemporaryTests {
  @Test(.timeLimit(.minutes(1)), arguments: ["--serial", "-j2", "-j3"])
  func `a chain of temporaries is made as far as it is needed, and the build ends`(_ how: String)
    throws
  {
    let sandbox = Sandbox(
      """
      default big other
      a1: s
          @temporary
          cat s > a1; echo a1 >> $RAN
      a5: a1
          @temporary
          cat a1 > a5; echo a5 >> $RAN
      slow: z
          sleep 0.2; cat z > slow; echo slow >> $RAN
      big: a5 slow
          cat a5 slow > big; echo big >> $RAN
      other: a1 x
          cat a1 x > other; echo other >> $RAN

      """, files: ["s": "s\n", "x": "x\n", "z": "z\n"])
    try sandbox.expectBuild(Bytes(how), ran: ["a1", "a5", "big", "other", "slow"])
    sandbox.write("x", "x2\n")
    sandbox.write("z", "z2\n")
    try sandbox.expectBuild(Bytes(how), ran: ["a1", "a5", "big", "other", "slow"])
    #expect(sandbox.read("big") == "s\nz2\n" && sandbox.read("other") == "s\nx2\n")
    #expect(!sandbox.exists("a1") && !sandbox.exists("a5"))
    try sandbox.expectBuild(Bytes(how))
  }

  @Test func `a missing temporary output that is asked for by name is made, whatever ran before`()
    throws
  {
    let sandbox = Sandbox(
      """
      out: mid
          cat mid > out; echo out >> $RAN
      mid: in
          @temporary
          cat in > mid; echo mid >> $RAN

      """, files: ["in": "1\n"])
    try sandbox.expectBuild("out", ran: ["mid", "out"])
    try sandbox.expectBuild("out")
    try sandbox.expectBuild("mid", ran: ["mid"])
    #expect(sandbox.read("mid") == "1\n")
    try sandbox.expectBuild("mid")
  }

  @Test
  func
    `a secondary output below a directory counts for its readers, and is made where that is asked for`()
    throws
  {
    let sandbox = Sandbox(
      """
      d/mid: in
          @secondary
          cat in > d/mid; echo mid >> $RAN
      out: d/
          cat d/mid > out; echo out >> $RAN

      """, files: ["in": "1\n"])
    try sandbox.expectBuild("out", ran: ["mid", "out"])
    sandbox.remove("d/mid")
    try sandbox.expectBuild("out")
    try sandbox.expectBuild("d/", ran: ["mid"])
    try sandbox.expectBuild("out")
    sandbox.write("in", "2\n")
    try sandbox.expectBuild("out", ran: ["mid", "out"])
    #expect(sandbox.read("out") == "2\n")
  }

  @Test func `a temporary output below a directory lives until the readers of that have run`()
    throws
  {
    let sandbox = Sandbox(
      """
      default all.tar direct
      d/mid: in
          @temporary
          cat in > d/mid; echo mid >> $RAN
      direct: d/mid
          cat d/mid > direct; echo direct >> $RAN
      late: in
          sleep 0.2; cat in > late; echo late >> $RAN
      all.tar: d/ late
          cat d/* late > all.tar; echo all.tar >> $RAN

      """, files: ["in": "1\n", "d/source": "s\n"])
    try sandbox.expectBuild("-j2", ran: ["all.tar", "direct", "late", "mid"])
    #expect(sandbox.read("all.tar") == "1\ns\n1\n")
    #expect(!sandbox.exists("d/mid"))
    try sandbox.expectBuild()
    try sandbox.expectBuild("--rehash")
    sandbox.write("d/source", "t\n")
    try sandbox.expectBuild(ran: ["all.tar", "mid"])
    #expect(sandbox.read("all.tar") == "1\nt\n1\n")
    #expect(!sandbox.exists("d/mid"))
    try sandbox.expectBuild()
    sandbox.write("in", "2\n")
    try sandbox.expectBuild(ran: ["all.tar", "direct", "late", "mid"])
    #expect(sandbox.read("all.tar") == "2\nt\n2\n")
  }

  @Test func `a temporary directory is removed after those who read files in it`() throws {
    let sandbox = Sandbox(
      """
      default one two
      tmp/: in
          @temporary
          mkdir -p tmp; cat in > tmp/x; echo y > tmp/y; echo tmp >> $RAN
      one: tmp/x other
          cat tmp/x other > one; echo one >> $RAN
      two: tmp/y
          sleep 0.2; cat tmp/y > two; echo two >> $RAN

      """, files: ["in": "1\n", "other": "o\n"])
    try sandbox.expectBuild("-j2", ran: ["one", "tmp", "two"])
    #expect(!sandbox.exists("tmp"))
    try sandbox.expectBuild()
    sandbox.write("other", "p\n")
    try sandbox.expectBuild(ran: ["one", "tmp"])
    #expect(sandbox.read("one") == "1\np\n" && !sandbox.exists("tmp"))
    try sandbox.expectBuild()
    sandbox.write("in", "2\n")
    try sandbox.expectBuild(ran: ["one", "tmp", "two"])
    #expect(sandbox.read("one") == "2\np\n")
    try sandbox.expectBuild()
  }

  @Test func `a temporary output that a group names lives until the readers of the group have run`()
    throws
  {
    let sandbox = Sandbox(
      """
      default out
      mid: in
          @temporary
          cat in > mid; echo mid >> $RAN
      task group: mid
      late: group
          sleep 0.1; cat in > late; echo late >> $RAN
      out: group late
          cat mid late > out; echo out >> $RAN

      """, files: ["in": "1\n"])
    try sandbox.expectBuild("-j2", ran: ["late", "mid", "out"])
    #expect(!sandbox.exists("mid"))
    try sandbox.expectBuild()
    sandbox.write("in", "2\n")
    try sandbox.expectBuild("-j2", ran: ["late", "mid", "out"])
    #expect(sandbox.read("out") == "2\n2\n")
  }

  @Test func `a temporary output that only a depfile or a listing names is there when it is read`()
    throws
  {
    let sandbox = Sandbox(
      """
      default found listed
      mid: in
          @temporary
          cat in > mid; echo mid >> $RAN
      direct: mid
          cat mid > direct; echo direct >> $RAN
      found: c direct
          @depfile found.d
          echo 'found: mid' > found.d; cat c > found; cat mid >> found || true; echo found >> $RAN
      listed: e direct
          @inputs-from list
          cat e $(cat list) > listed; echo listed >> $RAN

      """, files: ["in": "1\n", "c": "c\n", "e": "e\n", "list": "mid\n"])
    try sandbox.sched()
    #expect(sandbox.read("found") == "c\n1\n" && sandbox.read("listed") == "e\n1\n")
    #expect(!sandbox.exists("mid"))
    _ = sandbox.takeRan()
    try sandbox.expectBuild()
    sandbox.write("c", "c2\n")
    try sandbox.expectBuild(ran: ["found", "mid"])
    #expect(sandbox.read("found") == "c2\n1\n")
    sandbox.write("e", "e2\n")
    try sandbox.expectBuild(ran: ["listed", "mid"])
    #expect(sandbox.read("listed") == "e2\n1\n")
    #expect(!sandbox.exists("mid"))
    try sandbox.expectBuild()
  }

  @Test(.timeLimit(.minutes(1)))
  func `a secondary output that the recipe of another target takes away is made again`() throws {
    let sandbox = Sandbox(
      """
      default b c
      t: in
          @secondary
          cat in > t; echo t >> $RAN
      b: t
          mv t b; echo b >> $RAN
      c: t b
          cat t > c; echo c >> $RAN

      """, files: ["in": "1\n"])
    let run = try sandbox.sched("-j2")
    #expect(run.status == .exited(0), "\\(run.diagnostics)")
    #expect(sandbox.takeRan() == ["b", "c", "t", "t"])
  }
}
