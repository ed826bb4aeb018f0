import Glibc
import Testing

@Suite struct SignalTests {
  /// `slow` starts a child, writes down both process ids, and waits.
  private func sandbox() -> Sandbox {
    Sandbox(
      """
      default first slow
      first:
          echo 1 > first; echo first >> $RAN
      slow: first go
          cat go > slow; echo slow >> $RAN
          sleep 1000 & echo $$ $! > pids.new
          mv pids.new pids
          wait

      """, files: ["go": "1"])
  }

  private func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 && !isZombie(pid) }

  /// Whether a process that was sent KILL is gone: on a busy machine it takes a moment to die.
  private func isGone(_ pid: Int32) -> Bool {
    for _ in 0..<2000 where isAlive(pid) { usleep(1000) }
    return !isAlive(pid)
  }

  private func isZombie(_ pid: Int32) -> Bool {
    readFile("/proc/\(pid)/stat")?.description.contains(") Z ") ?? true
  }

  private func pids(_ sandbox: Sandbox) -> [Int32] {
    sandbox.read("pids")?.description.split { $0.isWhitespace }.compactMap { Int32($0) } ?? []
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func `a signal ends recipes and their children, and the next build goes on from there`(
    _ signal: Int32, _ status: Int32
  ) throws {
    for executor in ["-j2", "--serial"] as [Bytes] {
      let sandbox = sandbox()
      let running = try sandbox.start([executor])
      sandbox.waitFor("pids")
      running.process.send(signal)
      let run = running.wait()
      #expect(run.status == .exited(status), "\(run.diagnostics)")
      let pids = pids(sandbox)
      #expect(pids.count == 2)
      for pid in pids { #expect(isGone(pid)) }
      #expect(sandbox.takeRan() == ["first", "slow"])
      #expect(!sandbox.exists("slow"))

      sandbox.write(
        "Schedfile",
        """
        default first slow
        first:
            echo 1 > first; echo first >> $RAN
        slow: first go
            cat go > slow; echo slow >> $RAN

        """)
      try sandbox.expectBuild(ran: ["slow"])
      try sandbox.expectBuild()
    }
  }

  @Test func `after kill -9, the next build ends what was left running, and starts over`() throws {
    let sandbox = sandbox()
    let running = try sandbox.start(["-j2"])
    sandbox.waitFor("pids")
    running.process.send(SIGKILL)
    #expect(running.wait().status == .killed(signal: SIGKILL))
    sandbox.write("Schedfile", "slow: go\n    cat go > slow; echo again >> $RAN\n")
    _ = sandbox.takeRan()
    try sandbox.expectBuild("slow", ran: ["again"])
    for pid in pids(sandbox) { #expect(isGone(pid)) }
    try sandbox.expectBuild("slow")
  }

  @Test(arguments: ["-j2", "--serial"] as [Bytes])
  func `a second Ctrl-C ends the grace at once`(_ executor: Bytes) throws {
    let sandbox = Sandbox(
      """
      out:
          trap 'echo 1 > told' TERM; echo 1 > started
          while :; do sleep 0.1; done

      """)
    let running = try sandbox.start([executor])
    sandbox.waitFor("started")
    running.process.send(SIGINT)
    sandbox.waitFor("told")
    let told = ContinuousClock.now
    running.process.send(SIGINT)
    #expect(running.wait().status == .exited(130))
    // The grace is five seconds, of which hardly any is over.
    #expect(ContinuousClock.now - told < .seconds(4))
  }

  @Test func `a recipe that ignores the signal is killed after the grace`() throws {
    let sandbox = Sandbox(
      "out:\n    trap '' TERM; echo 1 > started\n    while :; do sleep 0.1; done\n")
    let running = try sandbox.start([])
    sandbox.waitFor("started")
    running.process.send(SIGTERM)
    #expect(running.wait().status == .exited(143))
  }
}
