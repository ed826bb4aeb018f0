import Glibc
import Testing

/// Leftovers that the evaluation itself reads: from scratch they are not there.
@Suite struct LeftoverReadTests {
  private static let before: Bytes = """
    default gen.sched list.txt gen/Schedfile
    gen.sched:
        echo 'extra = 1' > gen.sched
    list.txt:
        echo a > list.txt
    gen/Schedfile:
        echo 'x = 1' > gen/Schedfile

    """

  private static let readers: [(statement: Bytes, name: String, place: String)] = [
    ("include gen.sched\n", "gen.sched", "1:9"),
    ("include? gen.sched\n", "gen.sched", "1:10"),
    ("subdir gen\n", "gen/Schedfile", "1:8"),
    ("words = {{ lines(\"list.txt\") }}\n", "list.txt", "1:12"),
  ]

  private func sandbox(_ statement: Bytes) throws -> Sandbox {
    let sandbox = Sandbox(Self.before)
    try sandbox.expectBuild()
    sandbox.write("Schedfile", statement + "out:\n    echo 1 > out; echo out >> $RAN\n")
    return sandbox
  }

  @Test(arguments: readers.indices)
  func `to read one is an error that names the ways out`(_ index: Int) throws {
    let (statement, name, place) = Self.readers[index]
    for words in [[], ["-n"], ["-q"], ["check"], ["why", "out"]] as [[Bytes]] {
      let sandbox = try sandbox(statement)
      let run = try sandbox.start(words).wait()
      #expect(run.status == .exited(2), "\(run.diagnostics)")
      #expect(
        run.diagnostics.hasPrefix(
          "Schedfile:\(place): error: '\(name)' is left over from an earlier build: nothing makes it now\n"
        ), "\(run.diagnostics)")
      #expect(run.diagnostics.contains("'sched adopt \(name)'"))
      #expect(!sandbox.exists("out"))
    }
  }

  @Test(arguments: readers.indices)
  func `adopted, allowed or edited it is a source`(_ index: Int) throws {
    let (statement, name, _) = Self.readers[index]
    var sandbox = try sandbox(statement)
    try sandbox.expect("adopt", Bytes(name), output: "\(name)\n")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()

    sandbox = try self.sandbox(statement)
    let run = try sandbox.sched("--allow-leftovers")
    #expect(run.status == .exited(0) && sandbox.takeRan() == ["out"], "\(run.diagnostics)")
    #expect(run.diagnostics.contains("warning: '\(name)' is left over"))
    // What was allowed once is not kept as allowed.
    #expect(try sandbox.sched().status == .exited(2))

    sandbox = try self.sandbox(statement)
    sandbox.append(Bytes(name), "# edited\n")
    try sandbox.expectBuild(ran: ["out"])

    sandbox = try self.sandbox("adopt \(name)\n" + statement)
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `commands that show what there is work`() throws {
    let sandbox = try sandbox("include gen.sched\n")
    for words in [["list"], ["clean", "-n"], ["clean", "--orphans", "-n"]] as [[Bytes]] {
      #expect(try sandbox.start(words).wait().status == .exited(0))
    }
  }

  @Test func `a kept graph does not read one either`() throws {
    let sandbox = Sandbox(
      """
      param m = 1 | 2
      if m == "1"
          gen.sched:
              echo 'x = 1' > gen.sched
      else
          include gen.sched
      end
      out:
          echo 1 > out; echo out >> $RAN

      """, files: ["gen.sched": "x = 1\n"])
    try sandbox.expectBuild("m=2", "out", ran: ["out"])
    try sandbox.expectBuild("m=2", "out")
    // Another set of params makes it now.
    try sandbox.expectBuild("m=1", "gen.sched")
    #expect(try sandbox.sched("m=2", "out").status == .exited(2))
  }

  @Test func `what a target makes is read as before`() throws {
    let sandbox = Sandbox(
      """
      gen.sched:
          echo 'extra = 1' > gen.sched
      include gen.sched
      out:
          echo {{extra}} > out

      """)
    for _ in 1...2 { try sandbox.expectBuild("out") }
  }

  @Test func `lines of a file that a target further below makes is an error`() throws {
    let sandbox = Sandbox(
      "words = {{ lines(\"list\") }}\nout: list\n    echo {{words}} > out\nlist:\n    echo b > list\n",
      files: ["list": "a\n"])
    let run = try sandbox.sched()
    #expect(run.status == .exited(2))
    #expect(
      run.diagnostics.hasPrefix(
        "Schedfile:1:12: error: 'list' is made by a target and cannot be read here\n"),
      "\(run.diagnostics)")
    #expect(sandbox.read("list") == "a\n")
  }

  /// A build that is killed while it writes `half.txt`.
  private func killed() throws -> Sandbox {
    let sandbox = Sandbox(
      "all: half.txt\n    cat half.txt > all\nhalf.txt:\n    echo begin > half.txt; sleep 60\n")
    let build = try sandbox.start([])
    sandbox.waitFor("half.txt")
    build.process.send(SIGKILL)
    _ = build.wait()
    return sandbox
  }

  @Test func `what a killed build left half written is no source`() throws {
    let sandbox = try killed()
    sandbox.write("Schedfile", "all: half.txt\n    cat half.txt > all\n")
    let run = try sandbox.sched()
    #expect(run.status == .exited(2), "\(run.diagnostics)")
    #expect(
      run.diagnostics.contains(
        "error: 'half.txt' was being written when a build was killed, and nothing makes it now"),
      "\(run.diagnostics)")
    #expect(!sandbox.exists("all"))
    sandbox.write("Schedfile", "all:\n    echo > all\n")
    try sandbox.expect("clean", "--orphans", output: "half.txt\n")
  }

  @Test func `globs and rules do not see it, and it can be adopted`() throws {
    let sandbox = try killed()
    sandbox.write("Schedfile", "all: {{ glob(\"*.txt\") }}\n    echo {{in}} > all\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all") == "\n")
    sandbox.write(
      "Schedfile", "all: half.o\n    cat half.o > all\n%.o: %.txt\n    cp {{in}} {{out}}\n")
    #expect(try sandbox.sched().status == .exited(2))
    try sandbox.expect("adopt", "half.txt", output: "half.txt\n")
    try sandbox.expectBuild()
    #expect(sandbox.read("all") == "begin\n")
  }
}
