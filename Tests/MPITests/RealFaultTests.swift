import Foundation
import Testing

extension RealMPI {
  /// Ranks that die, stop, or are told to end.
  @Suite struct RealFaultTests {
    /// Recipes that start a process of their own and say so; until there is a file `quick` they take
    /// minutes.
    private let long: String
    private let marker: String

    init() {
      // A number that no other test's processes have in their command lines.
      marker = "\(Int.random(in: 100_000_000...999_999_999))"
      long = """
        default all
        names = a b c
        for name in {{names}}
            {{name}}:
                echo $SCHED_RANK > {{name}}.started
                if [ ! -e quick ]; then sh -c 'sleep \(marker) & wait'; fi
                echo made > {{out}}
        end
        all: {{names}}
            cat {{in}} > {{out}}
        """
    }

    private func startedJob(_ arguments: [String]) throws -> (MPIJob, MPIJob.Run) {
      let job = try MPIJob(long)
      let run = try job.start(ranks: 3, arguments)
      // A recipe has said that it started before its process is what the tests look for.
      try MPIJob.waitFor(3, with: "sleep\0\(marker)")
      return (job, run)
    }

    /// The build goes on from where it was, and is right.
    private func expectGoodState(_ job: MPIJob) throws {
      try job.write("", to: "quick")
      let next = try job.run(ranks: 2)
      #expect(next.status == 0)
      #expect(try job.read("all") == "made\nmade\nmade\n")
      #expect(try job.run(ranks: 2).error == "sched: nothing to do\n")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal to mpirun ends recipes and their children and leaves a good state`(
      _ signal: Int32
    )
      throws
    {
      let (job, run) = try startedJob([])
      kill(run.process.processIdentifier, signal)
      #expect(try run.wait().status != 0)
      #expect(MPIJob.areGone(with: marker))
      #expect(!job.exists("a"))
      #expect(try job.read(".sched/outcome") == "143\n")
      try expectGoodState(job)
    }

    @Test func `a signal to rank 0 ends the job with that signal's status`() throws {
      let (job, run) = try startedJob([])
      kill(try #require(try run.ranks().first), SIGTERM)
      #expect(try run.wait().status == 143)
      #expect(MPIJob.areGone(with: marker))
      try expectGoodState(job)
    }

    @Test(arguments: [0, 1])
    func `a rank that is killed ends the job, and nothing stays behind`(_ rank: Int) throws {
      let (job, run) = try startedJob([])
      kill(try run.ranks()[rank], SIGKILL)
      #expect(try run.wait().status != 0)
      #expect(MPIJob.areGone(with: marker))
      try expectGoodState(job)
    }

    @Test func `with recovery the build goes on without a killed worker, and ends well`() throws {
      let (job, run) = try startedJob(["--enable-recovery"])
      try job.write("", to: "quick")
      let ranks = try run.ranks()
      kill(ranks[1], SIGKILL)
      // The others' recipes end by themselves.
      for process in MPIJob.processes(with: "sleep\0\(marker)") { kill(process, SIGTERM) }
      let result = try run.wait()
      #expect(result.status == 0)
      #expect(result.error.contains("note: rank 1 on "))
      #expect(try job.read("all") == "made\nmade\nmade\n")
      #expect(MPIJob.areGone(with: marker))
      #expect(try job.run(ranks: 2).error == "sched: nothing to do\n")
    }

    @Test func `with recovery a build that fails still ends with 1`() throws {
      let job = try MPIJob(
        """
        default bad
        bad:
            exit 3
        """)
      #expect(try job.run(ranks: 2, ["--enable-recovery"]).status == 1)
    }

    @Test
    func `with recovery a stopped worker is given up, its recipes ended before they run again`()
      throws
    {
      let (job, run) = try startedJob(["--enable-recovery"])
      try job.write("", to: "quick")
      let ranks = try run.ranks()
      kill(ranks[2], SIGSTOP)
      for process in MPIJob.processes(with: "sleep\0\(marker)") { kill(process, SIGTERM) }
      let result = try run.wait()
      #expect(result.status == 0)
      #expect(try job.read("all") == "made\nmade\nmade\n")
      #expect(MPIJob.areGone(with: marker))
    }

    @Test func `with recovery a killed rank 0 ends the job, and nothing stays behind`() throws {
      let (job, run) = try startedJob(["--enable-recovery"])
      kill(try #require(try run.ranks().first), SIGKILL)
      #expect(try run.wait().status != 0)
      #expect(MPIJob.areGone(with: marker))
      try expectGoodState(job)
    }
  }
}
