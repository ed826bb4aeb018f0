import Testing

/// Outputs that are the root or hold it, or lead back into it, by whatever name.
@Suite struct OutputAtRootTests {
  private func sandbox(_ output: Bytes, links: [Bytes: Bytes] = [:]) -> Sandbox {
    let sandbox = Sandbox("\(output):\n    echo > \(output); echo ran >> $RAN\n")
    for (link, text) in links { sandbox.link(link, to: text) }
    return sandbox
  }

  @Test func `an output behind a link to the root is an error`() throws {
    let sandbox = sandbox("me/a", links: ["me": "."])
    for command: Bytes in ["build", "check", "why"] {
      try sandbox.expect(
        command,
        errors: """
          Schedfile:1:1: error: 'me/a' cannot be an output: 'me' is the project's root
              1 | me/a:
                | ^~~~
                = hint: write 'a'

          """, status: 2)
    }
    #expect(sandbox.files() == ["Schedfile", "me"])
  }

  @Test func `a link above the root leads back into it as well`() throws {
    let sandbox = sandbox("up/tree/d/a", links: ["up": ".."])
    try sandbox.expect(
      errors: """
        Schedfile:1:1: error: 'up/tree/d/a' cannot be an output: 'up/tree' is the project's root
            1 | up/tree/d/a:
              | ^~~~~~~~~~~
              = hint: write 'd/a'

        """, status: 2)
  }

  @Test func `the root by its own name from above is the root`() throws {
    try sandbox("../tree/").expect(
      errors: """
        Schedfile:1:1: error: '../tree/' cannot be an output: it is or holds the project's root, a source, or sched's own files
            1 | ../tree/:
              | ^~~~~~~~

        """, status: 2)
    let below = sandbox("../tree/a")
    try below.expectBuild("a", ran: ["ran"])
    try below.expectBuild("../tree/a")
  }

  @Test(arguments: ["../", "..", "/tmp/", "/"] as [Bytes])
  func `what holds the root is no output`(_ output: Bytes) throws {
    let run = try sandbox(output).sched()
    #expect(run.diagnostics.contains("cannot be an output: it "), "\(run.diagnostics)")
    #expect(run.status == .exited(2))
  }

  @Test func `sched's own directory is found behind a link`() throws {
    let sandbox = sandbox("sub/state/x", links: ["sub/state": "../.sched"])
    try sandbox.sched("check")
    sandbox.write(".sched/.gitignore", "*\n")
    try sandbox.expect(
      errors: """
        Schedfile:1:1: error: 'sub/state/x' cannot be an output: 'sub/state' is sched's own directory
            1 | sub/state/x:
              | ^~~~~~~~~~~

        """, status: 2)
  }

  @Test func `an output that is itself a link to the root is fine`() throws {
    let sandbox = Sandbox("me:\n    ln -s . me; echo me >> $RAN\n")
    try sandbox.expectBuild(ran: ["me"])
    try sandbox.expectBuild()
    sandbox.write("x", "1")
    try sandbox.expectBuild()
    sandbox.makeDirectory("d")
    sandbox.remove("me")
    sandbox.link("me", to: "d")
    try sandbox.expectBuild(ran: ["me"])
    try sandbox.expectBuild()
  }

  @Test func `an output outside, beside the root, is fine`() throws {
    let sandbox = sandbox("../beside/a")
    try sandbox.expectBuild(ran: ["ran"])
    try sandbox.expectBuild()
  }
}
