import Foundation
import Testing

extension RealMPI {
  /// Two hosts played on one machine: mpirun's remote shell starts the second host's daemon in
  /// namespaces of its own.
  ///
  /// Needs the right to make them.
  @Suite(.enabled(if: SecondHost.canBePlayed)) struct RealHostsTests {
    private static let hosts = """
      default a b c
      for name in a b c
          {{name}}:
              echo $(hostname) $SCHED_RANK $SCHED_HOST_RANK > {{out}}
              sleep 0.3
      end
      """

    @Test func `ranks of another host work in the shared tree`() throws {
      let job = try MPIJob(Self.hosts)
      let result = try job.run(ranks: 3, try SecondHost.arguments(for: job))
      #expect(result.status == 0)
      let lines = try Set(["a", "b", "c"].map { try job.read($0) })
      #expect(lines == ["\(SecondHost.first) 0 0\n", "second 1 0\n", "second 2 1\n"])
    }

    @Test func `a host that sees another directory is named before anything runs`() throws {
      let job = try MPIJob(Self.hosts)
      let hide = "mount -t tmpfs none \(job.directory.path())"
      let result = try job.run(ranks: 3, try SecondHost.arguments(for: job, preparation: hide))
      #expect(result.status == 1)
      #expect(result.error.contains("not a shared tree: on 'second' (rank "))
      #expect(!job.exists("a"))
    }

    @Test func `with recovery the loss of a host's daemon and ranks is survived`() throws {
      let job = try MPIJob(
        """
        default all
        for name in a b c
            {{name}}:
                echo > {{name}}.started
                if [ $(hostname) = second ]; then sleep 600; fi
                echo made > {{out}}
        end
        all: a b c
            cat {{in}} > {{out}}
        """)
      let run = try job.start(
        ranks: 3, ["--enable-recovery"] + SecondHost.arguments(for: job))
      for name in ["a", "b", "c"] { try job.waitFor("\(name).started") }
      let daemon = try #require(SecondHost.daemon(for: job))
      let ranks = try MPIJob.children(of: daemon)
      for process in [daemon] + ranks { kill(process, SIGKILL) }
      let result = try run.wait()
      #expect(result.error.contains("ended with status 0"))
      #expect(try job.read(".sched/outcome") == "0\n")
      #expect(try job.read("all") == "made\nmade\nmade\n")
      #expect(try job.runAlone().error == "sched: nothing to do\n")
    }

    @Test func `with recovery a killed rank of another host is found within ten seconds`() throws {
      let long = try LongJob()
      let run = try long.start(["--enable-recovery"] + SecondHost.arguments(for: long.job))
      let daemon = try #require(SecondHost.daemon(for: long.job))
      kill(try #require(try SecondHost.ranks(of: daemon).first), SIGKILL)
      #expect(try run.waitForError("note: rank 1 on 'second' was lost") < .seconds(10))
      try long.hurry()
      #expect(try run.wait().error.contains("ended with status 0"))
      #expect(long.isOver())
      try long.expectDone()
    }

    @Test func `a host's daemon that is killed ends the job, and nothing stays behind`() throws {
      let long = try LongJob()
      let run = try long.start(try SecondHost.arguments(for: long.job))
      kill(try #require(SecondHost.daemon(for: long.job)), SIGKILL)
      #expect(try run.wait().status != 0)
      #expect(long.isOver())
      try long.expectGoodState()
    }
  }
}
