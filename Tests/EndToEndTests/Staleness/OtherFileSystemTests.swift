import Glibc
import Testing

/// Outputs that a rename does not take to `.sched`.
@Suite struct OtherFileSystemTests {
  /// A project whose directory `m` is on the file system of /dev/shm.
  private final class Project {
    let sandbox: Sandbox
    let other: Bytes

    init(_ schedfile: Bytes) {
      var template = Array("/dev/shm/sched-test-XXXXXX".utf8CString)
      precondition(mkdtemp(&template) != nil, "cannot make a directory in /dev/shm")
      other = Bytes(template.dropLast().map { UInt8(bitPattern: $0) })
      sandbox = Sandbox(schedfile)
      sandbox.link("m", to: other)
    }

    deinit { removeTree(other) }
  }

  @Test func `what is not sched's is copied whole and then removed`() throws {
    let project = Project(
      "default m/out m/d/\nm/out:\n    echo 1 > m/out\nm/d/:\n    mkdir m/d; echo 1 > m/d/x\n")
    let sandbox = project.sandbox
    sandbox.write("m/out", "mine", isExecutable: true)
    sandbox.setTime(of: "m/out", to: 1_000_000_000)
    sandbox.write("m/d/in/file", "deep")
    sandbox.link("m/d/link", to: "nowhere")
    try sandbox.expectBuild()
    #expect(sandbox.read("m/out") == "1\n")
    #expect(sandbox.files(below: "m/d") == ["x"])
    let kept: Bytes = ".sched/replaced/m"
    #expect(sandbox.files(below: kept) == ["d/in/file", "d/link", "out"])
    #expect(sandbox.read(kept + "/out") == "mine")
    #expect(sandbox.modificationTime(of: kept + "/out").tv_sec == 1_000_000_000)
    #expect(access(sandbox.path(kept + "/out").description, X_OK) == 0)
    #expect(sandbox.read(kept + "/d/in/file") == "deep")
  }

  @Test func `what cannot be copied whole stays, however often it is tried`() throws {
    let project = Project("m/d/:\n    mkdir m/d; echo 1 > m/d/x\n")
    let sandbox = project.sandbox
    sandbox.write("m/d/a", "mine")
    sandbox.write("m/d/z", "mine")
    _ = sandbox.path("m/d/pipe").withCString { mkfifo($0, 0o644) }
    for _ in 1...2 {
      let run = try sandbox.sched()
      #expect(run.status == .exited(1))
      #expect(run.diagnostics.contains("cannot move 'm/d' aside: "), "\(run.diagnostics)")
      #expect(sandbox.files(below: "m/d") == ["a", "pipe", "z"])
      #expect(sandbox.files(below: ".sched/replaced") == [])
    }
  }

  @Test func `the same content is copied once`() throws {
    let project = Project("m/out:\n    echo 1 > m/out\n")
    let sandbox = project.sandbox
    for _ in 1...2 {
      sandbox.write("m/out", "mine")
      try sandbox.expectBuild()
    }
    #expect(sandbox.files(below: ".sched/replaced") == ["m/out"])
  }

  private func copies(_ sandbox: Sandbox) -> [String] {
    sandbox.files(below: ".sched/replaced").filter { $0.hasPrefix(".copy-") }
  }

  @Test(
    arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)],
    ["--serial", "-j2"] as [Bytes])
  func `a signal ends the copying, and leaves nothing of it`(
    _ signal: (Int32, Int32), _ executor: Bytes
  ) throws {
    let project = Project("m/out:\n    echo 1 > m/out\n")
    let sandbox = project.sandbox
    sandbox.write("m/out", "mine")
    // Less than the limit of what is copied.
    _ = sandbox.path("m/out").withCString { truncate($0, 9 << 30) }
    let running = try sandbox.start([executor])
    for _ in 0..<10_000 where copies(sandbox).isEmpty { usleep(1000) }
    let clock = ContinuousClock()
    let began = clock.now
    running.process.send(signal.0)
    let run = running.wait()
    // Ten times what is promised: other tests run beside this one.
    #expect(clock.now - began < .seconds(10))
    #expect(run.status == .exited(signal.1))
    #expect(run.diagnostics.hasSuffix("sched: interrupted\n"), "\(run.diagnostics)")
    #expect(!run.diagnostics.contains("error:"), "\(run.diagnostics)")
    #expect(sandbox.files(below: ".sched/replaced") == [])
    var status = stat()
    #expect(sandbox.path("m/out").withCString { stat($0, &status) } == 0)
    #expect(status.st_size == 9 << 30)
  }

  @Test func `a copy that a killed sched was making goes with the next one`() throws {
    let project = Project("m/out:\n    echo 1 > m/out\n")
    let sandbox = project.sandbox
    var name = [CChar](repeating: 0, count: 256)
    #expect(gethostname(&name, 255) == 0)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let dead = try sandbox.start(program: "true", [])
    _ = dead.wait()
    let kept: Bytes = ".sched/replaced/"
    sandbox.write(kept + Bytes(".copy-\(host)-\(dead.process.pid)-1"), "half")
    sandbox.write(kept + Bytes(".copy-\(host)-\(getpid())-1"), "of one that runs")
    sandbox.write(kept + ".copy-elsewhere-1-1", "of another host")
    sandbox.write("m/out", "mine")
    try sandbox.expectBuild()
    #expect(
      sandbox.files(below: ".sched/replaced")
        == [".copy-elsewhere-1-1", ".copy-\(host)-\(getpid())-1", "m/out"].sorted())
  }
}
