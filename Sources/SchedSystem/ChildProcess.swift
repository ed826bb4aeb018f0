import CSystem
import Glibc
import SchedBase

/// A process that was started here and leads a group of its own.
public struct ChildProcess: ~Copyable {
  public let id: Int32
  /// Readable when it has ended.
  private let pidfd: Descriptor
  private let memory: LaunchMemory
  public var endDescriptor: Int32 { pidfd.raw }

  /// What a child's standard stream is.
  public enum Stream: Sendable {
    /// The parent's own.
    case inherited
    case descriptor(Int32)
  }

  /// Everything that a child is made from.
  public struct Launch {
    /// The program's path.
    public var program: [UInt8]
    public var arguments: [[UInt8]]
    /// Where it runs; nil: where the parent does.
    public var directory: [UInt8]?
    public var changes: [(name: [UInt8], value: [UInt8]?)] = []
    public var input: Stream = .inherited
    public var output: Stream = .inherited
    public var error: Stream = .inherited
    /// A descriptor that the child keeps, under its number here.
    public var kept: Int32?
    /// Lets it run on all processors that the machine allows, whatever the parent is bound to.
    public var resetsAffinity = false

    public init(program: [UInt8], arguments: [[UInt8]], directory: [UInt8]? = nil) {
      self.program = program
      self.arguments = arguments
      self.directory = directory
    }
  }

  /// Why a child could not be started.
  public enum LaunchError: Error, Equatable, Sendable {
    case cannotChangeDirectory(SystemError)
    case notFound(program: [UInt8])
    /// Neither a binary nor a script with an interpreter line.
    case notExecutableFormat(program: [UInt8])
    case other(SystemError)

    /// The system's text, in our words.
    public var message: String {
      switch self {
      case .cannotChangeDirectory(let error), .other(let error): error.message
      case .notFound(let program):
        "cannot run '\(printable(program))': no such program"
      case .notExecutableFormat(let program):
        "cannot run '\(printable(program))': not a program"
      }
    }
  }

  private init(id: Int32, pidfd: Int32, _ memory: consuming LaunchMemory) {
    self.id = id
    self.pidfd = Descriptor(taking: pidfd)
    self.memory = memory
  }

  /// Starts a child, and returns when it is the program.
  ///
  /// Call it from a thread that lives as long as the process: the child is killed when that thread
  /// ends.
  public static func start(_ launch: Launch, _ environment: EnvironmentBlock) throws(LaunchError)
    -> ChildProcess
  {
    try start(launch, environment, waits: true)
  }

  /// Starts a child as `start` does, but does not wait until it is the program: this thread and the child
  /// go on side by side.
  ///
  /// What goes wrong on its way is its `launchError`. To be reaped: what it was started with is given back
  /// only then.
  public static func begin(_ launch: Launch, _ environment: EnvironmentBlock) throws(LaunchError)
    -> ChildProcess
  {
    try start(launch, environment, waits: false)
  }

  private static func start(_ launch: Launch, _ environment: EnvironmentBlock, waits: Bool)
    throws(LaunchError) -> ChildProcess
  {
    let memory = LaunchMemory(launch, environment, waits: waits)
    var id: pid_t = 0
    var pidfd: Int32 = -1
    let code = csys_spawn(memory.child, &id, &pidfd)
    guard code == 0 else { throw error(code, memory) }
    return ChildProcess(id: id, pidfd: pidfd, memory)
  }

  private static func error(_ code: Int32, _ memory: borrowing LaunchMemory) -> LaunchError {
    let child = memory.child.pointee
    let program = bytes(child.program)
    if child.step == Int32(CSYS_STEP_DIRECTORY) {
      return .cannotChangeDirectory(
        SystemError("change to", child.directory.map { bytes($0) } ?? [], code: code))
    }
    if child.step == Int32(CSYS_STEP_EXEC) {
      if code == ENOENT || code == ENOTDIR { return .notFound(program: program) }
      if code == ENOEXEC { return .notExecutableFormat(program: program) }
    }
    return .other(SystemError("run", program, code: code))
  }

