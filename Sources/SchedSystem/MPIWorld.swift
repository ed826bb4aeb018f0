/// The MPI job that this process is a rank of, by what launchers put into the environment.
///
/// MPI itself is not asked: to initialise it without a launcher starts daemons.
public struct MPIWorld: Equatable, Sendable {
  /// Who started the ranks, as far as the variables tell.
  public enum Launcher: Equatable, Sendable {
    /// Open MPI's `mpirun`.
    case openMPI
    /// `mpiexec` of MPICH and its kin.
    case hydra
    /// `srun`, with a process manager by which ranks find each other, or (`--mpi=none`) without.
    case slurm(hasManager: Bool)
    /// A server of PMIx that does not say how many ranks there are.
    case pmix
  }

  /// At least so many ranks; what `.pmix` knows is no more than that.
  public var size: Int
  public var rank: Int
  public var launcher: Launcher

  public init(size: Int, rank: Int, _ launcher: Launcher) {
    self.size = size
    self.rank = rank
    self.launcher = launcher
  }

  /// Looks for a job with `variable`, which looks a variable up; nil outside one.
  public init?(_ variable: (String) -> String?) {
    func number(_ name: String) -> Int? {
      variable(name).flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
    // The launcher of another MPI may itself have been started as a step of SLURM, so that a step
    // counts last; and a batch script has variables of a task, but is not part of a step.
    let inStep = variable("SLURM_STEP_ID") != nil
    let step = (size: number("SLURM_STEP_NUM_TASKS"), rank: number("SLURM_PROCID"))
    let pmix = number("PMIX_RANK")
    if let size = number("OMPI_COMM_WORLD_SIZE") {
      self.init(size: size, rank: number("OMPI_COMM_WORLD_RANK") ?? pmix ?? 0, .openMPI)
    } else if let size = number("PMI_SIZE") {
      let rank = number("PMI_RANK") ?? 0
      let isStep = inStep && step.size == size && step.rank == rank
      self.init(size: size, rank: rank, isStep ? .slurm(hasManager: true) : .hydra)
    } else if inStep, let size = step.size, let rank = step.rank {
      let hasManager = pmix != nil || number("PMI_RANK") != nil
      self.init(size: size, rank: rank, .slurm(hasManager: hasManager))
    } else if let pmix, pmix < Int.max {
      self.init(size: pmix + 1, rank: pmix, .pmix)
    } else {
      return nil
    }
  }

  /// Of this process; nil: no launcher has started it.
  public static var own: MPIWorld? {
    let environment = Environment.current()
    return MPIWorld { name in environment[name].map { String(decoding: $0, as: UTF8.self) } }
  }

  /// Whether the user wants each rank to be on its own.
  public static func isIgnored(_ environment: Environment) -> Bool {
    environment["SCHED_IGNORE_MPI"] == [UInt8(ascii: "1")]
  }

  /// Whether MPI can find the other ranks: without that it must not be started.
  public var hasManager: Bool { launcher != .slurm(hasManager: false) }

  /// Whether it is this rank that speaks for all.
  public var isSpeaker: Bool { rank == (launcher == .pmix ? 1 : 0) }
}

// What users are told.
extension MPIWorld {
  /// What started the ranks.
  public var launcherName: String {
    switch launcher {
    case .openMPI: "Open MPI's mpirun"
    case .hydra: "mpiexec of MPICH or its kin"
    case .slurm: "srun"
    case .pmix: "a launcher with PMIx"
    }
  }

  /// A command that builds on as many ranks together; `arguments` are those of sched.
  ///
  /// `manager` is the process manager of SLURM that the MPI understands.
  public func command(_ arguments: [[UInt8]], manager: String = "pmix") -> String {
    let isPlain = arguments.allSatisfy { word in
      !word.isEmpty && word.allSatisfy(Self.plainBytes.contains)
    }
    var words = isPlain ? arguments.map { String(decoding: $0, as: UTF8.self) } : ["..."]
    if words.first != "--mpi" {
      words.removeAll { $0 == "--mpi" }
      words.insert("--mpi", at: 0)
    }
    let launch =
      if case .slurm = launcher { "srun --mpi=\(manager) -n \(size)" } else { "mpirun -np \(size)" }
    return "\(launch) sched \(words.joined(separator: " "))"
  }

  /// Bytes that mean nothing to a shell.
  private static let plainBytes = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./=:,@%+".utf8)
}
