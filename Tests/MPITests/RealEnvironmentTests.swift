import Foundation
import Testing

extension RealMPI {
  @Suite struct RealEnvironmentTests {
    @Test func `recipes find no marks of the launcher, but what users set for it`() throws {
      let job = try MPIJob(
        """
        default a b
        for name in a b
            {{name}}:
                env > {{out}}
                sleep 0.2
        end
        """)
      _ = try job.run(ranks: 2)
      for name in ["a", "b"] {
        let variables = try job.read(name).split(separator: "\n").map {
          String($0.prefix { $0 != "=" })
        }
        let marks = [
          "OMPI_COMM_WORLD", "OMPI_MCA_ess", "OMPI_MCA_orte", "OMPI_MCA_pml", "PMIX_", "PMI_",
          "HWLOC_COMPONENTS",
        ]
        #expect(!variables.contains { variable in marks.contains { variable.hasPrefix($0) } })
        #expect(variables.contains("OMPI_ALLOW_RUN_AS_ROOT"))
        #expect(
          Set(variables).isSuperset(of: ["SCHED_RANK", "SCHED_HOST_RANK", "SCHED_CPUS"]))
      }
    }

    @Test func `a recipe may be an MPI program, alone and through mpirun of its own`() throws {
      let job = try MPIJob(
        """
        default alone several
        hello: hello.c
            mpicc -o {{out}} {{in}}
        alone: hello
            ./hello > {{out}}
        several: hello
            mpirun --oversubscribe -np 2 ./hello > {{out}}
        """)
      try job.write(
        """
        #include <mpi.h>
        #include <stdio.h>
        int main(void) {
          int size;
          MPI_Init(0, 0);
          MPI_Comm_size(MPI_COMM_WORLD, &size);
          printf("one of %d\\n", size);
          return MPI_Finalize();
        }
        """, to: "hello.c")
      #expect(try job.run(ranks: 3).status == 0)
      #expect(try job.read("alone") == "one of 1\n")
      #expect(try job.read("several") == "one of 2\none of 2\n")
    }

    @Test func `the launcher's binding does not squeeze recipes`() throws {
      let job = try MPIJob(
        """
        default cpus
        cpus:
            @cpus all
            nproc > {{out}}
        """)
      _ = try job.run(ranks: 2, ["--bind-to", "core"])
      let cores = ProcessInfo.processInfo.activeProcessorCount
      #expect(try job.read("cpus") == "\(cores)\n")
    }

    @Test func `ranks of one host share its processors`() throws {
      let job = try MPIJob(
        """
        default a b
        for name in a b
            {{name}}:
                @cpus all
                mkdir busy
                sleep 0.2
                rmdir busy
                echo $SCHED_CPUS > {{out}}
        end
        """)
      #expect(try job.run(ranks: 2).status == 0)
    }

    @Test func `a large recipe is not starved by small ones that are always there`() throws {
      let job = try MPIJob(
        """
        small = {{ lines("names") }}
        default all
        all: {{ map(small, "%", "%.s") }} big
            touch {{out}}
        first.s:
            echo {{out}} >> order
            touch {{out}}
        big: first.s
            @cpus all
            echo big >> order
            touch {{out}}
        for name in {{small}}
            {{name}}.s:
                sleep 0.02
                echo {{out}} >> order
                touch {{out}}
        end
        """)
      try job.write((1...120).map { "s\($0)\n" }.joined(), to: "names")
      #expect(try job.run(ranks: 2).status == 0)
      let order = try job.read("order").split(separator: "\n")
      #expect(order.count == 122)
      #expect(try #require(order.firstIndex(of: "big")) < 60)
    }

    @Test func `a pool is one for all ranks`() throws {
      let job = try MPIJob(
        """
        pool one = 1
        default a b c
        for name in a b c
            {{name}}:
                @pool one
                mkdir busy
                sleep 0.1
                rmdir busy
                touch {{out}}
        end
        """)
      #expect(try job.run(ranks: 3).status == 0)
    }

    @Test func `each recipe that asks for a GPU is told which one is its own`() throws {
      let job = try MPIJob(
        """
        default a b
        for name in a b
            {{name}}:
                @gpus 1
                touch {{name}}.runs
                while [ ! -e a.runs ] || [ ! -e b.runs ]; do sleep 0.02; done
                echo $CUDA_VISIBLE_DEVICES > {{out}}
        end
        """)
      #expect(try job.run(ranks: 2, ["-x", "CUDA_VISIBLE_DEVICES=3,5"]).status == 0)
      #expect(try Set([job.read("a"), job.read("b")]) == ["3\n", "5\n"])
    }

    @Test func `what no host has is refused before anything runs`() throws {
      let job = try MPIJob(
        """
        default big small
        small:
            echo > {{out}}
        big:
            @mem 900T
            echo > {{out}}
        """)
      let result = try job.run(ranks: 2)
      #expect(result.status != 0)
      #expect(result.error.contains("memory"))
      #expect(!job.exists("small"))
    }
  }
}
