import Foundation
import Testing

/// Tests with a real mpirun run one after the other: they would only wait for each other.
@Suite(.serialized) struct RealMPI {}

extension RealMPI {
  @Suite struct RealRunTests {
    private static let wide = """
      names = a b c d e f
      default all.txt
      for name in {{names}}
          {{name}}.txt:
              echo ${SCHED_RANK:-none} > {{out}}
              sleep 0.2
      end
      all.txt: {{ map(names, "%", "%.txt") }}
          cat {{in}} > {{out}}
      """

    @Test func `all ranks work, and a second run does nothing`() throws {
      let job = try MPIJob(Self.wide)
      let first = try job.run(ranks: 3)
      #expect(first.status == 0)
      #expect(try Set(job.read("all.txt").split(separator: "\n")) == ["0", "1", "2"])
      let second = try job.run(ranks: 3)
      #expect(second.status == 0)
      #expect(second.output == "")
      #expect(second.error == "sched: nothing to do\n")
    }

    @Test func `what ranks made is up to date for the other executors, and theirs for ranks`()
      throws
    {
      let job = try MPIJob(Self.wide)
      _ = try job.run(ranks: 2, [], ["a.txt", "b.txt", "c.txt"])
      #expect(try job.runAlone(["a.txt", "b.txt", "c.txt"]).error == "sched: nothing to do\n")
      _ = try job.runAlone(["-j2"])
      #expect(try job.run(ranks: 2).error == "sched: nothing to do\n")
    }

    @Test func `several slots at each rank run several recipes at once`() throws {
      let job = try MPIJob(
        """
        default x1 x2 x3 x4
        for name in x1 x2 x3 x4
            {{name}}:
                touch {{name}}.here
                while [ ! -e x1.here ] || [ ! -e x2.here ] || [ ! -e x3.here ] || [ ! -e x4.here ]
                do sleep 0.02; done
                echo done > {{out}}
        end
        """)
      #expect(try job.run(ranks: 2, [], ["--slots", "2"]).status == 0)
    }

    @Test func `a failed build ends with 1 and shows the whole output of what failed`() throws {
      let job = try MPIJob(
        """
        default bad good
        bad:
            sleep 0.1
            seq 1 60000
            exit 3
        good:
            sleep 0.3
            echo fine > {{out}}
        """)
      let result = try job.run(ranks: 3)
      #expect(result.status == 1)
      let text = result.output + result.error
      #expect(text.contains("target 'bad' failed"))
      #expect(text.contains("1\n2\n3\n"))
      #expect(text.contains("\n59999\n60000\n"))
      #expect(try job.read("good") == "fine\n")
      #expect(try job.read(".sched/outcome") == "1\n")
    }

    @Test func `a recipe that crashes is a failed action`() throws {
      let job = try MPIJob(
        """
        default bad
        bad:
            kill -SEGV $$
        """)
      let result = try job.run(ranks: 2)
      #expect(result.status == 1)
      #expect(result.error.contains("target 'bad' failed"))
    }

    @Test func `help and errors of the command line end all ranks in order`() throws {
      let job = try MPIJob(Self.wide)
      let help = try job.run(ranks: 3, [], ["--help"])
      #expect(help.status == 0)
      #expect(help.output.contains("sched"))
      let wrong = try job.run(ranks: 3, [], ["--no-such-option"])
      #expect(wrong.status == 2)
      let unknown = try job.run(ranks: 3, [], ["no-such-target"])
      #expect(unknown.status == 2)
      #expect(unknown.error.contains("no rule makes 'no-such-target'"))
    }

    @Test func `without a launcher there is one rank`() throws {
      let job = try MPIJob(Self.wide)
      #expect(try job.runAlone(["--mpi", "--slots", "3"]).status == 0)
      #expect(try job.read("all.txt") == "0\n0\n0\n0\n0\n0\n")
    }

    @Test func `a local recipe runs on rank 0`() throws {
      let job = try MPIJob(
        """
        default a b c
        for name in a b c
            {{name}}:
                @local
                echo $SCHED_RANK > {{out}}
                sleep 0.1
        end
        """)
      #expect(try job.run(ranks: 3).status == 0)
      #expect(try job.read("a") + job.read("b") + job.read("c") == "0\n0\n0\n")
    }

    @Test func `values, retries and timeouts work on ranks`() throws {
      let job = try MPIJob(
        """
        default out slow
        value words
            printf 'two words'
        out: flaky
            echo {{words}} > {{out}}
        flaky:
            @retries 2
            echo x >> {{out}}.tries
            [ "$(wc -l < {{out}}.tries)" -ge 2 ]
            echo ok > {{out}}
        slow:
            @timeout 200ms
            sleep 30
            echo > {{out}}
        """)
      let result = try job.run(ranks: 3, [], ["-k", "0"])
      #expect(result.status == 1)
      #expect(try job.read("out") == "two words\n")
      #expect(result.error.contains("target 'slow' failed"))
      #expect(!job.exists("slow"))
    }
  }
}
