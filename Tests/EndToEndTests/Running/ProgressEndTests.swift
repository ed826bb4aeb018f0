import Testing

/// A build ends at `[n/n]`, also when early cutoff drops what was counted.
@Suite struct ProgressEndTests {
  @Test func `recipes that turn out not to be needed are not counted when one ends`() throws {
    let sandbox = Sandbox.program()
    sandbox.write("a.c", "alpha\n\n")
    try sandbox.sched()
    _ = sandbox.takeRan()
    sandbox.write("a.c", "alpha\n#\n")
    try sandbox.expect("-j2", errors: "[1/1] a.o\n", ran: ["a.o"])
  }

  @Test func `a line that came before that is known is followed by one that says so`() throws {
    let sandbox = Sandbox.program()
    sandbox.write("a.c", "alpha\n\n")
    try sandbox.sched()
    _ = sandbox.takeRan()
    sandbox.write("a.c", "alpha\n#\n")
    try sandbox.expect(
      "--serial", errors: "[1/2] a.o\n[1/1] the rest is up to date\n", ran: ["a.o"])
  }
}
