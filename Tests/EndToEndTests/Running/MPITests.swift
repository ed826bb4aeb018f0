import Testing

@Suite(.serialized) struct MPITests {
  @Test func `ranks build what the other executors build, and the state is the same`() throws {
    let sandbox = Sandbox.program()
    let run = try sandbox.mpirun(ranks: 2, "--mpi", "build")
    #expect(run.status == .exited(0), "\(run.diagnostics)")
    #expect(sandbox.takeRan() == ["a.o", "app", "b.o"])
    #expect(sandbox.read("app") == "ALPHA\nBETA\n")
    try sandbox.expectBuild()
    sandbox.write("a.c", "gamma\n")
    try sandbox.expectBuild("-j2", ran: ["a.o", "app"])
    let second = try sandbox.mpirun(ranks: 2, "--mpi")
    #expect(second.status == .exited(0))
    #expect(second.diagnostics.contains("sched: nothing to do\n"))
    #expect(sandbox.takeRan() == [])
  }

  @Test func `a failure on a rank is a failure of the job`() throws {
    let sandbox = Sandbox("bad:\n    echo printed; exit 3\n")
    let run = try sandbox.mpirun(ranks: 2, "--mpi", "bad")
    #expect(run.status == .exited(1))
    #expect(run.output == "printed\n")
    #expect(run.diagnostics.contains("error: target 'bad' failed: command exited with status 3"))
  }

  @Test func `without mpi the job stops with one message`() throws {
    let run = try Sandbox.copy().mpirun(ranks: 2, "build")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.components("error: this is an MPI job of 2 ranks") == 1)
  }

  @Test func `without its other program next to it, sched says so`() throws {
    let sandbox = Sandbox.copy()
    sandbox.write("alone/sched", readFile(Programs.sched) ?? "", isExecutable: true)
    let run = try sandbox.start(program: sandbox.path("alone/sched"), ["--mpi"]).wait()
    #expect(run.status == .exited(2))
    #expect(
      sandbox.withoutTree(run.diagnostics) == """
        error: cannot run 'TREE/alone/sched-mpi': no such file or directory
          = hint: 'sched-mpi' must stand next to 'sched'

        """)
  }

  @Test func `help and errors are printed once`() throws {
    let help = try Sandbox.copy().mpirun(ranks: 2, "--mpi", "build", "--help")
    #expect(help.status == .exited(0))
    #expect(help.output.components("usage: sched") == 1)
    let error = try Sandbox.copy().mpirun(ranks: 2, "--mpi", "--jbos")
    #expect(error.status == .exited(2))
    #expect(error.diagnostics.components("error: unknown option") == 1)
  }
}

extension String {
  /// How often a text occurs in it.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
