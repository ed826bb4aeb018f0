import Glibc
import Testing

/// What takes long without any recipe ends within a second of a signal, and the state stays good.
struct LongReadTests {
  /// More than is read in the time of a test; it takes no room on the disk.
  private func makeHuge(_ file: Bytes, in sandbox: Sandbox) {
    sandbox.write(file, "")
    _ = sandbox.path(file).withCString { truncate($0, 60 << 30) }
  }

  /// Runs sched, sends it a signal after a moment, and says how it ended and after how long.
  private func interrupt(
    _ sandbox: Sandbox, _ arguments: [Bytes], with signal: Int32, once file: Bytes? = nil
  ) throws -> (status: ChildProcess.Status, time: Duration) {
    let running = try sandbox.start(arguments)
    if let file { sandbox.waitFor(file) }
    usleep(500_000)
    #expect(running.process.poll() == nil, "it ended too early")
    let clock = ContinuousClock()
    let began = clock.now
    running.process.send(signal)
    return (running.process.wait(), clock.now - began)
  }

  // Ten times what is promised: other tests run beside this one.
  private let limit = Duration.seconds(10)

  @Test(
    arguments: [
      ["a"], ["-q", "a"], ["-n", "a"], ["--serial", "a"], ["made"], ["found"], ["whole"],
    ] as [[Bytes]])
  func `a signal ends the reading of what is huge`(_ arguments: [Bytes]) throws {
    let sandbox = Sandbox(
      """
      small: in
          cp {{in}} {{out}}; echo small >> "$RAN"
      a: small huge
          touch {{out}}
      made: small
          truncate -s 60G {{out}}; echo yes > started
      found: small
          @depfile found.d
          touch {{out}}; echo 'found: huge' > found.d; echo yes > started
      whole: small directory/
          touch {{out}}

      """, files: ["in": "1", "huge": "1"])
    try sandbox.expectBuild("a", ran: ["small"])
    makeHuge("huge", in: sandbox)
    makeHuge("directory/inner/huge", in: sandbox)
    let hasRecipe = arguments == ["made"] || arguments == ["found"]
    let (status, time) = try interrupt(
      sandbox, arguments, with: SIGTERM, once: hasRecipe ? "started" : nil)
    #expect(status == .exited(143))
    #expect(time < limit)
    try sandbox.expectBuild("small")
  }

  @Test(arguments: ["--serial", "-j2", "--mpi"] as [Bytes])
  func `a large directory that a recipe leaves is removed, and nobody's in the next build`(
    _ executor: Bytes
  ) throws {
    let sandbox = Sandbox(
      """
      d/:
          mkdir d; seq 1 6000 | (cd d; xargs touch); echo yes > started
          [ -e quick ] || sleep 1000

      """)
    let (status, _) = try interrupt(sandbox, [executor], with: SIGTERM, once: "started")
    #expect(status == .exited(143))
    #expect(!sandbox.exists("d"))
    sandbox.write("quick", "")
    try sandbox.expectBuild(executor)
    #expect(!sandbox.exists(".sched/replaced/d"))
  }

  @Test(arguments: [["why"], ["-n"], ["-q"]] as [[Bytes]])
  func `a command that was interrupted says so`(_ arguments: [Bytes]) throws {
    let sandbox = Sandbox("a: huge\n    touch a\n", files: ["huge": "1"])
    try sandbox.expectBuild()
    makeHuge("huge", in: sandbox)
    let running = try sandbox.start(arguments)
    usleep(500_000)
    running.process.send(SIGTERM)
    let run = running.wait()
    #expect(run.status == .exited(143))
    #expect(run.diagnostics.hasSuffix("sched: interrupted\n"), "\(run.diagnostics)")
  }

  @Test func `Ctrl-C ends a command that the Schedfile runs, and all that it started`() throws {
    let sandbox = Sandbox("x = {{ shell(\"echo $$ > id; sleep 300; true\") }}\ntask t\n    true\n")
    let (status, time) = try interrupt(sandbox, ["list"], with: SIGINT, once: "id")
    #expect(status == .exited(130))
    #expect(time < limit)
    let text = try #require(sandbox.read("id")).description
    let group = try #require(pid_t(text.dropLast()))
    for _ in 0..<100 where kill(-group, 0) == 0 { usleep(100_000) }
    #expect(kill(-group, 0) != 0)
  }

  @Test(arguments: ["pipe", "device", "huge"] as [Bytes])
  func `what is read as text is a file of a sensible length`(_ name: Bytes) throws {
    let sandbox = Sandbox(files: ["in": "1"])
    makeHuge("huge", in: sandbox)
    _ = sandbox.path("pipe").withCString { mkfifo($0, 0o644) }
    sandbox.link("device", to: "/dev/zero")
    let texts: [Bytes] = [
      "include " + name + "\n", "include? " + name + "\n", "x = {{ lines(\"" + name + "\") }}\n",
      "a:\n    @inputs-from " + name + "\n    touch a\n",
      "a:\n    @depfile a.d\n    ln -s " + name + " a.d; touch a\n",
    ]
    for text in texts {
      sandbox.write("Schedfile", text)
      let result = try sandbox.sched("--serial")
      #expect([.exited(1), .exited(2)].contains(result.status), "\(text)")
      let isTold = ["cannot read", "is no file", "is not a file", "which cannot be an input"]
        .contains {
          result.diagnostics.contains($0)
        }
      #expect(isTold, "\(text) \(result.diagnostics)")
    }
    sandbox.remove("Schedfile")
    sandbox.link("Schedfile", to: name)
    #expect(try sandbox.sched("list").status == .exited(2))
    #expect(try sandbox.sched("fmt").status == .exited(2))
  }
}
