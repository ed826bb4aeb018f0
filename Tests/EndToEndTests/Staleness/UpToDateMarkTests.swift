import Glibc
import Testing

/// A build that found nothing to do leaves a mark; the next one like it says so at once, until
/// anything is another.
///
/// The debug build, which these tests run, judges all the same and stops with an internal error where
/// mark and judgement differ: a mark that holds and should not any more fails the test.
struct UpToDateMarkTests {
  private func isMarked(_ sandbox: Sandbox) -> Bool {
    sandbox.keptGraphs.contains { $0.hasSuffix(".mark") }
  }

  /// Builds, and again until there is a mark: files that were just written are looked into for some
  /// two seconds.
  private func build(_ sandbox: Sandbox, _ word: Bytes...) throws {
    _ = try sandbox.start(word).wait()
    _ = sandbox.takeRan()
    for _ in 0..<200 where !isMarked(sandbox) {
      usleep(50_000)
      let run = try sandbox.start(word).wait()
      #expect(run.status == .exited(0), "\(run.diagnostics)")
    }
    #expect(isMarked(sandbox))
    let run = try sandbox.start(word).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    #expect(sandbox.takeRan() == [])
  }

  @Test func `an edited source is seen`() throws {
    let sandbox = Sandbox.program()
    try build(sandbox)
    sandbox.rewrite("a.c", "another a\n")
    try sandbox.expectBuild(ran: ["a.o", "app"])
    try sandbox.expectBuild()
  }

  @Test func `a removed and an edited output are seen`() throws {
    let sandbox = Sandbox.program()
    try build(sandbox)
    sandbox.remove("b.o")
    try sandbox.expectBuild(ran: ["b.o"])
    try build(sandbox)
    sandbox.rewrite("app", "by hand\n")
    try sandbox.expectBuild(ran: ["app"])
  }

  @Test func `another target is judged by itself`() throws {
    let sandbox = Sandbox.program()
    try build(sandbox, "a.o")
    try sandbox.expectBuild(ran: ["app", "b.o"])
  }

  @Test func `a task that is called as the command of its name is judged by itself`() throws {
    let sandbox = Sandbox(
      "out:\n    echo > {{out}}\n    echo out >> \"$RAN\"\ntask build\n    echo built\n")
    try build(sandbox)
    let run = try sandbox.start(["build"]).wait()
    #expect(run.output == "built\n", "\(run.diagnostics)")
    try sandbox.expectBuild()
  }

  @Test func `another value of a tracked variable is seen`() throws {
    let sandbox = Sandbox(
      "out:\n    @env LEVEL\n    echo ${LEVEL-} > {{out}}\n    echo out >> \"$RAN\"\n")
    sandbox.environment["LEVEL"] = "1"
    try build(sandbox)
    sandbox.environment["LEVEL"] = "2"
    try sandbox.expectBuild(ran: ["out"])
    sandbox.environment["LEVEL"] = nil
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `a header that is known from a depfile is seen, and one that appears`() throws {
    let sandbox = Sandbox(
      """
      out: in
          @depfile out.d
          cat in h > {{out}}; echo 'out: h gone' > out.d
          echo out >> "$RAN"
      """, files: ["in": "1\n", "h": "2\n"])
    try build(sandbox)
    sandbox.rewrite("h", "3\n")
    try sandbox.expectBuild(ran: ["out"])
    try build(sandbox)
    sandbox.write("gone", "there again\n")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `a new file that a glob gives is seen`() throws {
    let sandbox = Sandbox(
      "all: {{ glob(\"src/*\") }}\n    cat {{in}} > {{out}}\n    echo all >> \"$RAN\"\n",
      files: ["src/a": "a\n"])
    try build(sandbox)
    sandbox.write("src/b", "b\n")
    try sandbox.expectBuild(ran: ["all"])
  }

  @Test func `a source that is a link to another file is seen`() throws {
    let sandbox = Sandbox(
      "out: in\n    cat {{in}} > {{out}}\n    echo out >> \"$RAN\"\n",
      files: ["one": "1\n", "two": "2\n"])
    sandbox.link("in", to: "one")
    try build(sandbox)
    sandbox.remove("in")
    sandbox.link("in", to: "two")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `options that ask for more are done`() throws {
    let sandbox = Sandbox.program()
    try build(sandbox)
    try sandbox.expectBuild("-B", "a.o", ran: ["a.o"])
    try sandbox.expectBuild("--rehash")
    #expect(try sandbox.start(["--quiet"]).wait().diagnostics == "")
  }

  @Test func `a damaged mark is as if it were not there`() throws {
    let sandbox = Sandbox.program()
    try build(sandbox)
    let mark = try #require(sandbox.keptGraphs.first { $0.hasSuffix(".mark") })
    let file = Bytes(mark)
    let bytes = try #require(sandbox.read(file)).bytes
    for length in [0, 8, 20, bytes.count - 4] {
      sandbox.rewrite(file, Bytes(bytes[..<length]))
      try sandbox.expectBuild()
    }
  }

  @Test func `what depends on more than files leaves no mark`() throws {
    let always = Sandbox("task go\n    true\n")
    let value = Sandbox("value v\n    echo 1\nout:\n    echo {{v}} > {{out}}\n")
    let directory = Sandbox(
      "out: in/\n    ls {{in}} > {{out}}\n", files: ["in/a": "", "in/b/c": ""])
    for sandbox in [always, value, directory] {
      for _ in 0..<3 { #expect(try sandbox.start([]).wait().status == .exited(0)) }
      #expect(!isMarked(sandbox))
    }
    // The same after as long as the mark of the other took.
    usleep(2_300_000)
    for sandbox in [always, value, directory] {
      for _ in 0..<2 { #expect(try sandbox.start([]).wait().status == .exited(0)) }
      #expect(!isMarked(sandbox))
    }
  }
}
