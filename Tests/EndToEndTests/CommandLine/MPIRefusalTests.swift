import Testing

@Suite struct MPIRefusalTests {
  private func sandbox(size: String, rank: String) -> Sandbox {
    let sandbox = Sandbox.copy()
    sandbox.environment["OMPI_COMM_WORLD_SIZE"] = size
    sandbox.environment["OMPI_COMM_WORLD_RANK"] = rank
    return sandbox
  }

  @Test func `in a job of several ranks, the first one says that mpi is missing`() throws {
    try sandbox(size: "4", rank: "0").expect(
      errors: """
        error: this is an MPI job of 4 ranks, and each would build the same
          = hint: 'sched --mpi', or SCHED_IGNORE_MPI=1 to build on each

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
}
