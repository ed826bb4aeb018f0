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
  StopSignals.exitByThemselves()
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

  func runProject(_ invocation: Invocation) throws(UsageError) -> ExitCode {
    streams.hasColor = invocation.color.isOn(environment)
    let command = ProjectCommand(
      invocation: invocation, environment: environment, streams: streams,
      makeMPIExecutor: makeMPIExecutor, reportBuild: reportBuild)
    if let exitCode = command.run() { return exitCode }
    // The name of the command is a task's.
    let task: Invocation
    do throws(UsageError) {
      task = try CommandLineParser.parse(arguments, asTask: true)
    } catch {
      var diagnostic = error.diagnostic
      let name = invocation.command
      diagnostic.hint = "'\(name)' is a task here: 'sched :\(name)' is the command"
      streams.report(diagnostic)
      return .usage
    }
    return ProjectCommand(
      invocation: task, environment: environment, streams: streams,
      makeMPIExecutor: makeMPIExecutor, reportBuild: reportBuild, root: command.root
    ).run() ?? .usage
  }
  do throws(UsageError) {
    let invocation = try CommandLineParser.parse(arguments)
    if let answer = Help.answer(to: invocation) {
      streams.output.write(TerminalText(lines: answer))
      return .success
    }
    return try runProject(invocation)
  } catch {
    if let task = taskWithOptionsOfItsOwn(arguments, environment) {
      return (try? runProject(task)) ?? .usage
    }
    streams.report(error.diagnostic)
    return .usage
  }
}

/// A command line that is wrong for the command that it begins with, and right for the task of that name.
private func taskWithOptionsOfItsOwn(_ arguments: [[UInt8]], _ environment: Environment)
  -> Invocation?
{
  guard let task = try? CommandLineParser.parse(arguments, asTask: true),
    let name = task.targets.first, Command(rawValue: text(name)) != nil
  else { return nil }
  let isTask = TaskSearch(invocation: task, environment: environment).finds(name)
  return isTask ? task : nil
}
