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

  /// What takes long on a rank without any recipe ends with a signal, to whichever process it comes.
  @Suite struct RealLongReadTests {
    /// More than is read in the time of a test; it takes no room on the disk.
    private static let huge = "truncate -s 60G"

    enum Told: CaseIterable { case mpirun, rankZero, worker }

    /// Until the job is over: what is promised is one second, and three with mpirun's own two.
    private func expectEnd(_ run: MPIJob.Run, of job: MPIJob, by told: Told) throws {
      let begin = ContinuousClock.now
      switch told {
      case .mpirun: kill(run.process.processIdentifier, SIGTERM)
      case .rankZero: kill(try run.ranks()[0], SIGTERM)
      case .worker: kill(try run.ranks()[1], SIGTERM)
      }
      let ranks = try run.ranks()
      let result = try run.wait()
      // Other tests run beside this one.
      #expect(ContinuousClock.now - begin < .seconds(15))
      #expect(result.status == (told == .mpirun ? 1 : 143))
      #expect(!result.error.contains("error:"), "\(result.error)")
      #expect(try job.read(".sched/outcome") == "143 interrupted\n")
      for rank in ranks { #expect(isGone(rank)) }
    }

    /// What waits for its parent runs nothing.
    private func isGone(_ process: Int32) -> Bool {
      for _ in 0..<200 {
        guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
          !line.isEmpty
        else { return true }
        usleep(10_000)
      }
      return false
    }

    private func job(_ recipe: String) throws -> MPIJob {
      let job = try MPIJob(
        """
        default all
        names = a b c
        for name in {{names}}
            {{name}}: in
                \(recipe)
        end
        task all: {{names}}
        """)
      try job.write("1", to: "in")
      return job
    }

    @Test(arguments: Told.allCases)
    func `hashing what recipes made`(_ told: Told) throws {
      let job = try job("\(Self.huge) {{out}}; touch {{name}}.made")
      let run = try job.start(ranks: 3, ["--map-by", "slot"])
      for name in ["a", "b", "c"] { try job.waitFor("\(name).made") }
      usleep(300_000)
      try expectEnd(run, of: job, by: told)
      for name in ["a", "b", "c"] { #expect(!job.exists(name)) }
    }

    @Test(arguments: Told.allCases)
    func `hashing what lies where outputs are to be`(_ told: Told) throws {
      let job = try job("echo 1 > {{out}}")
      #expect(try job.run(ranks: 3).status == 0)
      for name in ["a", "b", "c"] {
        // Its time is another, so that it is read when room is made.
        #expect(truncate(job.path(name), 60 << 30) == 0)
      }
      // Whatever they are, all run: nobody reads them before.
      let run = try job.start(ranks: 3, [], ["-B"])
      for _ in 0..<3 where try run.ranks().count < 3 { usleep(200_000) }
      usleep(1_000_000)
      try expectEnd(run, of: job, by: told)
      // What is not known to be somebody's is left where it is.
      for name in ["a", "b", "c"] {
        #expect(job.exists(name))
        #expect(!job.exists(".sched/replaced/\(name)"))
      }
    }

    @Test(arguments: Told.allCases)
    func `copying what must be kept from another file system`(_ told: Told) throws {
      let job = try MPIJob("m/out: in\n    echo 1 > m/out\n")
      try job.write("1", to: "in")
      let other = "/dev/shm/sched-test-\(UUID().uuidString)"
      try FileManager.default.createDirectory(
        atPath: other, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: other) }
      try FileManager.default.createSymbolicLink(
        atPath: job.path("m"), withDestinationPath: other)
      // Less than the limit of what is copied.
      try job.write("", to: "m/out")
      #expect(truncate(job.path("m/out"), 9 << 30) == 0)
      let run = try job.start(ranks: 3)
      for _ in 0..<1000 where try copies(job).isEmpty { usleep(10_000) }
      #expect(try copies(job).count == 1)
      try expectEnd(run, of: job, by: told)
      #expect(job.exists("m/out"))
      #expect(!job.exists(".sched/replaced/m/out"))
      if told != .mpirun { #expect(try copies(job).isEmpty) }
    }

    private func copies(_ job: MPIJob) throws -> [String] {
      let names = try? FileManager.default.contentsOfDirectory(atPath: job.path(".sched/replaced"))
      return (names ?? []).filter { $0.hasPrefix(".copy-") }
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

    @Test func `a signal while MPI starts leaves no outcome of the build before`() throws {
      let job = try job()
      #expect(try job.run(ranks: 2).status == 0)
      #expect(try job.read(".sched/outcome") == "0\n")
      // The others wait in MPI_Init for one that does not come.
      let rank =
        "if [ $OMPI_COMM_WORLD_RANK = 1 ]; then echo > late; sleep 300; fi; exec \(MPIJob.sched) --mpi"
      job.environment["SCHED_MPI_START_LIMIT"] = "60"
      for told in [0, 1] {
        let run = try job.launch(
          "mpirun", ["-q", "--oversubscribe", "-np", "3", "sh", "-c", rank])
        try job.waitFor("late")
        for _ in 0..<200 where try run.ranks().isEmpty { usleep(20_000) }
        for _ in 0..<200 where try job.read(".sched/outcome") == "0\n" { usleep(20_000) }
        #expect(try job.read(".sched/outcome") == "143 interrupted\n")
        kill(told == 0 ? run.process.processIdentifier : try run.ranks()[0], SIGTERM)
        #expect(try run.wait().status != 0)
        #expect(try job.read(".sched/outcome") == "143 interrupted\n")
        #expect(try job.run(ranks: 2).error == "sched: nothing to do\n")
        #expect(try job.read(".sched/outcome") == "0\n")
        try FileManager.default.removeItem(atPath: job.path("late"))
      }
    }

    @Test func `an end before there is a build is told too`() throws {
      let job = try job()
      #expect(try job.run(ranks: 2).status == 0)
      #expect(try job.run(ranks: 2, [], ["--no-such-option"]).status == 2)
      #expect(try job.read(".sched/outcome") == "0\n")
      #expect(try job.run(ranks: 2, [], ["-C", "nowhere"]).status == 2)
      #expect(try job.read(".sched/outcome") == "0\n")
      // What builds nothing says nothing.
      #expect(try job.run(ranks: 2, [], ["-n"]).status == 0)
      #expect(try job.read(".sched/outcome") == "0\n")
      try job.write("default inner\ninner:\n    echo > inner\n", to: "inner/Schedfile")
      #expect(try job.run(ranks: 2, [], ["-C", "inner"]).status == 0)
      #expect(try job.read("inner/.sched/outcome") == "0\n")
      #expect(try job.read(".sched/outcome") == "0\n")
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
