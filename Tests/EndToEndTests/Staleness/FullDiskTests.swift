import Testing

@Suite struct FullDiskTests {
  /// Runs sched where no file may grow beyond so many blocks of 512 bytes.
  private func run(_ sandbox: Sandbox, blocks: Int) throws -> Sandbox.Run {
    let line: Bytes = "trap '' XFSZ; ulimit -f \(blocks); exec '\(Programs.sched)' -j1"
    return try sandbox.start(program: "sh", ["-c", line]).wait()
  }

  @Test(arguments: [14, 18, 24, 40])
  func `a state that cannot grow ends the build with the cause, and what was made is kept`(
    _ blocks: Int
  ) throws {
    let sandbox = Sandbox(
      """
      default {{ map(lines("names"), "%", "out/%") }}
      out/%: in
          cat in > {{out}}; echo {{out}} >> $RAN

      """, files: ["names": Bytes((1...100).map { "\($0)\n" }.joined()), "in": "1"])
    let run = try run(sandbox, blocks: blocks)
    #expect(run.status == .exited(1), "\(run.diagnostics)")
    let errors = run.diagnostics.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(errors == ["error: cannot write '.sched/journal': file too large"])

    let made = Set(sandbox.takeRan())
    #expect(made.count < 100)
    try sandbox.sched()
    let rest = sandbox.takeRan()
    #expect(made.union(rest).count == 100)
    // At most the one whose outcome could not be written is made again.
    #expect(made.intersection(rest).count <= 1)
    try sandbox.expectBuild()
  }
}
