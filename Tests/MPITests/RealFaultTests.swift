import Foundation
import Testing

extension RealMPI {
  /// Ranks that die, stop, or are told to end.
  @Suite struct RealFaultTests {
    private let long: LongJob

    init() throws { long = try LongJob() }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal to mpirun ends recipes and their children and leaves a good state`(
      _ signal: Int32
    )
      throws
    {
      let run = try long.start()
      let start = ContinuousClock.now
      kill(run.process.processIdentifier, signal)
      #expect(try run.wait().status != 0)
      #expect(long.isOver())
      #expect(ContinuousClock.now - start < .seconds(2))
      #expect(!long.job.exists("a"))
      #expect(try long.job.read(".sched/outcome") == "143 interrupted\n")
      try long.expectGoodState()
    }

    @Test func `a signal to rank 0 ends the job with that signal's status`() throws {
      let run = try long.start()
      kill(try #require(try run.ranks().first), SIGTERM)
      #expect(try run.wait().status == 143)
      #expect(long.isOver())
      try long.expectGoodState()
    }

    @Test(arguments: [0, 1])
    func `a rank that is killed ends the job, and nothing stays behind`(_ rank: Int) throws {
      let run = try long.start()
      kill(try run.ranks()[rank], SIGKILL)
      #expect(try run.wait().status != 0)
      #expect(long.isOver())
      try long.expectGoodState()
    }

    @Test func `a stopped rank 0 ends the job, and nothing stays behind`() throws {
      let run = try long.start()
      kill(try #require(try run.ranks().first), SIGSTOP)
      #expect(try run.wait().status != 0)
      #expect(long.isOver())
      try long.expectGoodState()
    }

    @Test func `with recovery the build goes on without a killed worker, and ends well`() throws {
      let run = try long.start(["--enable-recovery"])
      kill(try run.ranks()[1], SIGKILL)
      #expect(try run.waitForError("note: rank 1 on ") < .seconds(1))
      try long.hurry()
      #expect(try run.wait().status == 0)
      #expect(long.isOver())
      try long.expectDone()
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
      let run = try long.start(["--enable-recovery"])
      kill(try run.ranks()[2], SIGSTOP)
      try long.hurry()
      #expect(try run.wait().status == 0)
      #expect(long.isOver())
      #expect(try long.job.read("all") == "made\nmade\nmade\n")
    }

    @Test func `with recovery a killed rank 0 ends the job, and nothing stays behind`() throws {
      let run = try long.start(["--enable-recovery"])
      kill(try #require(try run.ranks().first), SIGKILL)
      #expect(try run.wait().status != 0)
      #expect(long.isOver())
      try long.expectGoodState()
    }

    @Test func `a nested mpirun ends with the job, and so do its ranks`() throws {
      let marker = "\(Int.random(in: 100_000_000...999_999_999))"
      let job = try MPIJob("nested:\n    mpirun --oversubscribe -np 2 sleep \(marker)\n")
      let run = try job.start(ranks: 2, [], ["nested"])
      try MPIJob.waitFor(2, with: "sleep\0\(marker)")
      kill(run.process.processIdentifier, SIGTERM)
      #expect(try run.wait().status != 0)
      #expect(MPIJob.areGone(with: marker))
    }
  }
}
