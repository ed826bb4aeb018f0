// A program for the tests of the library: `LibraryFixture WORKERS WHAT`. It is its own worker.

import Foundation
import Sched

let workers = Int(CommandLine.arguments[1])!
let what = CommandLine.arguments[2]
let isWorker = ProcessInfo.processInfo.environment["SCHED_WORKER"] != nil

struct Broken: Error, CustomStringConvertible { var description: String { "it broke" } }

struct Point: Codable, Sendable, Equatable {
  var x: Double
  var names: [String: [Int?]]
  var samples: [Double]
}

/// Counts on several threads.
final class LockedCount: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  var value: Int { lock.withLock { count } }
  func add() { lock.withLock { count += 1 } }
}

/// What a thread has heard; read after its signal.
final class Heard: @unchecked Sendable {
  var text = ""
}

func scheduler(keepGoing: Bool = true) -> any TaskScheduler {
  workers == 0
    ? SerialScheduler(keepGoing: keepGoing)
    : ProcessParallelScheduler(workers: workers, keepGoing: keepGoing)
}

func show(_ results: TaskResults, _ names: [TaskName]) {
  for name in names { print("\(name): \(text(results.outcome(of: name)))") }
}

func text(_ outcome: TaskOutcome) -> String {
  switch outcome {
  case .succeeded: "succeeded"
  case .failed(let message): "failed: \(message)"
  case .crashed(let signal): "crashed: \(signal)"
  case .notRun(let cause): "not run because of \(cause?.text ?? "nothing")"
  }
}

var graph = TaskGraph()
switch what {
case "failures":
  try graph.addTask("trap") { _ in
    let empty: [Int] = []
    _ = empty[Int.random(in: 5...9)]
  }
  try graph.addTask("killed") { _ in _ = kill(getpid(), SIGKILL) }
  try graph.addTask("exits") { _ in exit(3) }
  try graph.addTask("throws") { _ in throw Broken() }
  try graph.addTask("after", dependencies: ["trap"]) { _ in }
  try graph.addTask("apart") { _ in 7 }
  let results = try scheduler().run(graph)
  show(results, graph.names)
  print(results.succeeded, results.failures.count)
case "results":
  let point = Point(
    x: .nan, names: ["a": [1, nil], "ü\n": []], samples: Array(repeating: 0.1, count: 12_500_000))
  let made = try graph.addTask("made") { _ in point }
  let large = try graph.addTask("large") { _ in [UInt8](repeating: 7, count: 100_000_000) }
  let infinite = try graph.addTask("infinite") { _ in [Double.infinity, -0.0, 0.1, 1e300] }
  let read = try graph.addTask("read", dependencies: ["made", "large", "infinite"]) { context in
    let got = try context.result(of: made)
    let bytes = try context.result(of: large)
    let numbers = try context.result(of: infinite)
    return got.x.isNaN && got.names == point.names && got.samples == point.samples
      && bytes.count == 100_000_000
      && bytes.allSatisfy { $0 == 7 } && numbers == [Double.infinity, -0.0, 0.1, 1e300]
  }
  let indirect = try graph.addTask("indirect", dependencies: ["read"]) { context in
    try context.result(of: infinite).count
  }
  try graph.addTask("stranger") { context in _ = try context.result(of: made) }
  try graph.addTask("wrong", dependencies: ["made"]) { context in
    _ = try context.result(of: "made", as: Int.self)
  }
  let results = try scheduler().run(graph)
  print(try results[read], try results[indirect], try results[large].count)
  show(results, ["stranger", "wrong"])
case "threads":
  // Results that several threads of one task ask for at once.
  let root = try graph.addTask("root") { _ in 8 }
  let sources = try (0..<8).map { number in
    try graph.addTask(TaskName("\(number)"), dependencies: ["root"]) { _ in number }
  }
  let reader = try graph.addTask("reader", dependencies: sources.map(\.name)) { context in
    let wrong = LockedCount()
    DispatchQueue.concurrentPerform(iterations: 2000) { number in
      // The root is no direct dependency.
      let place = number % 9
      if (try? context.result(of: place == 8 ? root : sources[place])) != place { wrong.add() }
    }
    return wrong.value
  }
  print(try scheduler().run(graph)[reader], "wrong")
case "late":
  // A thread that outlives its task; the next task lets it go on.
  let source = try graph.addTask("source") { _ in 1 }
  let mayAsk = DispatchSemaphore(value: 0)
  let hasAsked = DispatchSemaphore(value: 0)
  let heard = Heard()
  try graph.addTask("leaves", dependencies: ["source"]) { context in
    Thread.detachNewThread {
      mayAsk.wait()
      do { _ = try context.result(of: source) } catch { heard.text = "\(error)" }
      hasAsked.signal()
    }
  }
  try graph.addTask("next", dependencies: ["leaves"]) { _ in
    mayAsk.signal()
    hasAsked.wait()
    return heard.text
  }
  print(try scheduler().run(graph).result(of: "next", as: String.self))
case "printing":
  if isWorker { print("not to be seen") }
  for number in 1...6 {
    try graph.addTask(TaskName("\(number)")) { _ in
      for _ in 1...200 { print("task \(number)") }
      FileHandle.standardError.write(Data("error of \(number)\n".utf8))
    }
  }
  _ = try scheduler().run(graph)
case "two runs":
  let first = try graph.addTask("first") { _ in Int(getpid()) }
  let earlier = try scheduler().run(graph)
  let number = try earlier[first]
  var second = TaskGraph()
  try second.addTask(TaskName("second \(number)")) { _ in number }
  let results = try scheduler().run(second)
  print(try results.result(of: TaskName("second \(number)"), as: Int.self) == number)
case "others":
  try graph.addTask(isWorker ? "there" : "here") { _ in }
  do {
    _ = try scheduler().run(graph)
  } catch {
    print("\(error)")
  }
case "ends":
  try graph.addTask("a") { _ in }
  if isWorker { exit(4) }
  do {
    _ = try scheduler().run(graph)
  } catch {
    print("\(error)")
  }
case "lost socket":
  // As under a wrapper that closes what it does not know. Each process
  // leaves an x in the file that is named.
  let said = open(CommandLine.arguments[3], O_WRONLY | O_APPEND)
  _ = write(said, "x", 1)
  if isWorker { for descriptor in Int32(3)..<20 where descriptor != said { close(descriptor) } }
  try graph.addTask("a") { _ in }
  do {
    _ = try scheduler().run(graph)
  } catch {
    _ = write(said, "\n\(error)", "\n\(error)".utf8.count)
    exit(9)
  }
case "inside":
  try graph.addTask("outer") { _ in
    var inner = TaskGraph()
    let own = try inner.addTask("inner") { _ in Int(getpid()) }
    return try ProcessParallelScheduler(workers: 2).run(inner)[own] == Int(getpid())
  }
  print(try scheduler().run(graph).result(of: "outer", as: Bool.self))
case "cancel":
  let flag = CancellationFlag()
  try graph.addTask("long") { _ in sleep(600) }
  try graph.addTask("never", dependencies: ["long"]) { _ in }
  struct Canceller: TaskObserver {
    let flag: CancellationFlag
    func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts) { flag.cancel() }
  }
  show(
    try scheduler().run(graph, observers: [Canceller(flag: flag)], cancellation: flag), graph.names)
