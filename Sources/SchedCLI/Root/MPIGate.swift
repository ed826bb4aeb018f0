import SchedBase
import SchedSystem

/// What is settled about MPI before anything else is looked at.
struct MPIGate {
  let arguments: [[UInt8]]
  let environment: Environment
  /// Whether this program has MPI.
  let hasMPI: Bool

  private static let option = Array("--mpi".utf8)

  private var asksForMPI: Bool {
    arguments.prefix { $0 != Array("--".utf8) }.contains(Self.option)
  }

  /// The exit code where sched must not go on; nil where it may.
  ///
  /// Does not return where this process becomes `sched-mpi`: same process id, environment and
  /// descriptors, which is all that a launcher needs.
  func pass(_ streams: Streams) -> ExitCode? {
    if asksForMPI { return hasMPI ? nil : becomeMPIProgram(streams) }
    let world = MPIWorld { name in environment[name].map { text($0) } }
    guard let world, world.size > 1, !MPIWorld.isIgnored(environment) else { return nil }
    if world.isSpeaker {
      streams.report(
        .error(
          "this is an MPI job of \(world.size) ranks, and each would build the same",
          hint: "'\(world.command(arguments))', or SCHED_IGNORE_MPI=1 to build on each"))
    }
    return .usage
  }

  /// Replaces this process by the `sched-mpi` next to it; returns only where that failed.
  private func becomeMPIProgram(_ streams: Streams) -> ExitCode {
    do throws(SystemError) {
      let own = try ProgramReplacement.own()
      let directory = own[...(own.lastIndex(of: UInt8(ascii: "/")) ?? 0)]
      let program = Array(directory) + Array("sched-mpi".utf8)
      throw ProgramReplacement.exec(program, arguments: [program] + arguments)
    } catch {
      streams.report(.error(error.message, hint: "'sched-mpi' must stand next to 'sched'"))
      return .usage
    }
  }
}
