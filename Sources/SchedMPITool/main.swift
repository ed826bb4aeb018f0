import SchedCLI
import SchedMPI

let session = MPISession.start()
if session.rank > 0 { session.serveWorker() }
let exitCode = runCommandLine(
  makeMPIExecutor: session.makeExecutor,
  reportBuild: { end in BuildOutcome.write(end?.status) })
session.end(status: exitCode.status)
