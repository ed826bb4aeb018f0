import SchedSystem
import Testing

/// Variables as SLURM 22.05 sets them.
@Suite struct SlurmGrantTests {
  private func grant(_ variables: [String: String], ranks: Int = 0) -> SlurmGrant? {
    SlurmGrant(ranks: ranks) { variables[$0] }
  }

  private let step = [
    "SLURM_PROCID": "1", "SLURM_STEP_ID": "0", "SLURM_NODEID": "0", "SLURM_CPUS_ON_NODE": "3",
    "SLURM_STEP_TASKS_PER_NODE": "3",
  ]

  @Test func `a task of srun has what was asked for each`() {
    let asked = step.merging(["SLURM_CPUS_PER_TASK": "1"]) { $1 }
    #expect(grant(asked) == SlurmGrant(own: 1, node: 3))
  }

  @Test func `a batch script's number for each task does not make more than the step has`() {
    let asked = step.merging(["SLURM_CPUS_PER_TASK": "32"]) { $1 }
    #expect(grant(asked) == SlurmGrant(own: 3, node: 3))
  }

  @Test func `tasks for which nothing was asked share the node's`() {
    let uneven = [
      "SLURM_PROCID": "5", "SLURM_STEP_ID": "0", "SLURM_NODEID": "2", "SLURM_CPUS_ON_NODE": "8",
      "SLURM_STEP_TASKS_PER_NODE": "1(x2),2",
    ]
    #expect(grant(uneven) == SlurmGrant(own: 4, node: 8))
    #expect(grant(step) == SlurmGrant(own: 1, node: 3))
  }

  @Test func `a batch script has all of its node`() {
    let batch = [
      "SLURM_PROCID": "0", "SLURM_CPUS_ON_NODE": "6", "SLURM_CPUS_PER_TASK": "2",
    ]
    #expect(grant(batch) == SlurmGrant(own: 6, node: 6))
  }

  @Test func `ranks of mpirun share the job's part of the node`() {
    let daemon = [
      "SLURM_PROCID": "0", "SLURM_STEP_ID": "0", "SLURM_CPUS_ON_NODE": "2",
      "SLURM_JOB_CPUS_PER_NODE": "8(x3)", "SLURM_CPUS_PER_TASK": "2",
    ]
    #expect(grant(daemon, ranks: 3) == SlurmGrant(own: 2, node: 8))
    #expect(grant(daemon, ranks: 100) == SlurmGrant(own: 1, node: 8))
    // Which of several numbers is this node's is not known.
    let uneven = daemon.merging(["SLURM_JOB_CPUS_PER_NODE": "8,4(x2)"]) { $1 }
    #expect(grant(uneven, ranks: 2) == SlurmGrant(own: 1, node: 2))
  }

  @Test func `outside the nodes, and of what is no number, nothing is known`() {
    #expect(grant([:]) == nil)
    #expect(grant(["SLURM_CPUS_ON_NODE": "4"]) == nil)
    #expect(grant(["SLURM_PROCID": "0", "SLURM_CPUS_ON_NODE": "-4"]) == nil)
    #expect(grant(["SLURM_PROCID": "0", "SLURM_CPUS_ON_NODE": "99999999999999999999"]) == nil)
    let nonsense = step.merging(["SLURM_STEP_TASKS_PER_NODE": "2(x"]) { $1 }
    #expect(grant(nonsense) == SlurmGrant(own: 3, node: 3))
  }

  @Test func `steps of recipes may overlap in a job, and what was chosen stays`() {
    func overlap(_ entries: [String]) -> [UInt8]? {
      var environment = Environment(entries: entries.map { Array($0.utf8) })
      environment.letStepsOverlap()
      return environment["SLURM_OVERLAP"]
    }
    #expect(overlap(["SLURM_JOB_ID=1"]) == Array("1".utf8))
    #expect(overlap([]) == nil)
    #expect(overlap(["SLURM_JOB_ID=1", "SLURM_OVERLAP=0"]) == Array("0".utf8))
    #expect(overlap(["SLURM_JOB_ID=1", "SLURM_EXACT=1"]) == nil)
  }
}
