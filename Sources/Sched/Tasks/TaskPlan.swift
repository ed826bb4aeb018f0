import SchedDigest
import SchedSystem

/// A graph as it is run: tasks by number, dependencies as numbers.
///
/// Made once for a run, on the coordinator and in each worker. Any thread of a task may ask it.
package final class TaskPlan: @unchecked Sendable {
  let entries: [TaskGraph.Entry]
  let index: [TaskName: Int]
  /// The numbers of each task's direct dependencies, all in one row.
  private let dependencies: [Int32]
  private let firstDependency: [Int]
  /// What each task depends on, directly or not; found when it is first asked for.
  private var ancestors: [Int: Set<Int>] = [:]
  private let lock = Mutex()

  /// The graph must be valid.
  package init(_ graph: TaskGraph) {
    entries = graph.entries
    index = graph.index
    var dependencies: [Int32] = []
    var first = [0]
    for entry in graph.entries {
      for name in entry.dependencies { dependencies.append(Int32(graph.index[name]!)) }
      first.append(dependencies.count)
    }
    self.dependencies = dependencies
    firstDependency = first
  }

  package var count: Int { entries.count }
  package func cpus(of task: Int) -> Int { entries[task].cpus }
  package func name(_ task: Int) -> TaskName { entries[task].name }

  func dependencies(of task: Int) -> ArraySlice<Int32> {
    dependencies[firstDependency[task]..<firstDependency[task + 1]]
  }

  /// Whether `task` depends on `other`, directly or not.
  func depends(_ task: Int, on other: Int) -> Bool {
    dependencies(of: task).contains(Int32(other)) || ancestors(of: task).contains(other)
  }

  func ancestors(of task: Int) -> Set<Int> {
    if let known = lock.locked({ ancestors[task] }) { return known }
    var found: Set<Int> = []
    var stack = [task]
    while let next = stack.popLast() {
      for dependency in dependencies(of: next) where found.insert(Int(dependency)).inserted {
        stack.append(Int(dependency))
      }
    }
    lock.locked { ancestors[task] = found }
    return found
  }

  // MARK: Whether two processes have the same tasks

  /// One line for each task: its name, what it depends on, and the type of its result.
  package var lines: [String] {
    entries.map { entry in
      "\(entry.name) <- \(entry.dependencies.map(\.text).joined(separator: ", ")): \(entry.type)"
    }
  }

  /// The first task that is not the same here and in a worker, whose `lines` those are.
  package func difference(to lines: [String]) -> String {
    let own = self.lines
    for (mine, other) in zip(own, lines) where mine != other {
      return "'\(mine)' here is '\(other)' there"
    }
    return own.count > lines.count
      ? "'\(own[lines.count])' is not there" : "'\(lines[own.count])' is there only"
  }

  /// Tells these tasks from others.
  package var digest: Digest {
    var hasher = FactHasher()
    for entry in entries {
      add(entry.name.text, 1, &hasher)
      for name in entry.dependencies { add(name.text, 2, &hasher) }
      add("\(entry.type)", 3, &hasher)
    }
    return hasher.digest
  }

  private func add(_ text: String, _ label: UInt8, _ hasher: inout FactHasher) {
    var text = text
    text.withUTF8 { hasher.add(label, UnsafeRawBufferPointer($0)) }
  }
}