  // MARK: Ends

  public struct End: Equatable, Sendable {
    public enum How: Equatable, Sendable {
      case exited(Int32)
      case killed(Int32)
    }

    public var how: How
    /// User and system time of it and its children that it waited for, nanoseconds.
    public var processorTime: UInt64
    /// Bytes.
    public var peakMemory: UInt64
  }

  /// How it ended; nil while it runs.
  ///
  /// Afterwards the id may be another process's.
  public func reap() -> End? {
    var exited: Int32 = 0
    var status: Int32 = 0
    var usage = rusage()
    switch csys_reap(pidfd.raw, id, &exited, &status, &usage) {
    case 0:
      memory.child.pointee.is_over = 1
      let time = Self.nanoseconds(usage.ru_utime).addingClamped(Self.nanoseconds(usage.ru_stime))
      return End(
        how: exited != 0 ? .exited(status) : .killed(status), processorTime: time,
        peakMemory: UInt64(clamping: usage.ru_maxrss).multipliedClamped(by: 1024))
    case 1: return nil
    default:
      // Somebody else reaped it: nothing is known, and success must not be assumed.
      return End(how: .exited(127), processorTime: 0, peakMemory: 0)
    }
  }

  /// Why it never was the program; only of one that has ended.
  public var launchError: LaunchError? {
    let code = memory.child.pointee.failure
    return code == 0 ? nil : Self.error(code, memory)
  }

  /// The signal that has stopped it since this was asked last.
  public func takeStop() -> Int32? {
    let signal = csys_take_stop(pidfd.raw, id)
    return signal == 0 ? nil : signal
  }

  /// Whether a process stops by this signal because it wants the terminal and is in the background.
  public static func wantsTerminal(_ signal: Int32) -> Bool {
    signal == SIGTTIN || signal == SIGTTOU
  }

  /// Stops this process and those of its group, as the terminal's key does, until somebody continues
  /// them.
  ///
  /// Returns at once where nobody could: the system stops no group that nobody watches over.
  public static func stopOwnGroup(_ signal: Int32) { kill(0, signal) }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(clamping: time.tv_sec).multipliedClamped(by: 1_000_000_000)
      .addingClamped(UInt64(clamping: time.tv_usec) &* 1000)
  }

  public static func signal(_ id: Int32, _ signal: Int32) { kill(id, signal) }
  public static func signalGroup(_ id: Int32, _ signal: Int32) { kill(-id, signal) }
  public static let terminate = SIGTERM
  public static let forceKill = SIGKILL
  public static let stop = SIGSTOP
  public static let terminalStop = SIGTSTP
  public static let resume = SIGCONT
}

extension ChildProcess.Stream {
  var raw: Int32 {
    switch self {
    case .inherited: -1
    case .descriptor(let raw): raw
    }
  }
}

/// A pipe, both ends close-on-exec.
public struct Pipe: ~Copyable {
  public let reader: Descriptor
  public let writer: Descriptor

  public static func make() throws(SystemError) -> Pipe {
    var ends: (Int32, Int32) = (0, 0)
    let result = withUnsafeMutableBytes(of: &ends) {
      csys_pipe($0.bindMemory(to: Int32.self).baseAddress)
    }
    guard result == 0 else { throw SystemError.last("make a pipe", []) }
    _ = fcntl(ends.0, F_SETFL, O_NONBLOCK)
    return Pipe(reader: Descriptor(taking: ends.0), writer: Descriptor(taking: ends.1))
  }

  init(reader: consuming Descriptor, writer: consuming Descriptor) {
    self.reader = reader
    self.writer = writer
  }

  /// Takes the reading end; the other one is closed.
  public consuming func takeReader() -> Descriptor { reader }
}

extension Descriptor {
  /// What can be read now without waiting: bytes, or nil at the end of the stream; empty if there
  /// is nothing yet.
  public func readAvailable(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    while true {
      let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
      if count > 0 { return count }
      if count == 0 { return nil }
      if errno == EINTR { continue }
      return errno == EAGAIN ? 0 : nil
    }
  }
}
