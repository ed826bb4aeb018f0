import SchedSystem

/// The whole of `sched`: runs what the command line of this process says and ends it.
public func runMain() -> Never {
  let arguments = ProgramReplacement.arguments().dropFirst()
  ProgramExit.exit(status: runCommand(arguments: Array(arguments)).status)
}
