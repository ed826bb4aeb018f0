import Glibc
import Testing

/// Two looks at one file in one build, with an edit between them: what was made from the first is stale.
///
/// The editing hand is a recipe, `mid`, that runs between the two.
@Suite struct EditDuringBuildTests {
  /// How `a` and `b` read what is edited.
  enum Kind: CaseIterable {
    case declared, used, discovered, listed, belowDirectory, program

    var schedfile: Bytes {
      let mid: Bytes = "mid: a\n    echo new > d/x; touch mid; echo mid >> $RAN\n"
      func target(_ name: Bytes, _ input: Bytes, _ attributes: Bytes = "") -> Bytes {
        let waits: Bytes = name == "b" ? "mid" : ""
        return name + ": " + input + " " + waits + "\n" + attributes
          + "    cat d/x > " + name + "; echo " + name + " >> $RAN\n"
      }
      func both(_ input: Bytes, _ attributes: Bytes = "") -> Bytes {
        mid + target("a", input, attributes) + target("b", input, attributes)
      }
      switch self {
      case .declared: return both("d/x")
      case .used: return both("", "    @uses d/x\n")
      case .program: return both("", "    @uses d/x\n    @env HOME\n")
      case .listed: return both("", "    @inputs-from list\n")
      case .belowDirectory: return both("d/")
      case .discovered:
        return mid + """
          a:
              @depfile a.d
              echo 'a: d/x' > a.d; cat d/x > a; echo a >> $RAN
          b: mid
              @depfile b.d
              echo 'b: d/x' > b.d; cat d/x > b; echo b >> $RAN

          """
      }
    }
  }

  @Test(arguments: Kind.allCases, ["--serial", "-j2"])
  func `what was made before an edit is made again in the next build`(_ kind: Kind, _ how: String)
    throws
  {
    let sandbox = Sandbox(kind.schedfile, files: ["d/x": "old\n", "list": "d/x\n"])
    try sandbox.expectBuild(Bytes(how), "a", "b", ran: ["a", "b", "mid"])
    #expect(sandbox.read("a") == "old\n" && sandbox.read("b") == "new\n")
    try sandbox.sched(Bytes(how), "a", "b")
    #expect(sandbox.takeRan().contains("a"))
    #expect(sandbox.read("a") == "new\n" && sandbox.read("b") == "new\n")
    try sandbox.sched(Bytes(how), "a", "b")
    _ = sandbox.takeRan()
    try sandbox.expectBuild(Bytes(how), "a", "b")
  }

  @Test func `why and a copied tree know of an edit that came during the build`() throws {
    let sandbox = Sandbox(Kind.declared.schedfile, files: ["d/x": "old\n"])
    try sandbox.sched("--serial", "a", "b")
    let why = try sandbox.sched("why", "a")
    #expect(why.output.contains("'d/x' changed"))
    #expect(try sandbox.sched("-q", "a").status == .exited(1))
    #expect(try sandbox.sched("-q", "--rehash", "a").status == .exited(1))
  }

  @Test func `an action that was up to date before the edit is stale after it`() throws {
    let sandbox = Sandbox(Kind.declared.schedfile, files: ["d/x": "new\n"])
    try sandbox.sched("a", "b")
    sandbox.write("d/x", "old\n")
    try sandbox.sched("a")
    // `a` is up to date with what `mid` then overwrites.
    sandbox.remove("mid")
    try sandbox.sched("--serial", "a", "b")
    #expect(sandbox.read("a") == "old\n")
    try sandbox.sched("a", "b")
    #expect(sandbox.read("a") == "new\n")
  }

