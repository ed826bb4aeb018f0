import SchedCLI

runMain()
