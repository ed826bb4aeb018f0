import SchedSystem
import Testing

/// Children: how they are started, and how their end is seen.
struct SpawnTests {
  private func launch(
    _ arguments: [String], directory: String? = nil,
    changes: [(name: [UInt8], value: [UInt8]?)] = []
  ) throws -> (text: String, end: ChildProcess.End) {
    let pipe = try Pipe.make()
    var launch = ChildProcess.Launch(
      program: Array(arguments[0].utf8), arguments: arguments.map { Array($0.utf8) },
      directory: directory.map { Array($0.utf8) })
    launch.output = .descriptor(pipe.writer.raw)
    launch.changes = changes
    let child = try ChildProcess.start(launch, EnvironmentBlock(Environment.current()))
    let loop = try EventLoop()
    try loop.add(child.endDescriptor, tag: 1)
    var events: [EventLoop.Event] = []
    loop.wait(timeout: 10_000_000_000, into: &events)
    #expect(events == [.readable(1)])
    guard let end = child.reap() else { throw SystemError("reap", [], code: 0) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { pipe.reader.readAvailable(into: $0) } ?? 0
    return (String(decoding: buffer[..<count], as: UTF8.self), end)
  }

  @Test func `a child's output and status come back`() throws {
    let (text, end) = try launch(["/bin/sh", "-c", "echo hello; exit 3"])
    #expect(text == "hello\n" && end.how == .exited(3))
  }

  @Test func `a child that is killed says by what`() throws {
    #expect(try launch(["/bin/sh", "-c", "kill -9 $$"]).end.how == .killed(9))
  }

  @Test func `a child runs in its directory with its changes of the environment`() throws {
    let (text, _) = try launch(
      ["/bin/sh", "-c", "pwd; echo $COLOUR ${HOME-unset}"], directory: "/usr",
      changes: [(Array("COLOUR".utf8), Array("red".utf8)), (Array("HOME".utf8), nil)])
    #expect(text == "/usr\nred unset\n")
  }

  @Test func `a child leads its own process group`() throws {
    let (text, _) = try launch(["/bin/sh", "-c", "ps -o pgid= -p $$; echo $$"])
    let numbers = text.split(whereSeparator: \.isWhitespace)
    #expect(numbers.count == 2 && numbers[0] == numbers[1])
  }

  @Test func `no descriptor of ours is open in a child`() throws {
    let own = try Descriptor.open(Array("/etc/hostname".utf8), .read)
    let (text, _) = try launch(["/bin/sh", "-c", "ls -l /proc/self/fd"])
    #expect(text.contains("/dev/") || text.contains("pipe:"))
    #expect(!text.contains("/etc/hostname"))
    _ = own.raw
  }

  @Test func `a program that is not there is told from one that is no program`() throws {
    let environment = EnvironmentBlock(Environment.current())
    let missing = ChildProcess.Launch(program: Array("/no/such".utf8), arguments: [[]])
    #expect(throws: ChildProcess.LaunchError.notFound(program: Array("/no/such".utf8))) {
      _ = try ChildProcess.start(missing, environment)
    }
    let text = ChildProcess.Launch(program: Array("/etc/passwd".utf8), arguments: [[]])
    #expect(throws: (any Error).self) { _ = try ChildProcess.start(text, environment) }
  }

  @Test func `a directory that is not there is named`() throws {
    let launch = ChildProcess.Launch(
      program: Array("/bin/true".utf8), arguments: [Array("true".utf8)],
      directory: Array("/no/such".utf8))
    do {
      _ = try ChildProcess.start(launch, EnvironmentBlock(Environment.current()))
      Issue.record("it started")
    } catch {
      #expect(error.message == "cannot change to '/no/such': no such file or directory")
    }
  }

  @Test func `a thousand children leave no descriptor behind`() throws {
    func openCount() throws -> Int { try Files.list(Array("/proc/self/fd".utf8)).count }
    _ = try launch(["/bin/true"])
    let before = try openCount()
    for _ in 0..<300 { _ = try launch(["/bin/true"]) }
    #expect(try openCount() <= before + 8)
  }
}
