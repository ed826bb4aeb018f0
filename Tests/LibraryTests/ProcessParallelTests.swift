import Foundation
import Sched
import Testing

/// Tasks on worker processes: the same results as in one process.
struct ProcessParallelTests {
  @Test(arguments: [0, 1, 2, 4])
  func `nine tasks run in an order that respects what they depend on`(_ workers: Int) throws {
    let run = try Program("NineTasks", workers == 0 ? [] : ["\(workers)"])
    #expect(run.status == 0, "\(run.error)")
    let order = run.lines[0].split(separator: " ").suffix(9).map(String.init)
    #expect(Set(order) == Set((1...9).map { "\($0)" }))
    for (before, after) in [("4", "2"), ("2", "1"), ("5", "3"), ("6", "3"), ("3", "1"), ("9", "8")]
    {
      #expect(order.firstIndex(of: before)! < order.firstIndex(of: after)!)
    }
    let values = [21, 6, 14, 4, 5, 6, 7, 17, 9]
    #expect(run.lines.dropFirst() == ArraySlice(values.enumerated().map { "\($0 + 1) = \($1)" }))
  }

  @Test(arguments: [1, 3])
  func `a task that traps, is killed, exits or throws fails by name, and the others run`(
    _ workers: Int
  ) throws {
    let run = try Program.fixture(workers, "failures")
    let trap = SIGILL
    #expect(
      run.lines == [
        "trap: crashed: \(trap)", "killed: crashed: 9",
        "exits: failed: its process ended with status 3", "throws: failed: it broke",
        "after: not run because of trap", "apart: succeeded", "false 4",
      ])
  }

  @Test(arguments: [0, 2])
  func `results of any size and value are read by those that depend on them`(_ workers: Int)
    throws
  {
    let run = try Program.fixture(workers, "results")
    #expect(
      run.lines == [
        "true 4 100000000",
        "stranger: failed: the task does not depend on 'made', whose result it asks for",
        "wrong: failed: the result of 'made' is of type Point",
      ], "\(run.error)")
  }

  @Test(arguments: [0, 1, 2])
  func `threads of one task ask for results at once, and each gets its own`(_ workers: Int) throws {
    #expect(try Program.fixture(workers, "threads").output == "0 wrong\n")
  }

  @Test func `a thread that outlives its task is told so, and the next task is not disturbed`()
    throws
  {
    let run = try Program.fixture(1, "late")
    #expect(run.output == "the result of 'source' is asked for by a task that has ended\n")
  }

  @Test func `what tasks print is not mixed, and what comes before the first one is dropped`()
    throws
  {
    let run = try Program.fixture(3, "printing")
    #expect(run.lines.count == 1200)
    var seen: Set<String> = []
    for start in stride(from: 0, to: run.lines.count, by: 200) {
      let line = run.lines[start]
      #expect(run.lines[start..<start + 200].allSatisfy { $0 == line })
      #expect(seen.insert(line).inserted)
    }
    #expect(run.error.split(separator: "\n").count == 6)
  }

  @Test(arguments: [0, 1, 2])
  func `earlier runs give in a worker what they gave its parent`(_ workers: Int) throws {
    #expect(try Program.fixture(workers, "two runs").output == "true\n")
  }

  @Test func `a worker with other tasks is refused with the first difference`() throws {
    let run = try Program.fixture(2, "others")
    #expect(
      run.output.hasPrefix(
        "a worker has other tasks: 'here <- : NoResult' here is 'there <- : NoResult' there; "))
  }

  @Test func `a worker that ends before it comes to run is an error that says what a worker is`()
    throws
  {
    let run = try Program.fixture(2, "ends")
    #expect(
      run.output.hasPrefix("a worker ended with status 4 before it came to run(): a worker is"))
  }

  @Test func `a worker whose socket was closed starts no workers of its own`() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "said-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: file.path(), contents: nil)
    defer { try? FileManager.default.removeItem(at: file) }
    #expect(try Program.fixture(1, "lost socket", file.path()).status == 9)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3 && lines.first == "xx")
    #expect(lines[1].hasPrefix("this process is a worker (SCHED_WORKER is set) and its socket"))
    #expect(lines[2].hasPrefix("a worker ended with status 9 before it came to run()"))
  }

  @Test(arguments: [0, 2])
  func `a scheduler inside a task is serial`(_ workers: Int) throws {
    #expect(try Program.fixture(workers, "inside").output == "true\n")
  }

  @Test func `a worker that does not come to run is an error`() throws {
    let run = try Program.fixture(1, "no run")
    #expect(run.output.hasPrefix("a worker did not come to run() within 10 seconds"))
  }

  @Test func `of very much output the beginning and the end are shown`() throws {
    let run = try Program.fixture(1, "much printed")
    #expect(run.output.utf8.count < 7 << 20)
    #expect(run.output.contains("\n[sched left out "))
    #expect(run.output.hasSuffix("\nthe end\n"))
  }

  @Test func `a cancelled run ends its workers`() throws {
    let run = try Program.fixture(2, "cancel")
    #expect(run.lines == ["long: failed: cancelled", "never: not run because of long"])
  }

  @Test func `workers end with a program that is interrupted`() throws {
    let (process, _, _) = try Program.start("LibraryFixture", ["2", "sleeping"])
    var workers: [Int32] = []
    for _ in 0..<500 where workers.count < 2 {
      usleep(10_000)
      workers = children(of: process.processIdentifier)
    }
    #expect(workers.count == 2)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    for _ in 0..<500 where workers.contains(where: { kill($0, 0) == 0 }) { usleep(10_000) }
    #expect(!workers.contains { kill($0, 0) == 0 })
  }

  private func children(of process: Int32) -> [Int32] {
    let file = "/proc/\(process)/task/\(process)/children"
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }

  @Test func `a task counts for as many workers as it says`() throws {
    let run = try Program.fixture(3, "weights")
    #expect(run.lines.first == "wide 1" && run.lines.count == 5)
    #expect(run.lines.dropFirst().contains { $0.hasSuffix(" 3") })
  }

  @Test func `another program can be the worker`() throws {
    var graph = TaskGraph()
    for (number, dependencies) in [
      (1, [2, 3]), (2, [4]), (3, [5, 6]), (4, []), (5, []), (6, []), (7, []), (8, [9]), (9, []),
    ] {
      try graph.addTask(TaskName("\(number)"), dependencies: dependencies.map { TaskName("\($0)") })
      { _ in -1 }
    }
    let program = WorkerProgram.program(path: Program.path("NineTasks"), arguments: ["2"])
    let results = try ProcessParallelScheduler(workers: 2, program: program).run(graph)
    #expect(try results.result(of: "1", as: Int.self) == 21)
  }

  @Test func `a program that does not exist is an error`() throws {
    var graph = TaskGraph()
    try graph.addTask("a") { _ in }
    let scheduler = ProcessParallelScheduler(
      workers: 1, program: .program(path: "/nowhere/program", arguments: []))
    #expect(throws: WorkerError.self) { try scheduler.run(graph) }
  }

  @Test func `many short tasks with dependencies all run`() throws {
    #expect(try Program.fixture(3, "many").output == "2000 true\n")
  }

  @Test(arguments: [1, 2, 3, 4])
  func `words of many files are counted`(_ workers: Int) throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "words-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    var files: [String] = []
    for number in 1...12 {
      let file = directory.appending(path: "\(number).txt")
      try "one two two three three three \(String(repeating: "x ", count: number))".write(
        to: file, atomically: true, encoding: .utf8)
      files.append(file.path())
    }
    let run = try Program("WordCount", ["\(workers)"] + files)
    #expect(run.lines == ["78\tx", "36\tthree", "24\ttwo", "12\tone"], "\(run.error)")
  }
}
