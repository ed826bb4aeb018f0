import Testing

@Suite struct MPIRefusalTests {
  private func sandbox(size: String, rank: String) -> Sandbox {
    let sandbox = Sandbox.copy()
    sandbox.environment["OMPI_COMM_WORLD_SIZE"] = size
    sandbox.environment["OMPI_COMM_WORLD_RANK"] = rank
    return sandbox
  }

  /// A task of a step that `srun` started without a process manager.
  private func step(size: String, rank: String) -> Sandbox {
    let sandbox = Sandbox.copy()
    sandbox.environment["SLURM_STEP_ID"] = "0"
    sandbox.environment["SLURM_STEP_NUM_TASKS"] = size
    sandbox.environment["SLURM_PROCID"] = rank
    return sandbox
  }

  @Test func `in a job of several ranks, the first one says that mpi is missing`() throws {
    try sandbox(size: "4", rank: "0").expect(
      errors: """
        error: this is an MPI job of 4 ranks, and each would build the same
          = hint: 'mpirun -np 4 sched --mpi', or SCHED_IGNORE_MPI=1 to build on each

        """, status: 2)
  }

  @Test func `the others are silent`() throws {
    try sandbox(size: "4", rank: "3").expect(status: 2)
  }

  @Test func `a variable overrides that`() throws {
    let sandbox = sandbox(size: "4", rank: "3")
    sandbox.environment["SCHED_IGNORE_MPI"] = "1"
    try sandbox.expectBuild(ran: ["out"])
  }

  @Test func `a job of one rank is none`() throws {
    try sandbox(size: "1", rank: "0").expectBuild(ran: ["out"])
  }

  @Test func `tasks of srun are ranks, and the command that works has their number and words`()
    throws
  {
    try step(size: "3", rank: "0").expect(
      "out", "-k", "0",
      errors: """
        error: this is an MPI job of 3 ranks, and each would build the same
          = hint: 'srun --mpi=pmix -n 3 sched --mpi out -k 0', or SCHED_IGNORE_MPI=1 to build on each

        """, status: 2)
    try step(size: "3", rank: "2").expect(status: 2)
    try step(size: "1", rank: "0").expectBuild(ran: ["out"])
  }

  @Test func `with mpi too, srun without a process manager builds nothing`() throws {
    let sandbox = step(size: "3", rank: "0")
    let run = try sandbox.sched("--mpi", "out")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: srun started 3 ranks, but MPI ("))
    #expect(run.diagnostics.contains("'srun --mpi=pmix -n 3 sched --mpi out', or SCHED_IGNORE"))
    #expect(try step(size: "3", rank: "1").sched("--mpi", "out").diagnostics == "")
    #expect(!sandbox.exists("out"))
    sandbox.environment["SCHED_IGNORE_MPI"] = "1"
    #expect(try sandbox.sched("--mpi", "out").status == .exited(0))
    #expect(sandbox.exists("out"))
  }

  @Test func `the launcher of another mpi builds nothing`() throws {
    let sandbox = Sandbox.copy()
    sandbox.environment["PMI_SIZE"] = "2"
    sandbox.environment["PMI_RANK"] = "0"
    sandbox.environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    sandbox.environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    let run = try sandbox.sched("--mpi", "out")
    #expect(run.status == .exited(2))
    #expect(run.diagnostics.contains("error: mpiexec of MPICH or its kin started 2 ranks"))
    #expect(run.diagnostics.contains("hint: 'mpirun -np 2 sched --mpi out' of "))
    #expect(!sandbox.exists("out"))
  }

  @Test func `words that mean something to a shell are left out of the command`() throws {
    let run = try step(size: "2", rank: "0").sched("a'b", "x=\u{1b}[2J")
    #expect(run.diagnostics.contains("'srun --mpi=pmix -n 2 sched --mpi ...'"))
    #expect(!run.diagnostics.contains("\u{1b}"))
  }
}