  @Test func `an edit below a directory while its recipe runs is not lost`() throws {
    let sandbox = Sandbox(
      """
      out: d/
          cat d/x > out; echo out >> $RAN
          [ -e once ] || { : > once; echo new > d/x; }

      """, files: ["d/x": "old\n"])
    let run = try sandbox.sched()
    #expect(sandbox.takeRan() == ["out"])
    #expect(run.diagnostics.contains("note: 'd' changed while 'out' was made from it"))
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "new\n")
    try sandbox.expectBuild()
  }

  @Test func `a listing that is edited between its reading and the recipe is not lost`() throws {
    let sandbox = Sandbox(
      """
      default first out
      known: y
          touch known
      first:
          echo y > list; echo first >> $RAN; touch first
      out:
          @inputs-from list
          cat $(cat list) > out; echo out >> $RAN

      """, files: ["list": "x\n", "x": "1\n", "y": "2\n"])
    try sandbox.expectBuild("known")
    // Both are judged before the first one starts.
    try sandbox.expectBuild("--serial", ran: ["first", "out"])
    try sandbox.expectBuild("--serial", ran: ["out"])
    try sandbox.expectBuild("--serial")
    sandbox.write("y", "3\n")
    try sandbox.expectBuild("--serial", ran: ["out"])
    #expect(sandbox.read("out") == "3\n")
  }

  @Test func `a header that goes while it is read for the first time is not lost`() throws {
    let sandbox = Sandbox(
      """
      default a b
      a:
          @depfile a.d
          echo 'a: h' > a.d; cat h > a; echo a >> $RAN
      b:
          @after a
          @depfile b.d
          echo 'b: h' > b.d; cat h > b; echo b >> $RAN; mv h kept

      """, files: ["h": "1\n"])
    try sandbox.sched()
    #expect(sandbox.takeRan() == ["a", "b"])
    let run = try sandbox.sched("-k0")
    #expect(run.status == .exited(1))
    #expect(sandbox.takeRan() == [])
  }

  /// What stands for the file that the depfile names first, and what is done to it while it is read.
  @Test(
    arguments: [
      ("ln -s v1 cur", "ln -sfn v2 cur"), ("mv v1 cur", "mv cur old; mv v2 cur"),
      ("mkdir cur; ln -s ../v1/h cur/h", "ln -sfn ../v2/h cur/h"),
    ] as [(String, String)], ["--serial", "-j2"] as [Bytes])
  func `a header that is exchanged by its directory or a link while it is read is not lost`(
    _ change: (before: String, meanwhile: String), _ executor: Bytes
  ) throws {
    let sandbox = Sandbox(
      Bytes(
        """
        a:
            @depfile a.d
            cp cur/h a; echo 'a: cur/h' > a.d; echo a >> $RAN
            if [ -e v2/h ]; then \(change.meanwhile); fi

        """), files: ["v1/h": "one", "v2/h": "two"])
    _ = try sandbox.start(program: "sh", ["-c", Bytes(change.before)]).wait()
    usleep(20_000)
    _ = try sandbox.start([executor]).wait()
    #expect(sandbox.takeRan() == ["a"])
    #expect(sandbox.read("a") == "one")
    _ = try sandbox.start([executor]).wait()
    #expect(sandbox.takeRan() == ["a"])
    #expect(sandbox.read("a") == "two")
  }

  @Test func `so it is where only an earlier build knew it`() throws {
    let sandbox = Sandbox(
      """
      a: src
          @depfile a.d
          echo 'a: h/x' > a.d; cat h/x > a
      b: src
          @depfile b.d
          echo 'b: src h/x' > b.d; cat h/x > b 2>> err || :; echo b >> $RAN; if [ -e h/x ]; then mv h/x kept; fi

      """, files: ["h/x": "1\n", "src": ""])
    try sandbox.expectBuild("a")
    try sandbox.expectBuild("b", ran: ["b"])
    #expect(sandbox.read("b") == "1\n")
    // It read what is not there any more.
    try sandbox.expectBuild("b", ran: ["b"])
    #expect(sandbox.read("b") == "")
    try sandbox.expectBuild("b")
  }

  @Test func `what had gone before the recipe began did not go while it ran`() throws {
    let sandbox = Sandbox(
      """
      a: src
          @depfile a.d
          echo 'a: h/x' > a.d; cat h/x > a
      b: src
          @depfile b.d
          echo 'b: src h/x' > b.d; cat h/x > b 2>> err || :; echo b >> $RAN

      """, files: ["h/x": "1\n", "h/y": "", "src": ""])
    try sandbox.expectBuild("a")
    sandbox.remove("h/x")
    usleep(20_000)
    let run = try sandbox.sched("b")
    #expect(!run.diagnostics.contains("changed while"), "\(run.diagnostics)")
    #expect(sandbox.takeRan() == ["b"])
    try sandbox.expectBuild("b")
  }
}
