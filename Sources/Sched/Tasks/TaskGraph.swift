import SchedGraph

/// Tasks that are functions, and what they depend on.
///
/// A dependency may be added before or after the task that names it. `validate`, which each scheduler
/// calls before anything runs, finds unknown names and cycles.
///
///     var graph = TaskGraph()
///     let five = try graph.addTask("5") { _ in 5 }
///     let six = try graph.addTask("6") { _ in 6 }
///     let three = try graph.addTask("3", dependencies: ["5", "6"]) { context in
///       try context.result(of: five) + context.result(of: six)
///     }
///     let results = try SerialScheduler().run(graph)
///     print(try results[three])
public struct TaskGraph: Sendable {
  /// One task, its result's type forgotten.
  struct Entry: Sendable {
    var name: TaskName
    var dependencies: [TaskName]
    var description: String
    var expected: Duration?
    var priority: Int
    var cpus: Int
    var version: String
    var type: any (Codable & Sendable).Type
    var run: @Sendable (TaskContext) throws -> any Sendable
    /// A result as bytes.
    var encode: @Sendable (any Sendable) throws -> [UInt8]
    /// The arguments that a memoised run compares, as bytes.
    var arguments: @Sendable () throws -> [UInt8]
  }

  private(set) var entries: [Entry] = []
  private(set) var index: [TaskName: Int] = [:]

  /// A graph without tasks.
  public init() {}

  /// The names of all tasks, in the order in which they were added.
  public var names: [TaskName] { entries.map(\.name) }

  /// What a task was described as; nil: there is no such task.
  public func description(of task: TaskName) -> String? {
    index[task].map { entries[$0].description }
  }

  /// Adds a task whose function returns a value for its dependents.
  ///
  /// `expected` is how long it is expected to take: tasks with the longest path before them start
  /// first. Of tasks that are ready, those with a higher `priority` come before all others. `cpus` is
  /// how many of the scheduler's workers it counts for, cut to what there are. `version` and
  /// `arguments` are what a memoised run compares besides the name and the results of its dependencies:
  /// give another version when the function changes. Throws `TaskGraphError.duplicateName`. O(1).
  @discardableResult
  public mutating func addTask<Result: Codable & Sendable>(
    _ name: TaskName, dependencies: [TaskName] = [], description: String = "",
    expected: Duration? = nil, priority: Int = 0, cpus: Int = 1, version: String = "",
    arguments: some Codable & Sendable = NoResult(),
    _ function: @escaping @Sendable (TaskContext) throws -> Result
  ) throws(TaskGraphError) -> TaskHandle<Result> {
    guard index[name] == nil else { throw .duplicateName(name) }
    index[name] = entries.count
    entries.append(
      Entry(
        name: name, dependencies: dependencies, description: description, expected: expected,
        priority: priority, cpus: max(cpus, 1), version: version, type: Result.self,
        run: { try function($0) },
        encode: { value in
          guard let result = value as? Result else {
            preconditionFailure("internal error: a result of another type than its task's")
          }
          return try ResultCoding.encode(result)
        },
        arguments: { try ResultCoding.encode(arguments) }))
    return TaskHandle(name: name)
  }

  /// Adds a task whose function returns nothing.
  @discardableResult
  public mutating func addTask(
    _ name: TaskName, dependencies: [TaskName] = [], description: String = "",
    expected: Duration? = nil, priority: Int = 0, cpus: Int = 1, version: String = "",
    arguments: some Codable & Sendable = NoResult(),
    _ function: @escaping @Sendable (TaskContext) throws -> Void
  ) throws(TaskGraphError) -> TaskHandle<NoResult> {
    try addTask(
      name, dependencies: dependencies, description: description, expected: expected,
      priority: priority, cpus: cpus, version: version, arguments: arguments
    ) { context in
      try function(context)
      return NoResult()
    }
  }

  /// Finds what makes the graph impossible to run: a dependency that is no task, or a cycle, which
  /// is given whole.
  ///
  /// O(tasks + dependencies).
  public func validate() throws(TaskGraphError) {
    for entry in entries {
      if let unknown = entry.dependencies.first(where: { index[$0] == nil }) {
        throw .unknownDependency(unknown, of: entry.name)
      }
    }
    if let cycle = adjacency.cycle() { throw .cycle(cycle.map { entries[Int($0)].name }) }
  }

  /// From each task to those that it depends on: a cycle is told the way it depends.
  private var adjacency: Adjacency {
    var offsets: [UInt32] = [0]
    var targets: [UInt32] = []
    for entry in entries {
      targets += entry.dependencies.compactMap { index[$0].map(UInt32.init) }
      offsets.append(UInt32(targets.count))
    }
    return Adjacency(offsets: offsets, targets: targets)
  }
}

/// What is wrong with a graph; thrown before anything runs.
public enum TaskGraphError: Error, Equatable, Sendable, CustomStringConvertible {
  case duplicateName(TaskName)
  case unknownDependency(TaskName, of: TaskName)
  /// Each depends on the next one, the last on the first.
  case cycle([TaskName])

  public var description: String {
    switch self {
    case .duplicateName(let name): "a task '\(name)' is there already"
    case .unknownDependency(let name, let task):
      "task '\(task)' depends on '\(name)', which is no task"
    case .cycle(let names):
      "tasks depend on each other: "
        + (names + names.prefix(1)).map(\.text).joined(separator: " -> ")
    }
  }
}
