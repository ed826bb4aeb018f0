import Glibc
import Testing

/// Fewer descriptors or processes than as many recipes take as may run at once.
@Suite(.serialized) struct FewDescriptorsTests {
  private func sandbox(_ count: Int = 40) -> Sandbox {
    let targets = (0..<count).map { Bytes("t\($0): in\n    sleep 0.02; cat in > {{out}}\n") }
    let all = (0..<count).map { "t\($0)" }.joined(separator: " ")
    let sandbox = Sandbox(
      targets.reduce("", +) + Bytes("task all: \(all)\n"), files: ["in": "text\n"])
    sandbox.environment["SCHED"] = Programs.sched.description
    // As somebody else, who has no rights of root.
    sandbox.setMode(of: "", to: 0o777)
    return sandbox
  }

  private func expect(_ sandbox: Sandbox, _ run: Sandbox.Run, note reason: String, count: Int = 40)
  {
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    let notes = run.diagnostics.split(separator: "\n").filter { $0.hasPrefix("note: ") }
    #expect(notes.count == 1, "\(run.diagnostics)")
    let note = notes.first ?? ""
    #expect(note.hasPrefix("note: at most ") && note.contains("at once: \(reason)"), "\(note)")
    for index in 0..<count { #expect(sandbox.read(Bytes("t\(index)")) == "text\n") }
  }

  /// Without those that the test runner leaves to its children.
  private func withFewDescriptors(_ sandbox: Sandbox, _ line: String) throws -> Sandbox.Run {
    let close = """
      for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -gt 2 ] && eval "exec $n>&-"; done

      """
    return try sandbox.start(program: "bash", ["-c", Bytes(close + line)]).wait()
  }

  @Test(arguments: [20, 24, 40], ["", "2>&1"])
  func `with few descriptors fewer recipes run at once`(_ limit: Int, _ redirection: String) throws
  {
    let sandbox = sandbox()
    var run = try withFewDescriptors(sandbox, "ulimit -n \(limit); $SCHED -j64 all \(redirection)")
    run.diagnostics += run.output
    expect(sandbox, run, note: "no more than \(limit) files may be open ('ulimit -n')")
  }

  @Test func `one after the other needs no note`() throws {
    let sandbox = sandbox(5)
    for jobs in ["--serial", "-j1"] {
      let run = try withFewDescriptors(sandbox, "ulimit -n 20; $SCHED --quiet -B \(jobs) all")
      #expect(run.status == .exited(0) && run.diagnostics == "")
    }
  }

  @Test(arguments: [8, 9, 10, 11, 12])
  func `with too few descriptors for anything the message names the limit`(_ limit: Int) throws {
    let sandbox = sandbox(1)
    let run = try withFewDescriptors(sandbox, "ulimit -n \(limit); $SCHED -j64 t0")
    guard run.status != .exited(0) else { return #expect(limit > 8) }
    #expect(run.diagnostics.contains("error: "))
    #expect(
      run.diagnostics.contains("too many open files ('ulimit -n' is \(limit))"),
      "\(run.diagnostics)")
  }

  @Test(.enabled(if: geteuid() == 0), arguments: [(8, 54_301), (16, 54_302), (40, 54_303)])
  func `with few processes fewer recipes run at once`(_ limit: Int, _ user: Int) throws {
    let sandbox = sandbox()
    let line = "ulimit -u \(limit); exec $SCHED -j64 all"
    let run = try sandbox.start(
      program: "setpriv",
      [Bytes("--reuid=\(user)"), "--clear-groups", "bash", "-c", Bytes(line)]
    ).wait()
    expect(sandbox, run, note: "no more than \(limit) processes may run ('ulimit -u')")
  }

  @Test(.enabled(if: ControlGroup.isAvailable))
  func `a control group of few processes does the same`() throws {
    let sandbox = sandbox()
    let group = try #require(ControlGroup(processes: 12))
    let line = Bytes("echo $$ > \(group.path)/cgroup.procs; exec $SCHED -j64 all")
    let run = try sandbox.start(program: "sh", ["-c", line]).wait()
    expect(sandbox, run, note: "no more than 12 processes may run ('pids.max')")
  }
}

/// A control group of the first version that limits processes.
private final class ControlGroup {
  static let parent = "/sys/fs/cgroup/pids"
  static var isAvailable: Bool {
    geteuid() == 0 && access(parent + "/cgroup.procs", W_OK) == 0
      && readFile("/proc/self/cgroup")?.description.contains(":pids:/\n") ?? false
  }

  let path: String

  init?(processes: Int) {
    path = Self.parent + "/sched-test-\(getpid())"
    guard mkdir(path, 0o755) == 0 else { return nil }
    writeFile(Bytes("\(path)/pids.max"), Bytes("\(processes)\n"), mode: 0o644)
  }

  deinit { rmdir(path) }
}
