/// The MPI job that this process is a rank of, by what launchers put into the environment.
///
/// MPI itself is not asked: to initialise it without a launcher starts daemons.
public struct MPIWorld: Equatable, Sendable {
  public var size: Int
  public var rank: Int

  /// Looks for a job with `variable`, which looks a variable up; nil outside one.
  public init?(_ variable: (String) -> String?) {
    func number(_ name: String) -> Int? { variable(name).flatMap { Int($0) } }
    // Open MPI's mpirun; MPICH's hydra; srun, which has variables of its own also where there are
    // no ranks (a batch script), so that it counts only together with a process manager's.
    if let size = number("OMPI_COMM_WORLD_SIZE") {
      self.init(size: size, rank: number("OMPI_COMM_WORLD_RANK") ?? number("PMIX_RANK") ?? 0)
    } else if let size = number("PMI_SIZE") {
      self.init(size: size, rank: number("PMI_RANK") ?? 0)
    } else if variable("SLURM_STEP_ID") != nil,
      let rank = number("PMIX_RANK") ?? number("PMI_RANK"),
      let size = number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS")
    {
      self.init(size: size, rank: rank)
    } else {
      return nil
    }
  }

  public init(size: Int, rank: Int) {
    self.size = size
    self.rank = rank
  }

  /// Of this process; nil: no launcher has started it.
  public static var own: MPIWorld? {
    let environment = Environment.current()
    return MPIWorld { name in environment[name].map { String(decoding: $0, as: UTF8.self) } }
  }
}
