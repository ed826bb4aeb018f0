import Testing

/// A Schedfile of many megabytes is read and evaluated piece by piece.
struct LongFileTests {
  /// More than a piece.
  private static let long = String(repeating: "# nothing is said here\n", count: 200_000)

  @Test func `what a long file says first holds to its end`() throws {
    let sandbox = Sandbox(
      Bytes(
        "word = one\n%.made: %.src\n    cp {{in}} {{out}}\n" + Self.long
          + "default a.made\nb: {{word}}.made\n    cat {{in}} > {{out}}\n" + Self.long
          + "c: b\n    cp b c\ndefault c\n"))
    sandbox.write("a.src", "a")
    sandbox.write("one.src", "1")
    try sandbox.sched()
    #expect(sandbox.read("a.made") == "a")
    #expect(sandbox.read("c") == "1")
    try sandbox.expectBuild()
  }

  @Test func `an error of the text at the end of a long file is told alone`() throws {
    let sandbox = Sandbox(Bytes("a: {{unknown}}\n    true\n" + Self.long + "end\n"))
    let run = try sandbox.start(["check"]).wait()
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("Schedfile:200003:1: error:"))
    #expect(!run.diagnostics.contains("unknown"))
  }
}
