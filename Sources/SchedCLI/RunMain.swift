import SchedSystem

/// The whole of `sched`: runs what the command line of this process says and ends it.
public func runMain() -> Never {
  ProgramExit.exit(status: runCommandLine().status)
}

/// Those of this process, its name left out.
public func commandLineArguments() -> [[UInt8]] {
  Array(ProgramReplacement.arguments().dropFirst())
}

/// Runs what the command line of this process says.
public func runCommandLine(
  makeMPIExecutor: MPIExecutorFactory? = nil, reportBuild: BuildReporter? = nil
) -> ExitCode {
  runCommand(
    arguments: commandLineArguments(), makeMPIExecutor: makeMPIExecutor, reportBuild: reportBuild)
}
