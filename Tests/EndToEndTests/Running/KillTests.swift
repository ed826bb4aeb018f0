import Glibc
import Testing

@Suite struct KillTests {
  /// 60 targets in layers, each from two of the layer below; every recipe takes a moment.
  private func sandbox() -> Sandbox {
    var schedfile: Bytes = "default {{ map(lines(\"names\"), \"%\", \"6/%\") }}\n"
    for layer in 1...6 {
      for name in 0..<10 {
        let inputs =
          layer == 1
          ? "in" : "\(layer - 1)/\(name) \(layer - 1)/\((name + layer) % 10)"
        schedfile =
          schedfile
          + "\(layer)/\(name): \(inputs)\n    cat {{in}} > {{out}}; echo {{out}} >> $RAN\n"
      }
    }
    return Sandbox(
      schedfile, files: ["names": Bytes((0..<10).map { "\($0)\n" }.joined()), "in": "1\n"])
  }

  @Test(arguments: 0..<12)
  func `killed at any moment, the next build makes what a build from scratch would`(_ seed: Int)
    throws
  {
    let sandbox = sandbox()
    var moments = SystemRandomNumberGenerator()
    for content in ["1\n", "2\n"] as [Bytes] {
      sandbox.write("in", content)
      let running = try sandbox.start([seed.isMultiple(of: 2) ? "-j2" : "--serial"])
      usleep(UInt32.random(in: 1000..<120_000, using: &moments))
      running.process.send(SIGKILL)
      _ = running.wait()
    }
    _ = sandbox.takeRan()
    try sandbox.sched()
    let rest = sandbox.takeRan()
    #expect(Set(rest).count == rest.count, "each runs at most once")
    for name in 0..<10 {
      #expect(sandbox.read("6/\(name)") == Bytes(String(repeating: "2\n", count: 32)))
    }
    try sandbox.expectBuild()
  }

  @Test(arguments: 0..<8)
  func `killed at any moment, what people had put in the place of outputs is kept`(_ seed: Int)
    throws
  {
    let sandbox = Sandbox(
      """
      default {{ map(lines("names"), "%", "out/%") }} {{ map(lines("names"), "%", "dir/%/") }}
      out/%: in
          echo half > {{out}}; cp in {{out}}
      dir/%/: in
          mkdir {{out}}; cp in {{out}}

      """, files: ["names": Bytes((0..<20).map { "\($0)\n" }.joined()), "in": "made"])
    for name in 0..<20 {
      sandbox.write("out/\(name)", "mine \(name)")
      sandbox.write("dir/\(name)/file", "mine below \(name)")
    }
    let arguments: [Bytes] = [seed.isMultiple(of: 2) ? "-j3" : "--serial"]
    var moments = SystemRandomNumberGenerator()
    let running = try sandbox.start(arguments)
    usleep(UInt32.random(in: 10_000..<300_000, using: &moments))
    running.process.send(SIGKILL)
    _ = running.wait()
    #expect(try sandbox.start(arguments).wait().status == .exited(0))
    for name in 0..<20 {
      #expect(sandbox.read("out/\(name)") == "made")
      #expect(sandbox.read("dir/\(name)/in") == "made")
      #expect(sandbox.read(".sched/replaced/out/\(name)") == Bytes("mine \(name)"))
      #expect(sandbox.read(".sched/replaced/dir/\(name)/file") == Bytes("mine below \(name)"))
    }
    // What recipes had left is nobody's.
    #expect(sandbox.files(below: ".sched/replaced").count == 40)
  }
}
