import Foundation
import Testing

extension RealMPI {
  /// How the end of a build is told, where it did not come to its own.
  @Suite struct RealInterruptionTests {
    private let long: LongJob

    init() throws { long = try LongJob() }

    private func outcome() throws -> String { try long.job.read(".sched/outcome") }

    @Test
    func `the outcome says interrupted while the build runs, and after everything was killed`()
      throws
    {
      let run = try long.start()
      #expect(try outcome() == "143 interrupted\n")
      for process in try run.ranks() { kill(process, SIGKILL) }
      kill(run.process.processIdentifier, SIGKILL)
      _ = try run.wait()
      #expect(long.isOver())
      #expect(try outcome() == "143 interrupted\n")
      try long.expectGoodState()
      #expect(try outcome() == "0\n")
    }

    @Test func `a signal to a worker is an interruption, for the launcher too`() throws {
      let run = try long.start()
      kill(try run.ranks()[1], SIGTERM)
      let result = try run.wait()
      #expect(result.status == 143)
      #expect(result.error.contains("sched: interrupted"))
      #expect(!result.error.contains("error:"))
      #expect(!result.error.contains("was lost"))
      #expect(try outcome() == "143 interrupted\n")
      #expect(long.isOver())
      try long.expectGoodState()
    }

    @Test func `a signal to all, recipes too, is an interruption`() throws {
      let run = try long.start()
      // As a batch system does; here the recipes come first.
      for process in MPIJob.processes(with: long.marker) { kill(process, SIGTERM) }
      usleep(50_000)
      for process in try run.ranks() { kill(process, SIGTERM) }
      let result = try run.wait()
      #expect(result.status == 143)
      #expect(!result.error.contains("failed"))
      #expect(try outcome() == "143 interrupted\n")
      try long.expectGoodState()
    }

    @Test(.enabled(if: SecondHost.canBePlayed))
    func `a signal to mpirun with several hosts is an interruption`() throws {
      let run = try long.start(try SecondHost.arguments(for: long.job))
      kill(run.process.processIdentifier, SIGTERM)
      #expect(try run.wait().status != 0)
      #expect(try outcome() == "143 interrupted\n")
      #expect(long.isOver())
      try long.expectGoodState()
    }

    @Test func `what waited at ranks when the signal came is no internal error`() throws {
      let names = (0..<1500).map { "t\($0)" }.joined(separator: " ")
      let job = try MPIJob(
        """
        names = \(names)
        task all: {{names}}
        for name in {{names}}
            {{name}}:
                touch {{name}} ; sleep 0.002
        end
        """)
      let run = try job.start(ranks: 4, [], ["all"])
      try job.waitFor("t200")
      kill(try #require(try run.ranks().first), SIGTERM)
      let result = try run.wait()
      #expect(result.status == 143)
      #expect(!result.error.contains("error:"))
      #expect(try job.read(".sched/outcome") == "143 interrupted\n")
    }

    @Test func `a build that never came to run anything leaves its own outcome`() throws {
      let job = try MPIJob("task fine:\n    true\n")
      #expect(try job.run(ranks: 2, [], ["fine"]).status == 0)
      #expect(try job.read(".sched/outcome") == "0\n")
      try job.write("broken broken\n", to: "Schedfile")
      #expect(try job.run(ranks: 2).status == 2)
      #expect(try job.read(".sched/outcome") == "2\n")
    }
  }

  @Suite struct RealStartTests {
    private func job() throws -> MPIJob {
      let job = try MPIJob("default a\na:\n    echo made > {{out}}\n")
      job.environment["SCHED_MPI_START_LIMIT"] = "3"
      return job
    }

    @Test func `a rank that dies while MPI starts ends the others, which say in what they waited`()
      throws
    {
      let job = try job()
      let rank = "if [ $OMPI_COMM_WORLD_RANK = 1 ]; then kill -9 $$; fi; exec \(MPIJob.sched) --mpi"
      let start = ContinuousClock.now
      let result = try job.launch(
        "mpirun", ["-q", "--enable-recovery", "--oversubscribe", "-np", "3", "sh", "-c", rank]
      ).wait()
      #expect(result.status == 1)
      #expect(result.error.contains("is still in MPI_Init after 3 s: MPI does not start"))
      #expect(ContinuousClock.now - start < .seconds(15))
      #expect(!job.exists("a"))
    }

    @Test func `a rank that stops after that is named`() throws {
      let job = try job()
      // Rank 0 comes to its Schedfile, which stops the other rank.
      try job.write(
        """
        x = {{ shell("for p in $(pgrep -P $PPID_OF_ALL sched-mpi); do grep -qz ^OMPI_COMM_WORLD_RANK=1 /proc/$p/environ && kill -STOP $p; done; true") }}
        default a
        a:
            echo {{x}} made > {{out}}
        """, to: "Schedfile")
      let rank = "PPID_OF_ALL=$PPID exec \(MPIJob.sched) --mpi"
      let result = try job.launch(
        "mpirun", ["-q", "--enable-recovery", "--oversubscribe", "-np", "3", "sh", "-c", rank]
      ).wait()
      #expect(result.status == 1)
      #expect(result.error.contains("error: no answer from rank 1 to the first message within 3 s"))
      #expect(!job.exists("a"))
      for process in MPIJob.processes(with: MPIJob.sched + "-mpi") {
        let place = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(process)/cwd")
        if place == job.directory.path() { kill(process, SIGKILL) }
      }
    }
  }
}
