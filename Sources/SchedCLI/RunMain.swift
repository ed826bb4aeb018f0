import SchedSystem

/// The whole of `sched`: runs what the command line of this process says and ends it.
public func runMain() -> Never {
  ProgramExit.exit(status: runCommandLine().status)
}

/// Runs what the command line of this process says.
public func runCommandLine(makeMPIExecutor: MPIExecutorFactory? = nil) -> ExitCode {
  let arguments = ProgramReplacement.arguments().dropFirst()
  return runCommand(arguments: Array(arguments), makeMPIExecutor: makeMPIExecutor)
}

/// Whether a launcher started this process as a rank of an MPI job.
public func isInMPIJob() -> Bool {
  MPIWorld.own != nil
}
