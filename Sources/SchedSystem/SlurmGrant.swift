/// The processors that SLURM gave, by what it puts into the environment.
///
/// Where it binds nothing (`TaskPlugin=task/none`), these variables alone tell: the affinity of a
/// task is that of the whole node.
public struct SlurmGrant: Equatable, Sendable {
  /// Of this process.
  public var own: Int
  /// Of all that SLURM has started or lets start for this job on this node.
  public var node: Int

  /// `variable` looks a variable up; nil outside a job, or where SLURM does not tell.
  ///
  /// `ranks` are those that another launcher has started on this node, who share what it has; 0: none,
  /// and this process is a task of its own.
  public init?(ranks: Int = 0, _ variable: (String) -> String?) {
    func number(_ name: String) -> Int? {
      variable(name).flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
    // Without these it is a shell outside the nodes (`salloc`).
    guard variable("SLURM_PROCID") != nil, var node = number("SLURM_CPUS_ON_NODE") else {
      return nil
    }
    if ranks > 0 {
      // The step of a launcher's daemons may have less than the job; they start ranks for all of it.
      if let all = Self.repeated(variable("SLURM_JOB_CPUS_PER_NODE")), all.isSame {
        node = max(node, all.values[0])
      }
      self.init(own: max(node / ranks, 1), node: node)
      return
    }
    guard variable("SLURM_STEP_ID") != nil else {
      // A batch script has the node's part of the job to itself.
      self.init(own: node, node: node)
      return
    }
    let index = variable("SLURM_NODEID").flatMap { Int($0) } ?? 0
    let tasks = Self.repeated(variable("SLURM_STEP_TASKS_PER_NODE"))?.value(at: index) ?? 1
    let asked = number("SLURM_CPUS_PER_TASK") ?? max(node / max(tasks, 1), 1)
    self.init(own: min(asked, node), node: node)
  }

  public init(own: Int, node: Int) {
    self.own = own
    self.node = node
  }

  /// Of this process as it stands in `environment`, without any MPI.
  public init?(_ environment: Environment) {
    self.init { name in environment[name].map { String(decoding: $0, as: UTF8.self) } }
  }

  // MARK: Lists

  /// `5,1` or `2(x3),1`: a number for each node.
  private struct Repeated {
    var values: [Int] = []
    var counts: [Int] = []

    var isSame: Bool { values.allSatisfy { $0 == values[0] } }

    func value(at index: Int) -> Int? {
      var rest = index
      for (value, count) in zip(values, counts) {
        if rest < count { return value }
        rest -= count
      }
      return nil
    }
  }

  private static func repeated(_ text: String?) -> Repeated? {
    guard let text else { return nil }
    var list = Repeated()
    for item in text.split(separator: ",") {
      let parts = item.split(separator: "(", maxSplits: 1)
      guard let first = parts.first, let value = Int(first), value > 0 else { return nil }
      var count = 1
      if parts.count == 2 {
        guard parts[1].hasPrefix("x"), parts[1].hasSuffix(")"),
          let times = Int(parts[1].dropFirst().dropLast()), times > 0
        else { return nil }
        count = times
      }
      list.values.append(value)
      list.counts.append(count)
    }
    return list.values.isEmpty ? nil : list
  }
}

extension Environment {
  /// Lets what recipes start with `srun`, or with an `mpirun` that uses it, share the job's processors.
  ///
  /// They belong to the step that this process, or the daemons of its launcher, are: without this, a new
  /// step waits until that one has ended, and so for the recipe itself. What the user has chosen stays.
  public mutating func letStepsOverlap() {
    guard self["SLURM_JOB_ID"] != nil, self["SLURM_OVERLAP"] == nil,
      self["SLURM_EXCLUSIVE"] == nil, self["SLURM_EXACT"] == nil
    else { return }
    set(Array("SLURM_OVERLAP".utf8), to: [UInt8(ascii: "1")])
  }
}
