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

  @Test func `an edit between two actions of one build is not lost on ranks`() throws {
    let sandbox = Sandbox(
      """
      default a b
      a: x
          cat x > a; echo a >> $RAN
      mid: a
          [ -e once ] || echo new > x; touch once mid; echo mid >> $RAN
      b: x mid
          cat x > b; echo b >> $RAN

      """, files: ["x": "old\n"])
    for number in 1...3 {
      let run = try sandbox.mpirun(ranks: 3, "--mpi")
      #expect(run.status == .exited(0), "\(run.diagnostics)")
      let ran = sandbox.takeRan()
      #expect(number == 3 ? ran == [] : ran.contains("a"), "\(run.diagnostics)")
    }
    #expect(sandbox.read("a") == "new\n" && sandbox.read("b") == "new\n")
  }

  @Test func `an output that is overwritten while what needs it runs is made again on ranks`()
    throws
  {
    let sandbox = Sandbox(
      """
      default b d
      b: a
          cat a > b; echo b >> $RAN
          [ -e once ] || { : > once; echo hand > a; }
      a: x
          cat x > a; echo a >> $RAN
      d: c
          sed -i s/debug// c; cat c > d; echo d >> $RAN
      c: x
          sed s/$/debug/ x > c; echo c >> $RAN

      """, files: ["x": "made\n"])
    for expected in [["a", "b", "c", "d"], ["a", "b", "c", "d"], []] {
      let run = try sandbox.mpirun(ranks: 3, "--mpi")
      #expect(run.status == .exited(0), "\(run.diagnostics)")
      #expect(sandbox.takeRan() == expected, "\(run.diagnostics)")
    }
    #expect(sandbox.read("a") == "made\n" && sandbox.read("b") == "made\n")
    #expect(sandbox.read("d") == "made\n")
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

  @Test func `a sched that a rank's recipe starts without its session is an error, not a deadlock`()
    throws
  {
    // Two at once, so that one of them runs beside the holder of the lock.
    let sandbox = Sandbox(
      """
      default a b
      a:
          env -i '\(Programs.sched)' y
      b:
          env -i '\(Programs.sched)' y
      y:
          touch y

      """)
    let run = try sandbox.mpirun(ranks: 3, "--mpi", "-k0")
    #expect(run.status == .exited(1), "\(run.diagnostics)")
    #expect(
      run.diagnostics.split(separator: "\n").filter {
        $0.contains("started sched in the same tree, which waits for itself")
      }.count == 2, "\(run.diagnostics)")
    #expect(!sandbox.exists("y"))
  }
}
