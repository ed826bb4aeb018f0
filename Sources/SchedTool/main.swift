print("sched")
