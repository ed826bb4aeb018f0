import Sched
import Testing

/// The shape 1 <- {2, 3}, 2 <- 4, 3 <- {5, 6}, 7, 8 <- 9.
private func nineTasks() throws -> (TaskGraph, one: TaskHandle<Int>) {
  var graph = TaskGraph()
  func number(_ name: TaskName, _ dependencies: [TaskName], _ own: Int) throws -> TaskHandle<Int> {
    try graph.addTask(name, dependencies: dependencies) { context in
      try dependencies.reduce(own) { try $0 + context.result(of: $1, as: Int.self) }
    }
  }
  let one = try number("1", ["2", "3"], 1)
  for (name, dependencies) in [("2", ["4"]), ("3", ["5", "6"]), ("8", ["9"])]
    as [(String, [String])]
  {
    _ = try number(TaskName(name), dependencies.map { TaskName($0) }, Int(name)!)
  }
  for name in ["4", "5", "6", "7", "9"] { _ = try number(TaskName(name), [], Int(name)!) }
  return (graph, one)
}

struct SerialSchedulerTests {
  @Test func `nine tasks run in an order that respects what they depend on`() throws {
    let (graph, one) = try nineTasks()
    let results = try SerialScheduler().run(graph)
    #expect(Set(results.order) == Set(graph.names) && results.order.count == 9)
    for (before, after) in [("4", "2"), ("2", "1"), ("5", "3"), ("6", "3"), ("3", "1"), ("9", "8")]
    {
      let first = try #require(results.order.firstIndex(of: TaskName(before)))
      #expect(first < results.order.firstIndex(of: TaskName(after))!)
    }
    #expect(try results[one] == 1 + 2 + 4 + 3 + 5 + 6 && results.succeeded)
  }

  @Test func `a task that throws fails by name, and what depends on it is not run`() throws {
    struct Broken: Error, CustomStringConvertible { var description: String { "it broke" } }
    var graph = TaskGraph()
    try graph.addTask("bad") { _ throws -> Int in throw Broken() }
    try graph.addTask("after", dependencies: ["bad"]) { _ in }
    try graph.addTask("apart") { _ in 7 }
    let results = try SerialScheduler(keepGoing: true).run(graph)
    #expect(results.outcome(of: "bad") == .failed(message: "it broke"))
    #expect(results.outcome(of: "after") == .notRun(because: "bad"))
    #expect(try results.result(of: "apart", as: Int.self) == 7)
    #expect(results.failures == ["bad"] && !results.succeeded)
  }

  @Test func `without keep going nothing starts after a failure`() throws {
    var graph = TaskGraph()
    try graph.addTask("bad", priority: 1) { _ throws -> Int in throw TaskResultError.notRun("x") }
    try graph.addTask("apart") { _ in 7 }
    let results = try SerialScheduler().run(graph)
    #expect(results.outcome(of: "apart") == .notRun(because: nil))
  }

  @Test func `wrong graphs are errors before anything runs`() throws {
    var graph = TaskGraph()
    try graph.addTask("a", dependencies: ["b"]) { _ in }
    #expect(throws: TaskGraphError.duplicateName("a")) { try graph.addTask("a") { _ in } }
    #expect(throws: TaskGraphError.unknownDependency("b", of: "a")) {
      try SerialScheduler().run(graph)
    }
    try graph.addTask("b", dependencies: ["c"]) { _ in }
    try graph.addTask("c", dependencies: ["a"]) { _ in }
    #expect(throws: TaskGraphError.cycle(["a", "b", "c"])) { try graph.validate() }
    #expect("\(TaskGraphError.cycle(["a", "b", "c"]))".hasSuffix("a -> b -> c -> a"))
  }

  @Test func `a result that the task does not depend on is an error that says so`() throws {
    var graph = TaskGraph()
    let far = try graph.addTask("far") { _ in 1 }
    try graph.addTask("near", dependencies: ["far"]) { _ in 2 }
    let indirect = try graph.addTask("indirect", dependencies: ["near"]) { try $0.result(of: far) }
    try graph.addTask("stranger") { _ = try $0.result(of: far) }
    try graph.addTask("mistaken", dependencies: ["far"]) {
      _ = try $0.result(of: "far", as: String.self)
    }
    let results = try SerialScheduler(keepGoing: true).run(graph)
    #expect(try results[indirect] == 1)
    #expect(
      results.outcome(of: "stranger")
        == .failed(message: "the task does not depend on 'far', whose result it asks for"))
    #expect(
      results.outcome(of: "mistaken") == .failed(message: "the result of 'far' is of type Int"))
  }

  @Test func `the longest path comes first, and priority before it`() throws {
    var graph = TaskGraph()
    try graph.addTask("short", expected: .seconds(1)) { _ in }
    try graph.addTask("long", expected: .seconds(5)) { _ in }
    try graph.addTask("urgent", priority: 1) { _ in }
    #expect(try SerialScheduler().run(graph).order == ["urgent", "long", "short"])
  }

  @Test func `observers are told everything in order`() throws {
    final class Recorder: TaskObserver {
      var events: [String] = []
      func schedulingStarted(_ counts: TaskCounts) { events.append("start \(counts.total)") }
      func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts) {
        events.append("\(name) begins \(worker), \(counts.running) running")
      }
      func taskEnded(_ name: TaskName, _ outcome: TaskOutcome, _ counts: TaskCounts) {
        events.append("\(name) ends, \(counts.succeeded) succeeded")
      }
      func schedulingEnded(_ counts: TaskCounts) { events.append("end \(counts.waiting) waiting") }
    }
    var graph = TaskGraph()
    try graph.addTask("b", dependencies: ["a"]) { _ in }
    try graph.addTask("a") { _ in }
    let recorder = Recorder()
    _ = try SerialScheduler().run(graph, observers: [recorder])
    #expect(
      recorder.events == [
        "start 2", "a begins here, 1 running", "a ends, 1 succeeded", "b begins here, 1 running",
        "b ends, 2 succeeded", "end 0 waiting",
      ])
  }
}
