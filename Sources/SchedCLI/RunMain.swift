import SchedSystem

/// The whole of `sched`: runs what the command line of this process says and ends it.
public func runMain() -> Never {
  ProgramExit.exit(status: runCommandLine().status)
}

/// Runs what the command line of this process says.
public func runCommandLine(
  makeMPIExecutor: MPIExecutorFactory? = nil, reportBuild: BuildReporter? = nil
) -> ExitCode {
  let arguments = ProgramReplacement.arguments().dropFirst()
  return runCommand(
    arguments: Array(arguments), makeMPIExecutor: makeMPIExecutor, reportBuild: reportBuild)
}
