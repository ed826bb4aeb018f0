// TaskOverhead KIND COUNT: runs COUNT tasks that do nothing and depend on nothing, and prints the
// nanoseconds that each took, adding them to the graph left out.
//
// KIND: serial, or a number of worker processes, which are started and have run a task each before.

import Sched

let arguments = CommandLine.arguments
guard arguments.count == 3, let count = Int(arguments[2]) else {
  fatalError("usage: TaskOverhead serial|WORKERS COUNT")
}

func graph(_ count: Int) throws -> TaskGraph {
  var graph = TaskGraph()
  for number in 0..<count { try graph.addTask(TaskName("\(number)")) { _ in number } }
  return graph
}

func time(_ count: Int, _ scheduler: some TaskScheduler) throws -> Duration {
  let tasks = try graph(count)
  let clock = ContinuousClock()
  let start = clock.now
  guard try scheduler.run(tasks).succeeded else { fatalError("a task failed") }
  return clock.now - start
}

func perTask(_ scheduler: some TaskScheduler) throws -> Double {
  // What a run costs in any case is measured with few tasks and taken off.
  let few = 64
  let base = try time(few, scheduler)
  let all = try time(count + few, scheduler)
  return (all - base) / .nanoseconds(1) / Double(count)
}

if arguments[1] == "serial" {
  print(try perTask(SerialScheduler()))
} else if let workers = Int(arguments[1]) {
  print(try perTask(ProcessParallelScheduler(workers: workers)))
}
