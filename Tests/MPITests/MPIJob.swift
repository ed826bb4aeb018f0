import Foundation

/// A directory with a Schedfile, and the built `sched` run in it under a real mpirun.
final class MPIJob {
  struct Result {
    var status: Int32
    var output: String
    /// What the ranks said, without what mpirun adds when one of them fails.
    var error: String
  }

  /// The project's.
  let directory: URL
  /// Beside it, for what must not lie in it.
  let outside: URL
  /// What `mpirun` finds in its environment besides this process's own.
  var environment: [String: String] = [:]
  private static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
  static let sched = products.appending(path: "sched").path()

  init(_ schedfile: String) throws {
    outside = FileManager.default.temporaryDirectory
      .appending(path: "sched-mpi-\(UUID().uuidString)")
    directory = outside.appending(path: "tree")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try write(schedfile, to: "Schedfile")
  }

  deinit { try? FileManager.default.removeItem(at: outside) }

  // MARK: Files

  func write(_ text: String, to name: String) throws {
    let file = directory.appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ name: String) throws -> String {
    try String(decoding: Data(contentsOf: directory.appending(path: name)), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: directory.appending(path: name).path())
  }

  func path(_ name: String) -> String { directory.appending(path: name).path() }

  // MARK: Running

  /// A started `mpirun`.
  final class Run {
    let process: Process
    fileprivate let output: URL
    fileprivate let error: URL

    fileprivate init(_ process: Process, output: URL, error: URL) {
      self.process = process
      self.output = output
      self.error = error
    }

    func wait() throws -> Result {
      process.waitUntilExit()
      func text(_ file: URL) throws -> String {
        try String(decoding: Data(contentsOf: file), as: UTF8.self)
      }
      let said = try text(error).split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("PMIX ERROR") }.joined(separator: "\n")
      return Result(
        status: process.terminationReason == .uncaughtSignal
          ? 128 + process.terminationStatus : process.terminationStatus,
        output: try text(output), error: said)
    }

    /// Waits until the ranks have said something on standard error; returns how long that took.
    func waitForError(_ text: String) throws -> Duration {
      let start = ContinuousClock.now
      for _ in 0..<3_000 {
        let said = try String(decoding: Data(contentsOf: error), as: UTF8.self)
        if said.contains(text) { return ContinuousClock.now - start }
        usleep(10_000)
      }
      throw CocoaError(.featureUnsupported)
    }

    /// Processes of the ranks whose parent is mpirun itself, in the order of their ranks.
    func ranks() throws -> [Int32] {
      try MPIJob.children(of: process.processIdentifier).filter {
        MPIJob.name(of: $0) == "sched-mpi"
      }
    }
  }

  /// Starts `mpirun ARGUMENTS sched --mpi WORDS`.
  func start(ranks: Int, _ mpirun: [String] = [], _ words: [String] = []) throws -> Run {
    try launch(
      "mpirun",
      ["-q", "--oversubscribe", "-np", "\(ranks)"] + mpirun + [Self.sched, "--mpi"] + words)
  }

  func run(ranks: Int, _ mpirun: [String] = [], _ words: [String] = []) throws -> Result {
    try start(ranks: ranks, mpirun, words).wait()
  }

  /// Runs `sched WORDS` without MPI.
  func runAlone(_ words: [String] = []) throws -> Result { try launch(Self.sched, words).wait() }

  /// Runs any program in the directory.
  func launch(_ program: String, _ arguments: [String]) throws -> Run {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // A test's thread may block signals, and would pass that on.
    process.arguments = ["--default-signal", program] + arguments
    process.currentDirectoryURL = directory
    var environment = ProcessInfo.processInfo.environment
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    process.environment = environment.merging(self.environment) { $1 }
    let (output, error) = (
      outside.appending(path: UUID().uuidString), outside.appending(path: UUID().uuidString)
    )
    for file in [output, error] {
      _ = FileManager.default.createFile(atPath: file.path(), contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return Run(process, output: output, error: error)
  }

  /// Waits until a recipe has made a file.
  func waitFor(_ name: String) throws {
    for _ in 0..<1_500 {
      if exists(name) { return }
      usleep(20_000)
    }
    throw CocoaError(.fileNoSuchFile)
  }

  // MARK: Processes

  static func name(of process: Int32) -> String {
    let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
    return text?.trimmingCharacters(in: .newlines) ?? ""
  }

  static func children(of process: Int32) throws -> [Int32] {
    let path = "/proc/\(process)/task/\(process)/children"
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: " ").compactMap {
      Int32($0)
    }
  }

  /// Processes, zombies left out, whose command line has this text in it.
  static func processes(with text: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { process in
      guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
        return false
      }
      return String(decoding: line, as: UTF8.self).contains(text)
    }
  }

  /// Waits until so many processes have this text in their command lines.
  static func waitFor(_ count: Int, with text: String) throws {
    for _ in 0..<1_500 {
      if processes(with: text).count >= count { return }
      usleep(20_000)
    }
    throw CocoaError(.featureUnsupported)
  }

  /// Waits until no process has this text in its command line; returns whether that came.
  static func areGone(with text: String) -> Bool {
    for _ in 0..<150 {
      if processes(with: text).isEmpty { return true }
      usleep(20_000)
    }
    return false
  }
}
