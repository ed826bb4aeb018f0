import Foundation
import Testing

/// Three recipes that start a process of their own and say so; until there is a file `quick` they
/// take minutes.
struct LongJob {
  let job: MPIJob
  /// A number that no other test's processes have in their command lines.
  let marker = "\(Int.random(in: 100_000_000...999_999_999))"

  init() throws {
    job = try MPIJob(
      """
      default all
      names = a b c
      for name in {{names}}
          {{name}}:
              echo $SCHED_RANK > {{name}}.started
              if [ ! -e quick ]; then sh -c 'sleep \(marker) & wait'; fi
              echo made > {{out}}
      end
      all: {{names}}
          cat {{in}} > {{out}}
      """)
  }

  /// Three ranks, each with a recipe that runs.
  func start(_ arguments: [String] = []) throws -> MPIJob.Run {
    let run = try job.start(ranks: 3, arguments)
    // A recipe has said that it started before its process is what the tests look for.
    try MPIJob.waitFor(3, with: "sleep\0\(marker)")
    return run
  }

  /// Lets the recipes end well, those too that start from now on.
  func hurry() throws {
    try job.write("", to: "quick")
    for process in MPIJob.processes(with: "sleep\0\(marker)") { kill(process, SIGTERM) }
  }

  /// Whether no process of a recipe is left within some seconds.
  func isOver() -> Bool { MPIJob.areGone(with: marker) }

  /// The build was done in spite of all.
  func expectDone() throws {
    #expect(try job.read("all") == "made\nmade\nmade\n")
    #expect(try job.run(ranks: 2).error == "sched: nothing to do\n")
  }

  /// The build goes on from where it was, and is right.
  func expectGoodState() throws {
    try job.write("", to: "quick")
    let next = try job.run(ranks: 2)
    #expect(next.status == 0)
    try expectDone()
  }
}
