import Glibc
import Testing

/// A directory of its own for one test: a tree with a Schedfile, in which the real program runs.
///
/// Recipes that write to `$RAN` can be counted: `echo app >> "$RAN"`. The directory goes with the
/// sandbox; with `SCHED_KEEP_SANDBOX` in the environment it stays, and its path is printed.
final class Sandbox {
  /// Holds the tree and what must not lie in it.
  private let directory: Bytes
  /// The tree: where the Schedfile is and programs are started.
  let tree: Bytes
  /// Set for each run, besides a few variables of the test's own environment.
  var environment: [String: String] = [:]
  private var runCount = 0

  init(_ schedfile: Bytes? = nil, files: [Bytes: Bytes] = [:]) {
    var template = Array("/tmp/sched-test-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "cannot make a directory in /tmp")
    directory = Bytes(template.dropLast().map { UInt8(bitPattern: $0) })
    // Others may look in: some tests run a program as somebody else.
    _ = directory.withCString { chmod($0, 0o755) }
    tree = directory + "/tree"
    makeDirectory("")
    if let schedfile { write("Schedfile", schedfile) }
    for (path, text) in files { write(path, text) }
  }

  deinit {
    if getenv("SCHED_KEEP_SANDBOX") != nil {
      print("sandbox kept: \(directory)")
    } else {
      removeTree(directory)
    }
  }

  // MARK: Files of the tree

  func path(_ relative: Bytes) -> Bytes {
    relative.bytes.isEmpty ? tree : tree + "/" + relative
  }

  /// Writes a new file, and makes the directories that it needs.
  func write(_ file: Bytes, _ content: Bytes, isExecutable: Bool = false) {
    makeParent(of: file)
    let path = path(file)
    _ = path.withCString { unlink($0) }
    writeFile(path, content, mode: isExecutable ? 0o755 : 0o644)
  }

  /// Changes a file's content where it lies: same inode, and the same time of modification.
  func rewrite(_ file: Bytes, _ content: Bytes) {
    let time = modificationTime(of: file)
    writeFile(path(file), content, mode: 0o644)
    setTime(of: file, to: time)
  }

  func append(_ file: Bytes, _ content: Bytes) {
    write(file, (read(file) ?? "") + content)
  }

  /// What the file holds; nil if it is not there.
  func read(_ file: Bytes) -> Bytes? { readFile(path(file)) }

  func exists(_ file: Bytes) -> Bool {
    var status = stat()
    return path(file).withCString { lstat($0, &status) } == 0
  }

  func remove(_ file: Bytes) { removeTree(path(file)) }

  func makeDirectory(_ relative: Bytes) {
    var position = tree.bytes.count
    let whole = path(relative).bytes
    while true {
      _ = Bytes(whole[..<position]).withCString { mkdir($0, 0o755) }
      guard position < whole.count else { return }
      position = whole[(position + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? whole.count
    }
  }

  private func makeParent(of file: Bytes) {
    if let slash = file.bytes.lastIndex(of: UInt8(ascii: "/")) {
      makeDirectory(Bytes(file.bytes[..<slash]))
    }
  }

  func link(_ file: Bytes, to text: Bytes) {
    makeParent(of: file)
    _ = path(file).withCString { target in text.withCString { symlink($0, target) } }
  }

  func rename(_ old: Bytes, _ new: Bytes) {
    makeParent(of: new)
    _ = path(old).withCString { old in path(new).withCString { Glibc.rename(old, $0) } }
  }

  func setMode(of file: Bytes, to mode: mode_t) { _ = path(file).withCString { chmod($0, mode) } }

  /// Sets both times of a file; nothing waits for a clock here.
  func setTime(of file: Bytes, to time: timespec) {
    let times = [time, time]
    _ = path(file).withCString { utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW) }
  }

  func setTime(of file: Bytes, to seconds: Int) {
    setTime(of: file, to: timespec(tv_sec: seconds, tv_nsec: 0))
  }

  func modificationTime(of file: Bytes) -> timespec {
    var status = stat()
    _ = path(file).withCString { lstat($0, &status) }
    return status.st_mtim
  }

  /// The paths of all that is below a directory of the tree, sorted, without `.sched`.
  func files(below relative: Bytes = "") -> [String] {
    listTree(path(relative)).map(\.description).filter { !$0.hasPrefix(".sched") }.sorted()
  }

  // MARK: Running

  /// What a program printed, and how it ended.
  struct Run {
    var status: ChildProcess.Status
    var output: String
    var diagnostics: String
  }

  /// A program that runs.
  struct Running {
    let process: ChildProcess
    let output: Bytes
    let diagnostics: Bytes

    func wait() -> Run {
      Run(
        status: process.wait(), output: readFile(output)?.description ?? "",
        diagnostics: readFile(diagnostics)?.description ?? "")
    }
  }

  /// Starts a program in the tree, or in a directory of it; `link`: the tree is entered by this path.
  func start(
    program: Bytes = Programs.sched, _ arguments: [Bytes], in directory: Bytes = "",
    input: Bytes? = nil, throughLink link: Bytes? = nil
  ) throws -> Running {
    runCount += 1
    let output = self.directory + "/\(runCount).out"
    let diagnostics = self.directory + "/\(runCount).err"
    var inputPath: Bytes = "/dev/null"
    if let input {
      inputPath = self.directory + "/\(runCount).in"
      writeFile(inputPath, input, mode: 0o644)
    }
    let process = try ChildProcess(
      program, arguments, environment: fullEnvironment(),
      directory: link ?? path(directory),
      input: inputPath, output: output, diagnostics: diagnostics)
    return Running(process: process, output: output, diagnostics: diagnostics)
  }

  /// Runs sched to its end.
  @discardableResult
  func sched(_ arguments: Bytes..., in directory: Bytes = "", input: Bytes? = nil) throws -> Run {
    try start(arguments, in: directory, input: input).wait()
  }

  /// Runs sched on ranks of an MPI job.
  @discardableResult
  func mpirun(ranks: Int, _ arguments: Bytes...) throws -> Run {
    try mpirun(ranks: ranks, arguments)
  }

  @discardableResult
  func mpirun(ranks: Int, _ arguments: [Bytes]) throws -> Run {
    try startMPI(ranks: ranks, arguments).wait()
  }

  func startMPI(ranks: Int, _ arguments: [Bytes]) throws -> Running {
    if geteuid() == 0 {
      // Open MPI refuses to start anything for root without both.
      environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
      environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    }
    let launcher: [Bytes] = ["-np", "\(ranks)", "--oversubscribe", Programs.sched]
    return try start(program: "mpirun", launcher + arguments)
  }

  /// Waits until a file of the tree is there and not empty; recipes say so how far they are.
  func waitFor(_ file: Bytes, sourceLocation: SourceLocation = #_sourceLocation) {
    for _ in 0..<20_000 {
      if let content = read(file), !content.bytes.isEmpty { return }
      usleep(1000)
    }
    Issue.record("'\(file)' did not appear within 20 seconds", sourceLocation: sourceLocation)
  }

  private var counterPath: Bytes { directory + "/ran" }

  /// What recipes wrote to `$RAN` since the last call, one line each, sorted.
  func takeRan() -> [String] {
    defer { _ = counterPath.withCString { unlink($0) } }
    return ranSoFar
  }

  /// The same, and the next call gives it once more.
  var ranSoFar: [String] {
    let lines = readFile(counterPath)?.description.split(separator: "\n").map(String.init) ?? []
    return lines.sorted()
  }

  func fullEnvironment() -> [Bytes] {
    var all = environment
    for name in ["PATH", "HOME"] where all[name] == nil {
      if let value = getenv(name) { all[name] = String(cString: value) }
    }
    all["RAN"] = counterPath.description
    return all.sorted { $0.key < $1.key }.map { Bytes("\($0.key)=\($0.value)") }
  }
}
