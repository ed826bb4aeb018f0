import Glibc
import Testing

/// Names in a directory input that do not count.
@Suite struct IgnoredNamesTests {
  private func sandbox(_ schedfile: Bytes = "b: d/\n    ls -A d > b; echo b >> $RAN\n") -> Sandbox {
    Sandbox(schedfile, files: ["d/a": "1", "d/s/a": "1"])
  }

  @Test(arguments: [".a.swp", ".a.swo", "a~", ".#a", ".nfs0000001", "s/.x.swx", ".a~"] as [Bytes])
  func `what an editor leaves in a directory input changes nothing`(_ name: Bytes) throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["b"])
    sandbox.write("d/" + name, "x")
    try sandbox.expectBuild()
    sandbox.remove("d/" + name)
    try sandbox.expectBuild()
  }

  @Test func `an editor's lock, which leads nowhere, and its pipe stop no build`() throws {
    let sandbox = sandbox()
    sandbox.link("d/.#a", to: "me@host.123:1")
    _ = sandbox.path("d/.a.swp").withCString { mkfifo($0, 0o600) }
    try sandbox.expectBuild(ran: ["b"])
    try sandbox.expectBuild()
  }

  @Test(arguments: ["a.swp", ".a.swap", "b", "~a", ".hidden"] as [Bytes])
  func `any other name counts`(_ name: Bytes) throws {
    let sandbox = sandbox()
    try sandbox.expectBuild(ran: ["b"])
    sandbox.write("d/" + name, "x")
    try sandbox.expectBuild(ran: ["b"])
  }

  @Test func `a recipe says what else does not count in its directories`() throws {
    let sandbox = sandbox("b: d/\n    @ignore *.log tmp\n    echo > b; echo b >> $RAN\n")
    try sandbox.expectBuild(ran: ["b"])
    sandbox.write("d/s/x.log", "x")
    sandbox.write("d/tmp/x", "x")
    try sandbox.expectBuild()
    // The patterns take the place of the editors' names.
    sandbox.write("d/a~", "x")
    try sandbox.expectBuild(ran: ["b"])
  }

  @Test func `a setting says it for all recipes below, for what listings name too`() throws {
    let sandbox = sandbox(
      """
      @ignore *.log
      b:
          @inputs-from list
          echo > b; echo b >> $RAN

      """)
    sandbox.write("list", "d/\n")
    try sandbox.expectBuild(ran: ["b"])
    sandbox.write("d/x.log", "x")
    try sandbox.expectBuild()
    sandbox.write("d/x", "x")
    try sandbox.expectBuild(ran: ["b"])
  }

  @Test func `without patterns everything counts`() throws {
    let sandbox = sandbox("@ignore\nb: d/\n    echo > b; echo b >> $RAN\n")
    try sandbox.expectBuild(ran: ["b"])
    sandbox.write("d/a~", "x")
    try sandbox.expectBuild(ran: ["b"])
  }

  @Test func `in a directory that a target makes everything counts`() throws {
    let sandbox = Sandbox("out/:\n    mkdir out; echo > out/x~; echo out >> $RAN\n")
    try sandbox.expectBuild(ran: ["out"])
    try sandbox.expectBuild()
    sandbox.remove("out/x~")
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `other patterns for the same directory are an error`() throws {
    let sandbox = sandbox("a: d/\n    echo > a\nb: d/\n    @ignore *.log\n    echo > b\n")
    try sandbox.expect(
      errors: """
        Schedfile:3:4: error: 'd/' is an input here and elsewhere with another '@ignore'
            3 | b: d/
              |    ^~
              = hint: write '@ignore' once, above all that read the directory

        """, status: 2)
  }

  @Test func `a pattern with a slash is an error`() throws {
    try sandbox("@ignore s/a\nb: d/\n    echo > b\n").expect(
      errors: """
        Schedfile:1:9: error: 's/a' is not a pattern of '@ignore'
            1 | @ignore s/a
              |         ^~~
              = hint: a pattern is held against each name below the directory: it has no '/'

        """, status: 2)
  }
}
