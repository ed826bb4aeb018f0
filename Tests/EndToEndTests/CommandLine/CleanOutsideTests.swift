import Glibc
import Testing

/// What a state says was made outside the tree is nobody's to remove, unless the Schedfile says so itself: a state
/// may be restored, or forged.
@Suite struct CleanOutsideTests {
  private static let maker: Bytes = """
    all: ../made.txt d/x.txt y.txt
        cat {{in}} > {{out}}
    ../made.txt:
        echo 1 > {{out}}
    d/x.txt:
        @depfile d/x.d
        echo 2 > {{out}}; echo 'x: Schedfile' > d/x.d
    y.txt:
        echo 3 > {{out}}

    """
  private static let other: Bytes = "y.txt:\n    echo 3 > {{out}}\n"

  /// A tree whose state names a file above it, and files in what is now a link to a directory elsewhere.
  private func sandbox() throws -> Sandbox {
    let sandbox = Sandbox(Self.maker)
    try sandbox.expectBuild()
    sandbox.rename("d", "../elsewhere")
    sandbox.link("d", to: "../elsewhere")
    return sandbox
  }

  private func expectAllThere(_ sandbox: Sandbox) {
    #expect(sandbox.read("../made.txt") == "1\n")
    #expect(sandbox.files(below: "../elsewhere") == ["x.d", "x.txt"])
  }

  @Test(
    arguments: [
      ["clean"], ["clean", "--orphans"], ["clean", "d/x.txt", "../made.txt"], ["--prune"],
      ["clean", "all"],
    ] as [[Bytes]])
  func `what the Schedfile does not name stays`(_ words: [Bytes]) throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", Self.other)
    for round in 1...2 {
      let run = try sandbox.start(words).wait()
      // Nothing knows that name any more when it was cleaned.
      let isUnknown = words == ["clean", "all"] && round == 2
      #expect(run.status == .exited(isUnknown ? 2 : 0), "\(run.diagnostics)")
      expectAllThere(sandbox)
    }
  }

  @Test func `a note names each`() throws {
    let sandbox = try sandbox()
    sandbox.write("Schedfile", Self.other)
    let run = try sandbox.sched("clean")
    for name in ["../made.txt", "d/x.txt", "d/x.d"] {
      #expect(
        run.diagnostics.contains(
          "note: '\(name)' stays: it lies outside the tree, and the Schedfile does not name it\n"),
        "\(run.diagnostics)")
    }
    #expect(run.output == "y.txt\nall\n")
    #expect(try sandbox.sched("clean").output == "")
  }

  @Test func `what the Schedfile makes there is removed`() throws {
    let sandbox = try sandbox()
    let run = try sandbox.sched("clean")
    #expect(run.output == "../made.txt\nd/x.txt\nd/x.d\ny.txt\nall\n", "\(run.diagnostics)")
    #expect(run.diagnostics == "")
    #expect(!sandbox.exists("../made.txt") && sandbox.files(below: "../elsewhere").isEmpty)
  }

  @Test func `a link to another directory of the tree is no way out of it`() throws {
    let sandbox = Sandbox("d/x.txt:\n    echo 1 > {{out}}\n")
    try sandbox.expectBuild()
    sandbox.rename("d", "real")
    sandbox.link("d", to: "real")
    sandbox.write("Schedfile", Self.other)
    try sandbox.expect("clean", "--orphans", output: "d/x.txt\n")
    #expect(sandbox.files(below: "real").isEmpty)
  }

  @Test func `what a killed build was making outside stays`() throws {
    let sandbox = Sandbox("../made.txt:\n    echo $$ > pid; echo half > {{out}}; sleep 60\n")
    let build = try sandbox.start([])
    sandbox.waitFor("../made.txt")
    build.process.send(SIGKILL)
    _ = build.wait()
    sandbox.write("Schedfile", Self.other)
    try sandbox.expectBuild()
    _ = try sandbox.sched("clean")
    #expect(sandbox.read("../made.txt") == "half\n")
  }
}
