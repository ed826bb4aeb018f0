import SchedCLI
import SchedMPI

if MPISession.mayBeRankZero {
  BuildOutcome.begin(root: rootOfBuild(arguments: commandLineArguments()))
}
let session = MPISession.start()
if session.rank > 0 { session.serveWorker() }
let exitCode = runCommandLine(
  makeMPIExecutor: session.makeExecutor,
  reportBuild: { end in BuildOutcome.write(end?.status) })
session.end(status: exitCode.status)
