import Glibc
import Testing

/// What lies in an input's place is called what it is.
@Suite struct InputKindTests {
  private func sandbox(listing: Bool = false) -> Sandbox {
    listing
      ? Sandbox("b:\n    @inputs-from l\n    echo > b\n", files: ["l": "a\n"])
      : Sandbox("b: a\n    echo > b\n")
  }

  private func inHeader(_ message: String) -> String {
    "Schedfile:1:4: error: \(message)\n    1 | b: a\n      |    ^\n"
  }

  private func inListing(_ message: String) -> String {
    "l:1:1: error: \(message)\n    1 | a\n      | ^\n"
  }

  @Test func `a link that leads nowhere`() throws {
    let sandbox = sandbox()
    sandbox.link("a", to: "gone")
    try sandbox.expect(
      errors: inHeader(
        "no rule makes 'a', needed by 'b': it is a symbolic link to 'gone', which is not there"),
      status: 2)
    try sandbox.expect(
      "a",
      errors: "error: no rule makes 'a': it is a symbolic link to 'gone', which is not there\n",
      status: 2)
  }

  @Test func `a link that leads to itself`() throws {
    let sandbox = sandbox()
    sandbox.link("a", to: "a")
    try sandbox.expect(
      errors: inHeader("cannot read 'a', needed by 'b': too many levels of symbolic links"),
      status: 2)
    try sandbox.expect(
      "a", errors: "error: cannot read 'a': too many levels of symbolic links\n", status: 2)
  }

  @Test func `a pipe and a device`() throws {
    let sandbox = sandbox()
    _ = sandbox.path("a").withCString { mkfifo($0, 0o644) }
    try sandbox.expect(
      errors: inHeader("'a', needed by 'b', is a pipe, which cannot be an input"), status: 2)
    try sandbox.expect(
      "a", errors: "note: 'a' is a pipe: there is nothing to make\nsched: nothing to do\n")
    sandbox.remove("a")
    sandbox.link("a", to: "/dev/null")
    try sandbox.expect(
      errors: inHeader("'a', needed by 'b', is a device, which cannot be an input"), status: 2)
  }

  @Test func `a directory that is asked for`() throws {
    let sandbox = sandbox()
    sandbox.makeDirectory("d")
    try sandbox.expect(
      "d",
      errors: """
        note: 'd' is a directory that no target makes: there is nothing to make
        sched: nothing to do

        """)
  }

  @Test func `a directory in a listing needs its slash, as in a header`() throws {
    let sandbox = sandbox(listing: true)
    sandbox.write("a/x", "1")
    try sandbox.expect(
      errors: inListing("'a' is a directory")
        + "      = hint: write 'a/' for the directory as a whole\n", status: 1)
    sandbox.write("l", "a/\n")
    try sandbox.expect(errors: "[1/1] b\n")
    sandbox.write("a/x", "2")
    try sandbox.expect(errors: "[1/1] b\n")
    try sandbox.expect(errors: "sched: nothing to do\n")
  }

  @Test func `what else lies in the place of a listed file`() throws {
    let sandbox = sandbox(listing: true)
    _ = sandbox.path("a").withCString { mkfifo($0, 0o644) }
    try sandbox.expect(
      errors: inListing("'a', needed by 'b', is a pipe, which cannot be an input"), status: 1)
    sandbox.remove("a")
    sandbox.link("a", to: "a")
    try sandbox.expect(
      errors: inListing("cannot read 'a', needed by 'b': too many levels of symbolic links"),
      status: 1)
  }

  @Test func `a directory that a target makes needs no slash in a listing`() throws {
    let sandbox = Sandbox(
      "a/:\n    mkdir a; echo > a/x\nb:\n    @inputs-from l\n    cat a/x > b\ndefault b\n",
      files: ["l": "a\n"])
    try sandbox.expectBuild()
    #expect(sandbox.exists("b"))
  }

  @Test(arguments: [
    ("o: x/\n    cp x o\n", "Schedfile:1:4: "), ("@uses x/\no:\n    cp x o\n", "Schedfile:1:7: "),
    ("o:\n    @uses x/\n    cp x o\n", "Schedfile:2:11: "),
  ])
  func `a file with a slash behind its name is not a directory`(_ text: String, _ place: String)
    throws
  {
    let sandbox = Sandbox(Bytes(text), files: ["x": "1"])
    for words in [[], ["-n"], ["check"], ["--serial"]] as [[Bytes]] {
      let run = try sandbox.start(words).wait()
      #expect(run.status == .exited(2), "\(words)")
      #expect(
        run.diagnostics.hasPrefix(place + "error: 'x/' is not a directory, but a file\n"),
        "\(run.diagnostics)")
      #expect(run.diagnostics.contains("= hint: write 'x' for a file\n"))
    }
    #expect(!sandbox.exists("o"))
    sandbox.remove("x")
    sandbox.makeDirectory("x")
    #expect(try sandbox.sched("check").status == .exited(0))
  }

  @Test func `a file with a slash in a listing is not a directory either`() throws {
    let sandbox = sandbox(listing: true)
    sandbox.write("a", "1")
    sandbox.write("l", "a/\n")
    try sandbox.expect(
      errors: "l:1:1: error: 'a/' is not a directory, but a file\n    1 | a/\n      | ^~\n"
        + "      = hint: write 'a' for a file\n", status: 1)
  }
}
