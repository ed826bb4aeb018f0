import Glibc
import Testing

/// A terminal whose other end is the test: it types, and sees what is shown.
final class PseudoTerminal {
  private let master: Int32
  let path: Bytes
  private(set) var shown = ""

  // What `unlockpt` and `ptsname` ask, which are not in Swift's Glibc.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  init() throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (lock, number): (Int32, Int32) = (0, 0)
    try #require(
      master >= 0 && ioctl(master, Self.setLock, &lock) == 0
        && ioctl(master, Self.getNumber, &number) == 0)
    path = Bytes("/dev/pts/\(number)")
  }

  deinit { close(master) }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Waits until a text is shown that was not looked for yet.
  func waitFor(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for _ in 0..<20_000 {
      if let range = shown.firstRange(of: text) {
        shown = String(shown[range.upperBound...])
        return
      }
      readAvailable()
    }
    Issue.record("'\(text)' was not shown, but '\(shown)'", sourceLocation: sourceLocation)
  }

  /// Waits a millisecond at most.
  private func readAvailable() {
    var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, 1) > 0 else { return }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &buffer, buffer.count)
    // Nobody has the other end open, for the moment or for good.
    guard count > 0 else { return _ = usleep(1000) }
    shown += String(decoding: buffer[..<count], as: UTF8.self)
  }
}

extension Sandbox {
  /// Starts a program that has a terminal, of which it is told by its standard streams.
  func start(on terminal: PseudoTerminal, program: Bytes, _ arguments: [Bytes]) throws
    -> ChildProcess
  {
    try ChildProcess(
      program, arguments, environment: fullEnvironment(), directory: tree, input: terminal.path,
      output: terminal.path, diagnostics: terminal.path)
  }
}
