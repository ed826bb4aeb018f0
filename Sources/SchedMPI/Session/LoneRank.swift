import CMPI
import SchedSystem

/// A rank that MPI takes for the only one although a launcher has started more.
///
/// That is a launcher of another MPI, or `srun` without a process manager. Each rank would build
/// the same, one after the other.
struct LoneRank: Equatable {
  let world: MPIWorld
  /// What MPI says it is.
  let library: String

  /// `size` is how many ranks MPI knows; nil: it cannot be started.
  ///
  /// nil where all is well, or the user wants it so.
  init?(_ world: MPIWorld?, size: Int?, library: String, _ environment: Environment) {
    guard let world, world.size > 1, size ?? 1 == 1, !MPIWorld.isIgnored(environment) else {
      return nil
    }
    self.world = world
    self.library = library
  }

  var message: String {
    "\(world.launcherName) started \(world.size) ranks, but MPI (\(library)) sees only one: "
      + "each would build the same"
  }

  func hint(_ arguments: [[UInt8]]) -> String {
    // MPICH and its kin are mostly built for the older manager.
    let manager = library.hasPrefix("Open MPI") ? "pmix" : "pmi2"
    let own = if case .slurm = world.launcher { "" } else { " of \(library)" }
    return "'\(world.command(arguments, manager: manager))'\(own), or SCHED_IGNORE_MPI=1 to build "
      + "on each"
  }

  /// The MPI that this program is linked with: `Open MPI v4.1.4`.
  static func ownLibrary() -> String {
    var text = [CChar](repeating: 0, count: Int(cmpi_library_capacity()) + 1)
    cmpi_library(&text)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return shortName(String(decoding: bytes, as: UTF8.self))
  }

  /// The name and the version of what MPI says on many lines.
  static func shortName(_ text: String) -> String {
    let line = text.split { $0 == "\n" || $0 == "," }.first ?? "unknown"
    let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
    return words.prefix(3).filter { $0 != "Version" }.joined(separator: " ")
  }
}
