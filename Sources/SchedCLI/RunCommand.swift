import SchedBase
import SchedEngine
import SchedExecutors
import SchedSystem

/// Makes the executor for `--mpi`, in a program that has MPI.
///
/// Called in the project's root, once for each run of the loop.
public typealias MPIExecutorFactory =
  (_ options: RankOptions, _ session: [UInt8], _ clock: TrustClock)
  throws(ExecutorUnavailable) -> any Executor

/// Told in the project's root that a build begins (nil) and how it ends, while no other can begin.
public typealias BuildReporter = (_ end: ExitCode?) -> Void

/// Runs sched as the arguments say, the program's name left out, and says how it ended.
///
/// Never ends the process, so that a program with MPI can finalise it. Without a factory, `--mpi`
/// replaces the process by the `sched-mpi` next to it.
public func runCommand(
  arguments: [[UInt8]], makeMPIExecutor: MPIExecutorFactory? = nil,
  reportBuild: BuildReporter? = nil
) -> ExitCode {
  Terminal.openMissingStreams()
  Terminal.ignoreBrokenPipes()
  let streams = Streams.standard
  return streams.status(
    after: run(
      arguments: arguments, streams, makeMPIExecutor: makeMPIExecutor, reportBuild: reportBuild))
}

private func run(
  arguments: [[UInt8]], _ streams: Streams, makeMPIExecutor: MPIExecutorFactory?,
  reportBuild: BuildReporter?
) -> ExitCode {
  var streams = streams
  let environment = Environment.current()
  let gate = MPIGate(
    arguments: arguments, environment: environment, hasMPI: makeMPIExecutor != nil)
  if let exitCode = gate.pass(streams) { return exitCode }

  do throws(UsageError) {
    let invocation = try CommandLineParser.parse(arguments)
    if let answer = Help.answer(to: invocation) {
      streams.output.write(answer)
      return .success
    }
    streams.hasColor = invocation.color.isOn(environment)
    return ProjectCommand(
      invocation: invocation, environment: environment, streams: streams,
      makeMPIExecutor: makeMPIExecutor, reportBuild: reportBuild
    ).run()
  } catch {
    streams.report(error.diagnostic)
    return .usage
  }
}
