print("sched-mpi")
