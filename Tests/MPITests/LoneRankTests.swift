import SchedSystem
import Testing

@testable import SchedMPI

@Suite struct LoneRankTests {
  private let none = Environment(entries: [])
  private let ignoring = Environment(entries: [Array("SCHED_IGNORE_MPI=1".utf8)])

  private func lone(_ world: MPIWorld?, _ size: Int?, _ environment: Environment) -> LoneRank? {
    LoneRank(world, size: size, library: "Open MPI v4.1.4", environment)
  }

  @Test func `a rank is lone where the launcher says more than mpi`() {
    let step = MPIWorld(size: 3, rank: 0, .slurm(hasManager: false))
    #expect(lone(step, nil, none) != nil)
    #expect(lone(MPIWorld(size: 2, rank: 1, .hydra), 1, none) != nil)
    #expect(lone(MPIWorld(size: 4, rank: 0, .openMPI), 1, none) != nil)
    #expect(lone(MPIWorld(size: 4, rank: 0, .openMPI), 4, none) == nil)
    #expect(lone(MPIWorld(size: 1, rank: 0, .hydra), 1, none) == nil)
    #expect(lone(nil, nil, none) == nil)
    #expect(lone(step, nil, ignoring) == nil)
  }

  @Test func `the hint names a launcher that the mpi understands`() {
    let words = [Array("--mpi".utf8), Array("app".utf8)]
    func hint(_ launcher: MPIWorld.Launcher, _ library: String) -> String? {
      LoneRank(MPIWorld(size: 3, rank: 0, launcher), size: 1, library: library, none)?.hint(words)
    }
    let rest = ", or SCHED_IGNORE_MPI=1 to build on each"
    #expect(
      hint(.slurm(hasManager: false), "Open MPI v4.1.4")
        == "'srun --mpi=pmix -n 3 sched --mpi app'" + rest)
    #expect(
      hint(.slurm(hasManager: true), "MPICH 4.0.2")
        == "'srun --mpi=pmi2 -n 3 sched --mpi app'" + rest)
    #expect(
      hint(.hydra, "Open MPI v4.1.4")
        == "'mpirun -np 3 sched --mpi app' of Open MPI v4.1.4" + rest)
  }

  @Test(arguments: [
    ("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", "Open MPI v4.1.4"),
    ("MPICH Version:\t4.0.2\nMPICH Release date:\tThu", "MPICH 4.0.2"),
    ("", "unknown"),
  ])
  func `an mpi is called by its name and version`(_ text: String, _ name: String) {
    #expect(LoneRank.shortName(text) == name)
  }
}
