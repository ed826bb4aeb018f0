import SchedExecutors
import SchedSystem

/// What this rank's machine has, and what the launcher restricted the rank to.
struct RankMachine {
  /// Processors that the launcher bound this rank to.
  let binding: [UInt8]
  /// What SLURM gave to the rank.
  private let grant: SlurmGrant?

  /// Takes the binding down and lets this process, and so its recipes, run where the launcher
  /// itself may run: a recipe that asks for several processors must not be squeezed onto one.
  ///
  /// Only under a daemon of Open MPI, which binds its ranks by itself; what a batch system's own
  /// launcher gives to a rank is what the rank is meant to have.
  init() {
    let own = Affinity.mask(of: 0) ?? []
    binding = own
    grant = Self.grant(binding: own, Environment.current())
    guard Launcher.isParent, let mask = Affinity.mask(of: Host.parentID) else { return }
    Affinity.setOwn(mask)
  }

  /// Before the launcher's marks are taken off this process.
  ///
  /// SLURM counts, but does not bind where it was told so, and then only it knows what is the rank's;
  /// a rank that is bound to less than that has less.
  static func grant(binding: [UInt8], _ environment: Environment) -> SlurmGrant? {
    func text(_ name: String) -> String? {
      environment[name].map { String(decoding: $0, as: UTF8.self) }
    }
    let others = text("OMPI_COMM_WORLD_LOCAL_SIZE") ?? text("MPI_LOCALNRANKS")
    guard var grant = SlurmGrant(ranks: others.flatMap { Int($0) } ?? 0, text) else { return nil }
    let bound = binding.reduce(0) { $0 + $1.nonzeroBitCount }
    if bound > 0, bound < Host.onlineCores { grant.own = min(grant.own, bound) }
    if others == nil { grant.node = grant.own }
    return grant
  }

  /// After `init`, so that the processors are those of the machine.
  func describe(_ environment: Environment) -> Machine {
    let place = RankPlace.own()
    return Machine(
      host: place.host, bootID: place.bootID,
      cpus: UInt32(clamping: grant?.node ?? Host.usableCores()),
      binding: binding, granted: UInt32(clamping: grant?.own ?? 0), memory: Host.usableMemory(),
      gpus: Host.gpus(environment).map { Array($0.utf8) })
  }
}
