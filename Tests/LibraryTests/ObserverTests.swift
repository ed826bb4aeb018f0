import Foundation
@testable import Sched
import Testing

/// What observers are told, and what the ready-made ones write.
struct ObserverTests {
  @Test(arguments: [0, 2])
  func `the events of a run as JSON, a line each`(_ workers: Int) throws {
    let lines = try Program.fixture(workers, "events").lines
    let objects = try lines.map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as! [String: Any]
    }
    #expect(
      objects.map { $0["event"] as? String } == [
        "schedulingStarted", "taskStarted", "taskEnded", "taskStarted", "taskEnded",
        "schedulingEnded",
      ])
    #expect(objects[0]["total"] as? Int == 2)
    #expect(objects[1]["worker"] as? Int == (workers == 0 ? 0 : 1))
    #expect(objects[2]["outcome"] as? String == "succeeded" && objects[2]["seconds"] is Double)
    #expect(objects[4]["outcome"] as? String == "failed")
    #expect(objects[4]["message"] as? String == "it broke")
    #expect(objects[5]["failed"] as? Int == 1 && objects[5]["succeeded"] as? Int == 1)
  }

  private func graph() throws -> TaskGraph {
    var graph = TaskGraph()
    try graph.addTask("good") { _ in }
    try graph.addTask("bad", dependencies: ["good"]) { _ in throw TaskResultError.notRun("x") }
    try graph.addTask("after", dependencies: ["bad"]) { _ in }
    return graph
  }

  private func written(isTerminal: Bool) throws -> String {
    var text = ""
    let line = ProgressLine(isTerminal: isTerminal, width: { 24 }, write: { text += $0 })
    _ = try SerialScheduler().run(graph(), observers: [line])
    return text
  }

  @Test func `a progress line tells failures only where there is no terminal`() throws {
    #expect(
      try written(isTerminal: false)
        == "bad failed: task 'x' has no result: it did not run to its end\n1 not run\n")
  }

  @Test func `on a terminal the line is written over, cut to its width, and gone at the end`()
    throws
  {
    let text = try written(isTerminal: true)
    let erase = "\r\u{1B}[K"
    #expect(text.hasPrefix("\(erase)[0/3] good\(erase)[1/3] \(erase)[1/3] bad\(erase)bad failed: "))
    #expect(text.hasSuffix("\(erase)1 not run\n"))
    let lines = text.split(separator: "\n").flatMap { $0.components(separatedBy: erase) }
    #expect(lines.filter { $0.hasPrefix("[") }.allSatisfy { $0.count <= 23 })
  }
}
