// Counts the words of many files: a task for each file counts its words, one task adds them up.
//
//     word-count WORKERS FILE...
//
// Prints the ten most frequent words. Run it a second time with SCHED_MEMO=DIRECTORY, and files that have
// not changed are not counted again.

import Foundation
import Sched

let arguments = CommandLine.arguments.dropFirst()
guard let workers = arguments.first.flatMap({ Int($0) }), arguments.count > 1 else {
  print("usage: word-count WORKERS FILE...")
  exit(2)
}

/// What tells one content of a file from another without reading it.
struct FileVersion: Codable, Sendable {
  var file: String
  var size: UInt64
  var modified: Date
}

@Sendable func version(of file: String) throws -> FileVersion {
  let attributes = try FileManager.default.attributesOfItem(atPath: file)
  return FileVersion(
    file: file, size: attributes[.size] as? UInt64 ?? 0,
    modified: attributes[.modificationDate] as? Date ?? .now)
}

@Sendable func countWords(in file: String) throws -> [String: Int] {
  let text = try String(contentsOfFile: file, encoding: .utf8)
  var counts: [String: Int] = [:]
  for word in text.lowercased().split(whereSeparator: { !$0.isLetter }) {
    counts[String(word), default: 0] += 1
  }
  return counts
}

var graph = TaskGraph()
var parts: [TaskHandle<[String: Int]>] = []
for file in arguments.dropFirst() {
  parts.append(
    try graph.addTask(
      TaskName("count \(file)"), description: "words of \(file)",
      arguments: try version(of: file)
    ) { _ in try countWords(in: file) })
}
let files = parts
let total = try graph.addTask("total", dependencies: files.map(\.name)) { context in
  try files.reduce(into: [String: Int]()) { sum, part in
    try sum.merge(context.result(of: part), uniquingKeysWith: +)
  }
}

let memo = ProcessInfo.processInfo.environment["SCHED_MEMO"].map { MemoDirectory($0) }
let results = try ProcessParallelScheduler(workers: workers).run(
  graph, observers: [ProgressLine()], cancellation: nil, memo: memo)
for task in results.failures { print("\(task): \(results.outcome(of: task))") }
guard results.succeeded else { exit(1) }
let words = try results[total].sorted { ($1.value, $0.key) < ($0.value, $1.key) }
for (word, count) in words.prefix(10) { print("\(count)\t\(word)") }
