import Foundation

/// A program that was built with the tests, run to its end.
struct Program {
  var status: Int32
  var output: String
  var error: String

  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// Where the test program lies, and those beside it.
  static func path(_ name: String) -> String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: name).path()
  }

  static func start(_ name: String, _ arguments: [String], _ environment: [String: String] = [:])
    throws -> (process: Process, output: URL, error: URL)
  {
    let process = Process()
    // A test's thread may block signals, and would pass that on.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["--default-signal", path(name)] + arguments
    var all = ProcessInfo.processInfo.environment
    all["SWIFT_BACKTRACE"] = "enable=no"
    all.merge(environment) { $1 }
    process.environment = all
    let directory = FileManager.default.temporaryDirectory
    let files = [0, 1].map { _ in directory.appending(path: "sched-library-\(UUID().uuidString)") }
    for file in files { _ = FileManager.default.createFile(atPath: file.path(), contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return (process, files[0], files[1])
  }

  init(_ name: String, _ arguments: [String], _ environment: [String: String] = [:]) throws {
    let (process, output, error) = try Self.start(name, arguments, environment)
    process.waitUntilExit()
    status =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    self.output = try String(contentsOf: output, encoding: .utf8)
    self.error = try String(contentsOf: error, encoding: .utf8)
    for file in [output, error] { try? FileManager.default.removeItem(at: file) }
  }

  /// The fixture, which does `what` with so many workers; 0: serially.
  static func fixture(_ workers: Int, _ what: String, _ more: String...) throws -> Program {
    try Program("LibraryFixture", ["\(workers)", what] + more)
  }
}
