import Glibc
import Testing

/// Keys that end what has the terminal, while a recipe has it: sched is not told, and ends all the same.
@Suite struct TerminalKeyTests {
  private static let executors = ["--serial", "-j2", "--mpi"]
  private let controlC = "\u{3}"
  private let controlBackslash = "\u{1C}"

  /// `next` would run after `ask` if the build went on.
  private func sandbox(_ recipe: String) -> Sandbox {
    let sandbox = Sandbox(
      Bytes(
        """
        task ask
            @console
            \(recipe)
        task next
            echo next >> "$RAN"
        task both: ask next
        task other
            trap 'echo over > over; exit 0' TERM
            echo 1 > runs; while :; do sleep 0.05; done

        """))
    sandbox.environment["SCHED"] = Programs.sched.description
    return sandbox
  }

  private func start(_ sandbox: Sandbox, _ words: String) throws -> (PseudoTerminal, ChildProcess) {
    sandbox.write("script", Bytes("set -m\n$SCHED \(words); echo \"ended $?.\"\n"))
    let terminal = try PseudoTerminal()
    return (terminal, try sandbox.start(on: terminal, program: "bash", ["script"]))
  }

  private func expectEnd(
    _ status: Int, after type: String, _ recipe: String, _ executor: String
  ) throws {
    let sandbox = sandbox(recipe)
    let (terminal, shell) = try start(sandbox, "\(executor) -k0 ask next")
    sandbox.waitFor("ready")
    // A shell that gets the signal while it starts a program lets that go on.
    usleep(200_000)
    terminal.type(type)
    terminal.waitFor("ended \(status).")
    #expect(shell.wait() == .exited(0))
    if executor == "--serial", status > 128 { #expect(sandbox.takeRan() == []) }
  }

  @Test(
    arguments: [
      "echo 1 > ready; exec sleep 1000",
      "sh -c 'echo 1 > ready; exec sleep 1000'; echo more",
      "trap 'exit 130' INT; trap 'exit 131' QUIT; echo 1 > ready; while :; do sleep 0.05; done",
    ], executors)
  func `a recipe that ends by a key interrupts the build`(_ recipe: String, _ executor: String)
    throws
  {
    try expectEnd(130, after: controlC, recipe, executor)
    try expectEnd(131, after: controlBackslash, recipe, executor)
  }

  @Test(arguments: executors)
  func `one that makes something else of the key goes on, and what it says counts`(
    _ executor: String
  ) throws {
    let wait = "echo 1 > ready; while :; do sleep 0.05; done"
    try expectEnd(0, after: controlC, "trap 'exit 0' INT; \(wait)", executor)
    try expectEnd(1, after: controlC, "trap 'exit 3' INT; \(wait)", executor)
  }

  @Test(arguments: executors)
  func `a terminal that is closed is an interruption too`(_ executor: String) throws {
    let sandbox = sandbox("echo $$ > ready; exec sleep 1000")
    let (terminal, shell) = try start(sandbox, "\(executor) ask")
    sandbox.waitFor("ready")
    let recipe = try #require(Int32(sandbox.read("ready")?.description.dropLast() ?? ""))
    // The system tells whoever has the terminal, and a shell that is gone tells nobody.
    kill(-recipe, SIGHUP)
    terminal.waitFor("ended 129.")
    #expect(shell.wait() == .exited(0))
  }

  @Test(
    arguments: ["exit 0", "exit 3", "exit 130"],
    [(SIGTERM, 143), (SIGHUP, 129), (SIGINT, 130)] as [(Int32, Int)])
  func `a signal to sched is one, whatever the recipe makes of it`(
    _ end: String, _ signal: (Int32, Int)
  ) throws {
    for executor in Self.executors {
      let sandbox = sandbox("trap '\(end)' TERM; echo 1 > ready; while :; do sleep 0.05; done")
      sandbox.write(
        "script",
        Bytes(
          "set -m\n$SCHED \(executor) both & echo $! > pid; fg >/dev/null; echo \"ended $?.\"\n"))
      let terminal = try PseudoTerminal()
      let shell = try sandbox.start(on: terminal, program: "bash", ["script"])
      sandbox.waitFor("ready")
      let sched = try #require(Int32(sandbox.read("pid")?.description.dropLast() ?? ""))
      kill(sched, signal.0)
      terminal.waitFor("ended \(signal.1).")
      #expect(shell.wait() == .exited(0))
      let ran = sandbox.takeRan()
      #expect(executor != "--serial" || ran == [])
    }
  }

  @Test func `other recipes end with it`() throws {
    let sandbox = sandbox("echo 1 > ready; exec sleep 1000")
    let (terminal, shell) = try start(sandbox, "-j2 -k0 ask other")
    sandbox.waitFor("ready")
    sandbox.waitFor("runs")
    terminal.type(controlC)
    terminal.waitFor("sched: interrupted")
    terminal.waitFor("ended 130.")
    #expect(shell.wait() == .exited(0))
    #expect(sandbox.read("over") == "over\n")
  }

  @Test func `a status without a key that had the terminal is a failure`() throws {
    let sandbox = sandbox("exit 130")
    #expect(try sandbox.sched("ask").status == .exited(1))
  }
}
