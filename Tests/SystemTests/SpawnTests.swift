import SchedSystem
import Testing

/// Children: how they are started, and how their end is seen.
struct SpawnTests {
  private typealias Change = (name: [UInt8], value: [UInt8]?)

  /// Both ways to start one: until it is the program, and side by side with it.
  private func launch(
    _ arguments: [String], directory: String? = nil, changes: [Change] = [], waits: Bool = true
  ) throws -> (text: String, end: ChildProcess.End) {
    let pipe = try Pipe.make()
    var launch = ChildProcess.Launch(
      program: Array(arguments[0].utf8), arguments: arguments.map { Array($0.utf8) },
      directory: directory.map { Array($0.utf8) })
    launch.output = .descriptor(pipe.writer.raw)
    launch.changes = changes
    let environment = EnvironmentBlock(Environment.current())
    let child =
      waits
      ? try ChildProcess.start(launch, environment) : try ChildProcess.begin(launch, environment)
    let end = try wait(for: child)
    if let error = child.launchError { throw error }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { pipe.reader.readAvailable(into: $0) } ?? 0
    return (String(decoding: buffer[..<count], as: UTF8.self), end)
  }

  private func wait(for child: borrowing ChildProcess) throws -> ChildProcess.End {
    let loop = try EventLoop()
    try loop.add(child.endDescriptor, tag: 1)
    var events: [EventLoop.Event] = []
    loop.wait(timeout: 10_000_000_000, into: &events)
    #expect(events == [.readable(1)])
    guard let end = child.reap() else { throw SystemError("reap", [], code: 0) }
    return end
  }

  @Test func `a child's output and status come back`() throws {
    let (text, end) = try launch(["/bin/sh", "-c", "echo hello; exit 3"])
    #expect(text == "hello\n" && end.how == .exited(3))
  }

  @Test func `a child that is killed says by what`() throws {
    #expect(try launch(["/bin/sh", "-c", "kill -9 $$"]).end.how == .killed(9))
  }

  @Test(arguments: [true, false])
  func `a child runs in its directory with its changes of the environment`(waits: Bool) throws {
    let (text, _) = try launch(
      ["/bin/sh", "-c", "pwd; echo $COLOUR ${HOME-unset}"], directory: "/usr",
      changes: [(Array("COLOUR".utf8), Array("red".utf8)), (Array("HOME".utf8), nil)],
      waits: waits)
    #expect(text == "/usr\nred unset\n")
  }

  @Test func `of several changes of a variable the last counts`() throws {
    func change(_ name: String, _ value: String?) -> Change {
      (Array(name.utf8), value.map { Array($0.utf8) })
    }
    // Not by a shell, which keeps one value of each itself.
    let (text, _) = try launch(
      ["/usr/bin/env"],
      changes: [
        change("COLOUR", "red"), change("HOME", "/a"), change("COLOUR", "blue"),
        change("HOME", nil),
      ])
    let lines = text.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("COLOUR=") } == ["COLOUR=blue"])
    #expect(!lines.contains { $0.hasPrefix("HOME=") })
  }

  @Test func `what a child was started with stays until it has read it`() throws {
    // Nobody keeps the children, and each start asks for as much memory as the one before it.
    let environment = EnvironmentBlock(Environment.current())
    let pipe = try Pipe.make()
    for number in 100..<200 {
      var launch = ChildProcess.Launch(
        program: Array("/bin/sh".utf8),
        arguments: ["sh", "-c", "[ $1 = $NUMBER ] && echo $1", "sh", "\(number)"].map {
          Array($0.utf8)
        })
      launch.changes = [(Array("NUMBER".utf8), Array("\(number)".utf8))]
      launch.output = .descriptor(pipe.writer.raw)
      _ = try ChildProcess.begin(launch, environment)
    }
    let reader = pipe.takeReader()
    let loop = try EventLoop()
    try loop.add(reader.raw, tag: 1)
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var events: [EventLoop.Event] = []
      loop.wait(timeout: 10_000_000_000, into: &events)
      try #require(events == [.readable(1)])
      let count = buffer.withUnsafeMutableBytes { reader.readAvailable(into: $0) }
      guard let count else { break }
      text += buffer[..<count]
    }
    let numbers = String(decoding: text, as: UTF8.self).split(separator: "\n")
    #expect(numbers.compactMap { Int($0) }.sorted() == Array(100..<200))
  }

  @Test func `the group of a child is there as soon as it is begun`() throws {
    let environment = EnvironmentBlock(Environment.current())
    let launch = ChildProcess.Launch(
      program: Array("/bin/sleep".utf8), arguments: ["sleep", "60"].map { Array($0.utf8) })
    for _ in 0..<50 {
      let child = try ChildProcess.begin(launch, environment)
      ChildProcess.signalGroup(child.id, ChildProcess.terminate)
      #expect(try wait(for: child).how == .killed(ChildProcess.terminate))
      #expect(child.launchError == nil)
    }
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

  @Test(arguments: [true, false])
  func `a directory that is not there is named`(waits: Bool) throws {
    do {
      _ = try launch(["/bin/true"], directory: "/no/such", waits: waits)
      Issue.record("it started")
    } catch let error as ChildProcess.LaunchError {
      #expect(error.message == "cannot change to '/no/such': no such file or directory")
    }
  }

  @Test func `what goes wrong on the way of a child that was begun is told at its end`() throws {
    #expect(throws: ChildProcess.LaunchError.notFound(program: Array("/no/such".utf8))) {
      _ = try launch(["/no/such"], waits: false)
    }
    #expect(throws: (any Error).self) { _ = try launch(["/etc/passwd"], waits: false) }
    #expect(try launch(["/bin/sh", "-c", "exit 127"], waits: false).end.how == .exited(127))
  }

  @Test func `a thousand children leave no descriptor behind`() throws {
    func openCount() throws -> Int { try Files.list(Array("/proc/self/fd".utf8)).count }
    _ = try launch(["/bin/true"])
    let before = try openCount()
    for _ in 0..<300 { _ = try launch(["/bin/true"]) }
    #expect(try openCount() <= before + 8)
  }
}
