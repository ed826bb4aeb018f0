import Testing

@Suite struct ColorTests {
  private func isColored(_ sandbox: Sandbox, _ arguments: Bytes...) throws -> Bool {
    let run = try sandbox.start(arguments).wait()
    return run.diagnostics.contains("\u{1B}[")
  }

  private let failing: Bytes = "task t:\n    exit 1\n"

  @Test func `no colours in a file or pipe, unless they are asked for`() throws {
    let sandbox = Sandbox(failing)
    #expect(try !isColored(sandbox, "t"))
    #expect(try isColored(sandbox, "t", "--color=always"))
    #expect(try !isColored(sandbox, "t", "--color=never"))
  }

  @Test func `asked for, they come even with NO_COLOR`() throws {
    let sandbox = Sandbox(failing)
    sandbox.environment["NO_COLOR"] = "1"
    #expect(try isColored(sandbox, "t", "--color=always"))
  }
}
