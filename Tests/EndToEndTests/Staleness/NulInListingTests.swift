import Testing

/// A listing that `find -print0` wrote.
@Suite struct NulInListingTests {
  @Test(arguments: ["--serial", "-j2"] as [Bytes])
  func `a NUL byte in a listing is an error with its place, and harms nothing else`(
    _ executor: Bytes
  ) throws {
    let sandbox = Sandbox(
      "a: l\n    @inputs-from l\n    cp s a; echo a >> $RAN\nb: s\n    cp s b; echo b >> $RAN\n",
      files: ["s": "1", "l": "s\0"])
    let run = try sandbox.start([executor, "-k0", "a", "b"]).wait()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics.contains("l:1:2: error: found a NUL byte in a listing of 'a'"),
      "\(run.diagnostics)")
    #expect(sandbox.takeRan() == ["b"])
    for _ in 0..<2 {
      let again = try sandbox.start([executor, "b"]).wait()
      #expect(again.status == .exited(0))
      #expect(!again.diagnostics.contains("journal"), "\(again.diagnostics)")
    }
    #expect(sandbox.takeRan() == [])
    sandbox.write("l", "s\n")
    try sandbox.expectBuild("a", ran: ["a"])
    try sandbox.expectBuild("a", "b")
  }
}