case "no run":
  if isWorker { sleep(60) }
  try graph.addTask("a") { _ in }
  do { _ = try scheduler().run(graph) } catch { print("\(error)") }
case "much printed":
  try graph.addTask("prints") { _ in
    let line = String(repeating: "x", count: 99) + "\n"
    for _ in 0..<200_000 { print(line, terminator: "") }
    print("the end")
  }
  _ = try scheduler().run(graph)
case "weights":
  try graph.addTask("wide", expected: .seconds(9), cpus: 99) { _ in }
  for number in 1...4 { try graph.addTask(TaskName("\(number)")) { _ in usleep(300_000) } }
  struct Most: TaskObserver {
    func taskStarted(_ name: TaskName, on worker: WorkerID, _ counts: TaskCounts) {
      print(name, counts.running)
    }
  }
  _ = try scheduler().run(graph, observers: [Most()])
case "events":
  try graph.addTask("good") { _ in }
  try graph.addTask("bad", dependencies: ["good"]) { _ in throw Broken() }
  _ = try scheduler().run(graph, observers: [JSONLinesWriter(descriptor: 1)])
case "memo":
  let directory = CommandLine.arguments[3]
  let factor = Int(CommandLine.arguments[4])!
  // Equal sets, whose order differs between processes.
  let arguments = ["numbers": Set(factor..<factor + 50)]
  let one = try graph.addTask("one", version: CommandLine.arguments[5], arguments: arguments) { _ in
    print("one runs")
    return factor % 2
  }
  let two = try graph.addTask("two", dependencies: ["one"]) { context in
    print("two runs")
    return try context.result(of: one) * 10
  }
  print(try scheduler().run(graph, memo: MemoDirectory(directory))[two])
case "sleeping":
  for number in 1...2 { try graph.addTask(TaskName("\(number)")) { _ in sleep(600) } }
  _ = try scheduler().run(graph)
case "many":
  for number in 1...2000 {
    try graph.addTask(
      TaskName("\(number)"), dependencies: number > 10 ? [TaskName("\(number - 10)")] : []
    ) {
      _ in number
    }
  }
  let results = try scheduler().run(graph)
  print(results.order.count, results.succeeded)
default:
  print("unknown: \(what)")
  exit(2)
}
