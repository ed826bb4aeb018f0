import SchedExecutors
import SchedSystem

/// What this rank's machine has, and what the launcher restricted the rank to.
struct RankMachine {
  /// Processors that the launcher bound this rank to.
  let binding: [UInt8]

  /// Takes the binding down and lets this process, and so its recipes, run where the launcher
  /// itself may run: a recipe that asks for several processors must not be squeezed onto one.
  ///
  /// Only under a daemon of Open MPI, which binds its ranks by itself; what a batch system's own
  /// launcher gives to a rank is what the rank is meant to have.
  init() {
    let own = Affinity.mask(of: 0) ?? []
    binding = own
    guard Launcher.isParent, let mask = Affinity.mask(of: Host.parentID) else { return }
    Affinity.setOwn(mask)
  }

  /// After `init`, so that the processors are those of the machine.
  func describe(_ environment: Environment) -> Machine {
    let place = RankPlace.own()
    return Machine(
      host: place.host, bootID: place.bootID,
      cpus: UInt32(Host.usableCores()),
      binding: binding, memory: Host.usableMemory(),
      gpus: Host.gpus(environment).map { Array($0.utf8) })
  }
}
