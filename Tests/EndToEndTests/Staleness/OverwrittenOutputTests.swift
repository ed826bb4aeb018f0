import Testing

/// Outputs that another hand overwrites in the build that made them.
@Suite struct OverwrittenOutputTests {
  @Test(arguments: ["--serial", "-j2"])
  func `an output that is overwritten while what needs it runs is made again with that`(
    _ how: String
  ) throws {
    let sandbox = Sandbox(
      """
      b: a
          cat a > b; echo b >> $RAN
          [ -e once ] || { : > once; echo hand > a; }
      a: x
          cat x > a; echo a >> $RAN

      """, files: ["x": "made\n"])
    let run = try sandbox.sched(Bytes(how))
    #expect(sandbox.takeRan() == ["a", "b"])
    #expect(
      run.diagnostics.contains(
        "note: 'a' changed while 'b' was made from it; both are made again in the next build"))
    #expect(try sandbox.sched("-q").status == .exited(1))
    try sandbox.expectBuild(Bytes(how), ran: ["a", "b"])
    #expect(sandbox.read("a") == "made\n" && sandbox.read("b") == "made\n")
    #expect(sandbox.read(".sched/replaced/a") == "hand\n")
    try sandbox.expectBuild(Bytes(how))
  }

  /// So large that it is read for longer than the writer waits once sched has seen the recipe end; it takes no
  /// room on the disk.
  @Test(arguments: ["--serial", "-j2", "--mpi"])
  func `an output that is written to before it was read is made again`(_ how: String) throws {
    let sandbox = Sandbox(
      """
      b: a
          stat -c %s a > b; echo b >> $RAN
      a: x
          write='while kill -0 $0; do sleep 0.01; done; sleep 0.1; echo hand >> a'
          [ -e once ] || { : > once; setsid sh -c "$write" $$ >&- 2>&- & }
          truncate -s 2G a; echo a >> $RAN

      """, files: ["x": "1"])
    let run = try sandbox.sched(Bytes(how))
    #expect(run.status == .exited(0))
    #expect(sandbox.takeRan() == ["a", "b"])
    #expect(
      run.diagnostics.contains(
        "note: 'a' was written to after its recipe had ended; it is made again in the next build"),
      "\(run.diagnostics)")
    #expect(sandbox.read("b") == "2147483653\n")
    try sandbox.expectBuild(Bytes(how), ran: ["a", "b"])
    #expect(sandbox.read("b") == "2147483648\n")
    #expect(sandbox.exists(".sched/replaced/a"))
    try sandbox.expectBuild(Bytes(how))
  }

  @Test func `an output that is overwritten after all that needs it is made again`() throws {
    let sandbox = Sandbox(
      """
      default b c
      c: b
          [ -e once ] || { : > once; echo hand > a; }
          touch c; echo c >> $RAN
      b: a
          cat a > b; echo b >> $RAN
      a: x
          cat x > a; echo a >> $RAN

      """, files: ["x": "made\n"])
    try sandbox.expectBuild(ran: ["a", "b", "c"])
    try sandbox.expectBuild(ran: ["a"])
    #expect(sandbox.read("a") == "made\n" && sandbox.read("b") == "made\n")
    try sandbox.expectBuild()
  }

  @Test(arguments: ["--serial", "-j2"])
  func `a recipe that rewrites the output of another one is taken as it is the second time`(
    _ how: String
  ) throws {
    let sandbox = Sandbox(
      """
      b: a
          sed -i s/debug// a; cat a > b; echo b >> $RAN
      a: x
          sed s/$/debug/ x > a; echo a >> $RAN

      """, files: ["x": "code\n"])
    try sandbox.expectBuild(Bytes(how), ran: ["a", "b"])
    let run = try sandbox.sched(Bytes(how))
    #expect(sandbox.takeRan() == ["a", "b"])
    #expect(run.diagnostics.contains("note: 'b' changes its own input 'a'"))
    try sandbox.expectBuild(Bytes(how))
    try sandbox.expectBuild(Bytes(how), "--rehash")
    try sandbox.expectBuild(Bytes(how), "a")
    sandbox.write("x", "other\n")
    try sandbox.expectBuild(Bytes(how), ran: ["a", "b"])
    try sandbox.expectBuild(Bytes(how), ran: ["a", "b"])
    try sandbox.expectBuild(Bytes(how))
    #expect(sandbox.read("b") == "other\n")
  }

  @Test func `a source that is edited again while it is read is not taken for the recipe's doing`()
    throws
  {
    // The same content appears twice while `out` runs, and was not there before the second run.
    let sandbox = Sandbox(
      """
      out: in
          cat in > out; echo out >> $RAN
          [ "$(cat count)" = ++ ] || { echo two > in; printf + >> count; }

      """, files: ["in": "one\n", "count": ""])
    try sandbox.expectBuild(ran: ["out"])
    sandbox.write("in", "one\n")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "one\n")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "two\n")
    try sandbox.expectBuild()
  }

  @Test func `a recipe that appends to its input is taken as it is the second time`() throws {
    let sandbox = Sandbox(
      "out: log\n    echo line >> log; cat log > out; echo out >> $RAN\n", files: ["log": "first\n"]
    )
    try sandbox.expectBuild(ran: ["out"])
    let run = try sandbox.sched()
    #expect(sandbox.takeRan() == ["out"])
    #expect(run.diagnostics.contains("note: 'out' changes its own input 'log'"))
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == sandbox.read("log"))
  }

  @Test func `a recipe that appends something else each time comes to rest`() throws {
    let sandbox = Sandbox(
      "out: log\n    wc -c < log >> log; cat log > out; echo out >> $RAN\n",
      files: ["log": "first\n"]
    )
    for _ in 0..<4 { try sandbox.expectBuild(ran: ["out"]) }
    try sandbox.expectBuild()
  }

  @Test(arguments: ["--serial", "-j2", "--mpi"])
  func `a recipe that appends something else each time to an output comes to rest`(_ how: String)
    throws
  {
    for content: Bytes in ["first\n", ""] {
      let sandbox = Sandbox(
        """
        out: log
            date +%N >> log; cat log > out; echo out >> $RAN
        log: x
            cp x log; echo log >> $RAN

        """, files: ["x": content])
      for _ in 0..<3 { try sandbox.expectBuild(Bytes(how), ran: ["log", "out"]) }
      let run = try sandbox.sched(Bytes(how))
      #expect(sandbox.takeRan() == ["log", "out"])
      #expect(run.diagnostics.contains("note: 'out' changes its own input 'log'"))
      try sandbox.expectBuild(Bytes(how))
      #expect(try sandbox.sched("-q").status == .exited(0))
      #expect(sandbox.read("out") == sandbox.read("log"))
      sandbox.write("x", "other\n")
      for _ in 0..<4 { try sandbox.expectBuild(Bytes(how), ran: ["log", "out"]) }
      try sandbox.expectBuild(Bytes(how))
    }
  }

  @Test func `a recipe that rewrites an output otherwise each time is not believed`() throws {
    let sandbox = Sandbox(
      """
      out: log
          date +%N > log; cat log > out; echo out >> $RAN
      log:
          echo first > log; echo log >> $RAN

      """)
    for _ in 0..<6 { try sandbox.expectBuild(ran: ["log", "out"]) }
  }

  @Test func `a recipe that appends to the output of another one comes to rest`() throws {
    let sandbox = Sandbox(
      """
      out: log
          echo line >> log; cat log > out; echo out >> $RAN
      log:
          echo first > log; echo log >> $RAN

      """)
    try sandbox.expectBuild(ran: ["log", "out"])
    try sandbox.expectBuild(ran: ["log", "out"])
    try sandbox.expectBuild()
    #expect(sandbox.read("out") == "first\nline\n")
  }

  @Test func `a recipe that fills an empty output of another one comes to rest`() throws {
    let sandbox = Sandbox(
      """
      out: stamp
          echo filled > stamp; cat stamp > out; echo out >> $RAN
      stamp:
          : > stamp; echo stamp >> $RAN

      """)
    try sandbox.expectBuild(ran: ["out", "stamp"])
    try sandbox.expectBuild(ran: ["out", "stamp"])
    try sandbox.expectBuild()
  }

  @Test func `a recipe that empties the output of another one comes to rest`() throws {
    let sandbox = Sandbox(
      """
      out: file
          cat file > out; : > file; echo out >> $RAN
      file:
          echo text > file; echo file >> $RAN

      """)
    try sandbox.expectBuild(ran: ["file", "out"])
    try sandbox.expectBuild(ran: ["file", "out"])
    try sandbox.expectBuild()
  }

  /// What is made, and how it is an input.
  @Test(arguments: [("d/", "d/f"), ("d/f", "d/"), ("d/", "d/")] as [(Bytes, Bytes)])
  func `so does one that appends below a directory`(_ made: Bytes, _ input: Bytes) throws {
    for options: [Bytes] in [["--serial"], ["-j2"]] {
      let sandbox = Sandbox(
        "o: " + input + "\n    echo more >> d/f; cat d/f > o; echo o >> $RAN\n" + made
          + ": x\n    mkdir -p d; cat x > d/f; echo made >> $RAN\n", files: ["x": "1\n"])
      func build(_ ran: String...) throws {
        let run = try sandbox.start(options).wait()
        #expect(run.status == .exited(0), "\(run.diagnostics)")
        #expect(sandbox.takeRan() == ran, "\(run.diagnostics)")
      }
      try build("made", "o")
      try build("made", "o")
      try build()
      #expect(sandbox.read("o") == "1\nmore\n")
      sandbox.write("x", "2\n")
      try build("made", "o")
      try build("made", "o")
      try build()
      #expect(sandbox.read("o") == "2\nmore\n")
    }
  }

  @Test
  func `a recipe that appends otherwise each time to a file of a made directory comes to rest`()
    throws
  {
    let sandbox = Sandbox(
      """
      o: d/f
          date +%N >> d/f; cat d/f > o; echo o >> $RAN
      d/: x
          mkdir -p d; cat x > d/f; echo made >> $RAN

      """, files: ["x": "1\n"])
    for _ in 0..<4 { try sandbox.expectBuild(ran: ["made", "o"]) }
    try sandbox.expectBuild()
  }

  @Test func `a recipe that makes a file in its own directory input comes to rest`() throws {
    let sandbox = Sandbox(
      "o: src/\n    echo gen > src/gen; cat src/* > o; echo o >> $RAN\n", files: ["src/a": "1\n"])
    try sandbox.expectBuild(ran: ["o"])
    try sandbox.expectBuild(ran: ["o"])
    try sandbox.expectBuild()
    // An edit while it runs is not taken for the recipe's doing.
    sandbox.write(
      "Schedfile", "o: src/\n    cat src/* > o; cp late src/a; echo o >> $RAN\n")
    sandbox.write("late", "2\n")
    try sandbox.expectBuild(ran: ["o"])
    sandbox.write("late", "3\n")
    try sandbox.expectBuild(ran: ["o"])
    sandbox.write("late", "4\n")
    try sandbox.expectBuild(ran: ["o"])
    try sandbox.expectBuild(ran: ["o"])
    #expect(sandbox.read("o") == "4\ngen\n")
    try sandbox.expectBuild()
  }
}
