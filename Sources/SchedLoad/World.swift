import SchedBase
import SchedSystem

/// What an evaluation asks the outside: files, directories, the environment, programs, commands.
///
/// Every question goes through here, so that it can be kept with its answer. Paths are relative to
/// the project's root, which is the working directory.
final class World {
  let environment: Environment
  private let paths: PathTable
  private let programs: ProgramSearch
  private var directories: [PathID: [[UInt8]: FileStatus.Kind]] = [:]

  init(environment: Environment, paths: PathTable) {
    self.environment = environment
    self.paths = paths
    programs = ProgramSearch(
      searchPath: environment["PATH"] ?? Array("/usr/local/bin:/usr/bin:/bin".utf8))
  }

  func read(_ path: PathID) throws(SystemError) -> [UInt8] { try Files.read(paths.text(of: path)) }

  /// What is in a directory, by name; empty where there is none.
  ///
  /// Each directory is read once.
  func entries(of directory: PathID) -> [[UInt8]: FileStatus.Kind] {
    if let known = directories[directory] { return known }
    let list = (try? Files.list(paths.text(of: directory))) ?? []
    let entries = Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0.kind) })
    directories[directory] = entries
    return entries
  }

  func exists(_ path: PathID) -> Bool {
    guard !paths.isRoot(path) else { return true }
    let parent = paths.parent(of: path)
    // `..` is in no listing.
    if paths.withName(of: path, { $0.elementsEqual("..".utf8) }) { return true }
    return entries(of: parent)[paths.name(of: path)] != nil
  }

  /// The kind of what lies there, links followed.
  func kind(of path: PathID) -> FileStatus.Kind {
    (try? FileStatus.of(paths.text(of: path), followingLinks: true))?.kind ?? .missing
  }

  func variable(_ name: [UInt8]) -> [UInt8]? { environment[name] }
  func program(_ name: [UInt8]) -> [UInt8]? { programs.path(of: name) }

  /// What a command prints, run by the shell in `directory`.
  func output(ofCommand command: [UInt8], in directory: PathID) throws(ShellError) -> [UInt8] {
    var launch = ChildProcess.Launch(
      program: Array("/bin/sh".utf8),
      arguments: ["/bin/sh", "-eu", "-c"].map { Array($0.utf8) } + [command],
      directory: paths.text(of: directory))
    do {
      let nothing = try Descriptor.open(Array("/dev/null".utf8), .read)
      let pipe = try Pipe.make()
      launch.input = .descriptor(nothing.raw)
      launch.output = .descriptor(pipe.writer.raw)
      let child = try ChildProcess.start(launch, EnvironmentBlock(environment))
      let reader = pipe.takeReader()
      let (text, end) = try wait(for: child, reading: reader)
      switch end.how {
      case .exited(0): return text
      case .exited(let status): throw ShellError(reason: "it exited with status \(status)")
      case .killed(let signal): throw ShellError(reason: "it was killed by signal \(signal)")
      }
    } catch let error as ShellError {
      throw error
    } catch let error as SystemError {
      throw ShellError(reason: error.message)
    } catch let error as ChildProcess.LaunchError {
      throw ShellError(reason: error.message)
    } catch {
      throw ShellError(reason: "\(error)")
    }
  }

  private func wait(
    for child: borrowing ChildProcess, reading reader: borrowing Descriptor
  ) throws(SystemError) -> ([UInt8], ChildProcess.End) {
    let loop = try EventLoop()
    try loop.add(reader.raw, tag: 1)
    try loop.add(child.endDescriptor, tag: 2)
    var text: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
    defer { buffer.deallocate() }
    /// Returns false at the end of the stream.
    func drain() -> Bool {
      while let count = reader.readAvailable(into: buffer) {
        if count == 0 { return true }
        text.append(contentsOf: buffer[..<count])
      }
      return false
    }
    var isOpen = true
    while true {
      var events: [EventLoop.Event] = []
      loop.wait(timeout: nil, into: &events)
      if isOpen, !drain() {
        isOpen = false
        loop.remove(reader.raw)
      }
      if events.contains(.readable(2)), let end = child.reap() {
        if isOpen { _ = drain() }
        return (text, end)
      }
    }
  }
}

struct ShellError: Error { var reason: String }
