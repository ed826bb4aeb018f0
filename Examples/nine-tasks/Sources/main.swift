// Nine tasks with dependencies, run one after the other or on worker processes:
//
//     nine-tasks              in this process
//     nine-tasks 4            on four worker processes
//
//     1 <- 2, 3      2 <- 4      3 <- 5, 6      7      8 <- 9
//
// Each task gives its own number plus the results of the tasks that it depends on.

import Sched

let shape: [(Int, [Int])] = [
  (1, [2, 3]), (2, [4]), (3, [5, 6]), (4, []), (5, []), (6, []), (7, []), (8, [9]), (9, []),
]

var graph = TaskGraph()
for (number, dependencies) in shape {
  let names = dependencies.map { TaskName("\($0)") }
  try graph.addTask(TaskName("\(number)"), dependencies: names) { context in
    try names.reduce(number) { try $0 + context.result(of: $1, as: Int.self) }
  }
}

let scheduler: any TaskScheduler =
  if CommandLine.arguments.count > 1, let workers = Int(CommandLine.arguments[1]) {
    ProcessParallelScheduler(workers: workers)
  } else {
    SerialScheduler()
  }

let results = try scheduler.run(graph)
print("in the order in which they ended:", results.order.map(\.text).joined(separator: " "))
for (number, _) in shape {
  print("\(number) = \(try results.result(of: TaskName("\(number)"), as: Int.self))")
}
