// How fast does a damped oscillator come to rest? One task for each damping, on the ranks of an MPI job, and
// one that compares them:
//
//     mpirun -np 4 parameter-sweep        rank 0 shares the work out to the others
//     parameter-sweep                     without MPI, one after the other
//
// Every rank runs all of this; what is printed once is printed by rank 0.

import Sched
import SchedMPI

/// What one task finds; results travel between ranks, so that they are `Codable`.
struct Settling: Codable {
  var damping: Double
  /// Seconds until it stays within a thousandth of its start.
  var time: Double
}

/// x'' = -x - damping x', from rest at 1, in small steps.
func settle(damping: Double) -> Settling {
  let step = 0.0005
  var (position, speed, lastOutside) = (1.0, 0.0, 0.0)
  for count in 0..<200_000 {
    speed += step * (-position - damping * speed)
    position += step * speed
    if abs(position) > 0.001 { lastOutside = Double(count + 1) * step }
  }
  return Settling(damping: damping, time: lastOutside)
}

var graph = TaskGraph()
var runs: [TaskHandle<Settling>] = []
for tenths in 1...40 {
  let damping = Double(tenths) / 10
  runs.append(try graph.addTask(TaskName("damping \(damping)")) { _ in settle(damping: damping) })
}
let best = try graph.addTask("best", dependencies: runs.map(\.name)) { [runs] context in
  var all: [Settling] = []
  for run in runs { all.append(try context.result(of: run)) }
  return all.min { $0.time < $1.time }!
}

let (rank, ranks) = try MPIParallelScheduler.ranks()
let results = try MPIParallelScheduler().run(graph)
if rank == 0 {
  let found = try results[best]
  print(
    "of \(runs.count) dampings on \(ranks) ranks, \(found.damping) is at rest first: \(found.time) s"
  )
}
