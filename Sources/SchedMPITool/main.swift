import SchedCLI
import SchedMPI

let session = MPISession.start(isInJob: isInMPIJob())
if session.rank > 0 { session.serveWorker() }
let exitCode = runCommandLine(makeMPIExecutor: session.makeExecutor)
session.end(status: exitCode.status)
