import Testing

/// Times that nanoseconds in 64 bits do not hold, as archives and broken clocks give them.
@Suite struct FarTimesTests {
  /// Before 1678, from 2262 on, and the edges between.
  static let seconds = [
    -99_999_999_999, -9_223_372_037, -9_223_372_036, 9_223_372_036, 9_223_372_037, 13_569_465_600,
    253_402_300_800, 99_999_999_999,
  ]

  @Test(arguments: seconds)
  func `a file of a far time is an input and output like others`(_ seconds: Int) throws {
    let sandbox = Sandbox(
      "out: in dir/\n    cat in dir/* > out\n    echo out >> \"$RAN\"\n",
      files: ["in": "one\n", "dir/x": "x\n"])
    for file in ["in", "dir/x", "dir", "Schedfile"] as [Bytes] {
      sandbox.setTime(of: file, to: seconds)
    }
    try sandbox.expectBuild(ran: ["out"])
    sandbox.setTime(of: "out", to: seconds)
    try sandbox.expectBuild()
    try sandbox.expectBuild("--rehash")
    for command in ["list", "check", "why"] as [Bytes] {
      #expect(try sandbox.sched(command).status == .exited(0))
    }
    // The same time of modification: only what else `stat` says, and the content, are new.
    sandbox.rewrite("in", "two\n")
    try sandbox.expectBuild(ran: ["out"])
    #expect(sandbox.read("out") == "two\nx\n")
    #expect(try sandbox.sched("clean").status == .exited(0))
    #expect(!sandbox.exists("out"))
  }
}
