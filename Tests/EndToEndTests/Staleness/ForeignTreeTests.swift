import Glibc
import Testing

/// A tree that another tool made: one line says what happens to it.
@Suite(.serialized) struct ForeignTreeTests {
  /// `make`, and a Schedfile for the same files.
  private func sandbox(_ count: Int) -> Sandbox {
    let sandbox = Sandbox(
      """
      app: {{ map(glob("*.c"), "%.c", "out/%.o") }}
          cat {{in}} > {{out}}
      out/%.o: %.c
          @depfile out/{{stem}}.d
          cp {{in}} {{out}}; echo "{{out}}: {{in}}" > {{depfile}}

      """)
    for number in 1...count {
      sandbox.write("f\(number).c", "\(number)\n")
      sandbox.write("out/f\(number).o", "by make\n")
      sandbox.write("out/f\(number).d", "by make\n")
    }
    sandbox.write("app", "by make\n")
    return sandbox
  }

  private func notes(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasPrefix("note: ") }
  }

  private static func line(_ count: Int) -> String {
    "note: \(count) files that sched did not make lie in the place of outputs, such as "
  }

  @Test(arguments: [["-j2"], ["--serial"], ["--mpi"]] as [[Bytes]])
  func `one line tells of all of it`(_ words: [Bytes]) throws {
    let sandbox = sandbox(30)
    let run =
      words == ["--mpi"]
      ? try sandbox.mpirun(ranks: 3, words) : try sandbox.start(words).wait()
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    let notes = notes(run.diagnostics)
    #expect(notes.count == 1, "\(run.diagnostics)")
    #expect(notes.first?.hasPrefix(Self.line(61)) == true, "\(run.diagnostics)")
    #expect(run.diagnostics.contains("[31/31] app\n"))
    #expect(sandbox.files(below: ".sched/replaced").count == 61)
    #expect(sandbox.read(".sched/replaced/out/f7.o") == "by make\n")
    try sandbox.expectBuild()
  }

  @Test func `where the objects are gone, depfiles are told of in one line, too`() throws {
    let sandbox = sandbox(10)
    for number in 1...10 { sandbox.remove("out/f\(number).o") }
    sandbox.remove("app")
    let run = try sandbox.sched()
    #expect(notes(run.diagnostics).count == 1, "\(run.diagnostics)")
    #expect(run.diagnostics.hasPrefix(Self.line(10)))
  }

  @Test func `a few have a note each`() throws {
    let sandbox = sandbox(1)
    let run = try sandbox.sched()
    #expect(
      notes(run.diagnostics).filter { $0.contains("was not as sched had made it") }.count == 3,
      "\(run.diagnostics)")
  }

  @Test func `it is said before anything is moved`() throws {
    let sandbox = Sandbox(
      """
      default a b c d
      a:
          echo > begun; sleep 60
      b c d:
          touch b c d

      """)
    for name in ["a", "b", "c", "d"] as [Bytes] { sandbox.write(name, "mine\n") }
    let build = try sandbox.start(["--serial"])
    sandbox.waitFor("begun")
    build.process.send(SIGKILL)
    let run = build.wait()
    #expect(run.diagnostics.contains(Self.line(4)), "\(run.diagnostics)")
    #expect(sandbox.read("b") == "mine\n")
    try sandbox.sched("b")
  }

  @Test func `many edited outputs end in one line`() throws {
    let sandbox = sandbox(10)
    try sandbox.sched()
    for number in 1...10 { sandbox.write("out/f\(number).o", "by hand \(number)\n") }
    let run = try sandbox.sched("-j2")
    #expect(notes(run.diagnostics).count == 5, "\(run.diagnostics)")
    #expect(
      run.diagnostics.contains(
        "note: 10 files were not as sched had made them: they are kept in '.sched/replaced'\n"),
      "\(run.diagnostics)")
    for number in 1...10 {
      #expect(sandbox.read("out/f\(number).o") == "\(number)\n")
    }
  }
}
