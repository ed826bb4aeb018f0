import Testing

/// Loops over directories, which are read ahead: what they hold is what lies there when they are asked for.
struct DirectoryLoopTests {
  private static let names = (0..<40).map { "d\($0 / 10)\($0 % 10)" }

  private func sandbox(_ names: [String], _ body: String) -> Sandbox {
    let sandbox = Sandbox(
      Bytes(
        "files =\nfor d in \(names.joined(separator: " "))\n\(body)"
          + "    files += {{glob(\"in/{{d}}/*.c\")}}\nend\n"
          + "list: {{files}}\n    printf '%s\\n' {{in}} > {{out}}\n"))
    for name in Self.names {
      sandbox.write(Bytes("in/\(name)/a.c"), "")
      sandbox.write(Bytes("in/\(name)/b.h"), "")
    }
    return sandbox
  }

  private func lines(_ files: [String]) -> Bytes { Bytes(files.map { $0 + "\n" }.joined()) }

  @Test func `directories in their order, in another one, and some that are not there`() throws {
    for order in [
      Self.names, Self.names.reversed(), Array(Self.names[5...]) + ["none"] + Self.names[..<5],
      Self.names.filter { $0.hasSuffix("3") || $0.hasSuffix("4") } + ["zz"],
    ] {
      let sandbox = sandbox(order, "")
      try sandbox.sched()
      #expect(
        sandbox.read("list") == lines(order.filter(Self.names.contains).map { "in/\($0)/a.c" }))
    }
  }

  @Test func `what a command of the loop writes is seen`() throws {
    // Each command fills the directory after the next one, which was read ahead otherwise.
    let body = """
          next = {{shell("n=$(printf %02d $((1{{replace(d, 'd', '')}} - 98))); mkdir -p in/d$n; touch in/d$n/new.c; echo d$n")}}

      """
    let sandbox = sandbox(Self.names, body)
    try sandbox.sched()
    let expected = Self.names.enumerated().flatMap { index, name in
      index < 2 ? ["in/\(name)/a.c"] : ["in/\(name)/a.c", "in/\(name)/new.c"]
    }
    #expect(sandbox.read("list") == lines(expected))
  }

  @Test func `a command in the middle of a loop is seen, too`() throws {
    let body = """
          if d == "d20"
              made = {{shell("for n in 21 22 30 39; do touch in/d$n/new.c; done; echo yes")}}
          end

      """
    let sandbox = sandbox(Self.names, body)
    try sandbox.sched()
    let expected = Self.names.flatMap { name in
      ["d21", "d22", "d30", "d39"].contains(name)
        ? ["in/\(name)/a.c", "in/\(name)/new.c"] : ["in/\(name)/a.c"]
    }
    #expect(sandbox.read("list") == lines(expected))
  }
}
