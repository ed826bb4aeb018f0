import Testing

/// What is known stays known when the journal becomes a part of a new snapshot.
@Suite struct FoldTests {
  /// Twenty targets whose recipes are so long that one build of them is worth a fold.
  private func schedfile(_ others: String, saying word: String) -> Bytes {
    let names = (0..<20).map { "long\($0)" }
    let text = String(
      repeating: "    : \(word) and the rest of this line is only long\n", count: 1600)
    return Bytes(
      "default a b \(names.joined(separator: " "))\n" + others
        + names.map { "\($0):\n    echo \($0) >> \"$RAN\"\n    echo \(word) > \($0)\n\(text)" }
        .joined())
  }

  private static let names = (0..<20).map { "long\($0)" }
  private static let b = "b:\n    echo b >> \"$RAN\"\n    echo > b\n"

  private func isFolded(_ sandbox: Sandbox, to generation: Int) -> Bool {
    sandbox.read(".sched/current") == "\(generation)\n"
  }

  @Test func `why tells facts from the journal and from the snapshot`() throws {
    let a = "a:\n    echo 1 > a\n"
    let sandbox = Sandbox(schedfile(a + Self.b, saying: "one"))
    try sandbox.expectBuild(ran: ["b"] + Self.names)
    #expect(isFolded(sandbox, to: 2))
    sandbox.write("Schedfile", schedfile("a:\n    echo 2 > a\n" + Self.b, saying: "one"))
    let told = "a: its recipe changed\n  - echo 1 > a\n  + echo 2 > a\n"
    try sandbox.expect("why", "a", output: told)
    try sandbox.expectBuild()
    // The newest facts of 'a' are in the journal.
    sandbox.write("Schedfile", schedfile(a + Self.b, saying: "one"))
    try sandbox.expect(
      "why", "a", output: "a: its recipe changed\n  - echo 2 > a\n  + echo 1 > a\n")
    // And then in the next snapshot, which is made of both.
    sandbox.write("Schedfile", schedfile("a:\n    echo 2 > a\n" + Self.b, saying: "two"))
    try sandbox.expectBuild(ran: Self.names)
    #expect(isFolded(sandbox, to: 3))
    sandbox.write("Schedfile", schedfile(a + Self.b, saying: "two"))
    try sandbox.expect(
      "why", "a", output: "a: its recipe changed\n  - echo 2 > a\n  + echo 1 > a\n")
    try sandbox.expect("why", "long7", output: "long7: it is up to date\n")
  }

  @Test func `what is pruned after a fold is that and nothing else`() throws {
    let a = "a:\n    echo 1 > a\n"
    let sandbox = Sandbox(
      schedfile(a + Self.b + "default z\nz:\n    echo > z\n", saying: "one"))
    try sandbox.expectBuild(ran: ["b"] + Self.names)
    // The record of 'a' alone goes with the fold, and all after it get other numbers.
    sandbox.write(
      "Schedfile", schedfile("a a2:\n    echo 2 | tee a > a2\n" + Self.b, saying: "two"))
    try sandbox.expectBuild("--prune", ran: Self.names)
    #expect(isFolded(sandbox, to: 3))
    #expect(!sandbox.exists("z"))
    let next = try sandbox.start([]).wait()
    #expect(next.diagnostics == "sched: nothing to do\n")
    #expect(sandbox.takeRan() == [])
    try sandbox.expect("clean", "--orphans")
    for name in ["a", "a2", "b"] + Self.names { #expect(sandbox.exists(Bytes(name))) }
  }

  @Test func `values keep their texts through a fold`() throws {
    let value = "value v\n    echo text\na:\n    echo {{v}} > a\n"
    let sandbox = Sandbox(schedfile(value + Self.b, saying: "one"))
    try sandbox.expectBuild(ran: ["b"] + Self.names)
    try sandbox.expectBuild()
    #expect(sandbox.read("a") == "text\n")
    sandbox.write(
      "Schedfile",
      schedfile("value v\n    echo other\na:\n    echo {{v}} > a\n" + Self.b, saying: "one"))
    try sandbox.expectBuild()
    #expect(sandbox.read("a") == "other\n")
  }
}
