// A program for the tests and the benchmarks of the library on MPI ranks: does what its first argument says.

import CMPI
import Foundation
import Sched
import SchedMPI

let arguments = CommandLine.arguments
let what = arguments.count > 1 ? arguments[1] : ""
if what == "initialised" {
  // By the program, which then also finalises.
  var anyThread: Int32 = 0
  guard cmpi_start(&anyThread) == 0 else { fatalError("MPI does not start") }
}
let rank = try MPIParallelScheduler.ranks().own

func say(_ text: String) { print("rank \(rank): \(text)") }

/// Each task gives its number plus the results of those that it depends on.
func nineTasks() throws -> TaskGraph {
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
  return graph
}

func sum(_ results: TaskResults) -> String {
  let values = (1...9).map { try? results.result(of: TaskName("\($0)"), as: Int.self) }
  return values.map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ")
}

struct Problem: Error, CustomStringConvertible {
  var description: String { "a problem" }
}

switch what {
case "nine":
  say(sum(try MPIParallelScheduler().run(try nineTasks())))
case "shared":
  say(sum(try MPIParallelScheduler(shareResultsWithAllRanks: true).run(try nineTasks())))
case "twice":
  let first = try MPIParallelScheduler(shareResultsWithAllRanks: true).run(try nineTasks())
  var graph = TaskGraph()
  let last = try graph.addTask("last") { _ in try first.result(of: "1", as: Int.self) * 100 }
  let second = try MPIParallelScheduler().run(graph)
  say((try? second[last]).map { "\($0)" } ?? "-")
case "failing":
  var graph = TaskGraph()
  try graph.addTask("bad") { _ in throw Problem() }
  try graph.addTask("after", dependencies: ["bad"]) { _ in 1 }
  try graph.addTask("other") { _ in 2 }
  let results = try MPIParallelScheduler(keepGoing: true).run(graph)
  say("\(results.outcome(of: "bad")) \(results.outcome(of: "after")) \(results.failures.count)")
case "large":
  // More than one message takes.
  var graph = TaskGraph()
  try graph.addTask("bytes") { _ in [UInt8](repeating: 7, count: 3_000_000) }
  let count = try graph.addTask("count", dependencies: ["bytes"]) { context in
    try context.result(of: "bytes", as: [UInt8].self).reduce(0) { $0 + Int($1) }
  }
  let results = try MPIParallelScheduler(shareResultsWithAllRanks: true).run(graph)
  say("\(try results[count])")
case "different":
  var graph = TaskGraph()
  try graph.addTask(TaskName("task of rank \(min(rank, 1))")) { _ in rank }
  do {
    _ = try MPIParallelScheduler().run(graph)
  } catch {
    say("\(error)")
  }
case "inner":
  // A scheduler inside a task is serial.
  var graph = TaskGraph()
  let outer = try graph.addTask("outer") { _ in
    try MPIParallelScheduler().run(try nineTasks()).result(of: "1", as: Int.self)
  }
  let results = try MPIParallelScheduler().run(graph)
  if rank == 0 { say("\(try results[outer])") }
case "crash":
  var graph = TaskGraph()
  for number in 0..<4 { try graph.addTask(TaskName("\(number)")) { _ in number } }
  // The first attempt ends its rank.
  try graph.addTask("crash") { context in
    if context.attempt == 1 { fatalError("as asked") }
    return context.attempt
  }
  let results = try MPIParallelScheduler().run(graph)
  say("\((try? results.result(of: "crash", as: Int.self)) ?? 0)")
case "killed", "stopped":
  // The first attempt is ended from outside, or goes on no more; says whether it took a second or two.
  var graph = TaskGraph()
  let task = try graph.addTask("task") { context in
    if context.attempt == 1 { kill(getpid(), what == "killed" ? SIGKILL : SIGSTOP) }
    return context.attempt
  }
  let start = ContinuousClock.now
  let results = try MPIParallelScheduler(shareResultsWithAllRanks: true).run(graph)
  let isSoon = ContinuousClock.now - start < .seconds(2)
  say("\(try results[task]) \(isSoon ? "soon" : "late")")
case "headless":
  // Rank 0 is killed while the others wait for it.
  var graph = TaskGraph()
  try graph.addTask("task") { _ in 1 }
  if rank == 0 {
    Thread.sleep(forTimeInterval: 0.5)
    kill(getpid(), SIGKILL)
  }
  let start = ContinuousClock.now
  do {
    _ = try MPIParallelScheduler().run(graph)
  } catch {
    say("\(error) \(ContinuousClock.now - start < .seconds(3) ? "soon" : "late")")
  }
case "crashes":
  // Every attempt ends its rank.
  var graph = TaskGraph()
  try graph.addTask("crashes") { _ in fatalError("as asked") }
  try graph.addTask("after", dependencies: ["crashes"]) { _ in 1 }
  let results = try MPIParallelScheduler().run(graph)
  say("\(results.outcome(of: "crashes")) \(results.outcome(of: "after"))")
case "initialised":
  say(sum(try MPIParallelScheduler().run(try nineTasks())))
  guard cmpi_is_finished() == 0, cmpi_finish() == 0 else { fatalError("MPI is finalised") }
case "long":
  // Longer than the time after which a silent rank is given up.
  var graph = TaskGraph()
  let slow = try graph.addTask("slow") { _ in
    let end = ContinuousClock.now + .seconds(11)
    while ContinuousClock.now < end {}
    return 1
  }
  let results = try MPIParallelScheduler().run(graph)
  if rank == 0 { say("\(try results[slow])") }
case "tiny":
  // So many tasks that do nothing: the seconds that each takes.
  var graph = TaskGraph()
  for number in 0..<Int(arguments[2])! { try graph.addTask(TaskName("\(number)")) { _ in number } }
  _ = try MPIParallelScheduler().run(try nineTasks())
  let start = ContinuousClock.now
  let results = try MPIParallelScheduler().run(graph)
  let time = ContinuousClock.now - start
  guard results.succeeded else { fatalError("a task failed") }
  if rank == 0 { print(time / .seconds(1) / Double(graph.names.count)) }
default:
  say("nothing to do")
}
