import Testing

/// Names that are longer than a table of paths holds are an error where they stand.
@Suite struct LongNameTests {
  private static let name = Bytes(Array(repeating: UInt8(ascii: "x"), count: 17_000_000))
  private static let message =
    "error: a path of 17000000 bytes is too long: the limit is 16777215\n"

  private func expect(
    _ schedfile: Bytes, _ place: String, files: [Bytes: Bytes] = [:], status: Int32 = 2,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try Sandbox(schedfile, files: files).sched()
    #expect(run.status == .exited(status), sourceLocation: sourceLocation)
    let text = String(run.diagnostics.prefix(400))
    #expect(text.contains("\(place): \(Self.message)"), "\(text)", sourceLocation: sourceLocation)
    // The line that it stands in is not shown whole.
    #expect(run.diagnostics.utf8.count < 10_000, sourceLocation: sourceLocation)
  }

  @Test func `in the Schedfile`() throws {
    try expect("all: " + Self.name + "\n    echo > all\n", "Schedfile:1:6")
    try expect("task " + Self.name + "\n    true\n", "Schedfile:1:6")
    try expect("all:\n    @after " + Self.name + "\n    echo > all\n", "Schedfile:2:12")
  }

  @Test func `from a command and from a file`() throws {
    let command: Bytes = "head -c 17000000 /dev/zero | tr '\\\\0' x"
    try expect("all: {{ shell(\"" + command + "\") }}\n    echo > all\n", "Schedfile:1:6")
    for statement in ["include", "subdir", "adopt", "default"] as [Bytes] {
      try expect(
        "name = {{ lines(\"names\") }}\n" + statement + " {{name}}\n",
        "Schedfile:2:\(statement.bytes.count + 2)",
        files: ["names": Self.name])
    }
  }

  @Test func `in a listing and in a depfile`() throws {
    try expect(
      "all: names\n    @inputs-from names\n    echo > all\n", "names:1:1",
      files: ["names": Self.name], status: 1)
    let sandbox = Sandbox(
      "all: names\n    @depfile d\n    (printf 'all: '; cat names) > d; echo > all\n",
      files: ["names": Self.name])
    let run = try sandbox.sched()
    #expect(run.status == .exited(1))
    #expect(
      run.diagnostics.contains(
        "cannot read the depfile 'd': it names a path of 17000000 bytes, which no file has"))
  }

  @Test func `a variable that is tracked stops nothing`() throws {
    let sandbox = Sandbox(
      "name = {{ lines(\"names\") }}\nall:\n    @env {{name}}\n    echo > all\n",
      files: ["names": Self.name])
    for _ in 1...2 { #expect(try sandbox.sched().status == .exited(0)) }
  }
}
