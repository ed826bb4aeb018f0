import CSystem
import Glibc

/// A process that was started here and leads a group of its own.
public struct ChildProcess: ~Copyable {
  public let id: Int32
  /// Readable when it has ended.
  private let pidfd: Descriptor
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
        "cannot run '\(String(decoding: program, as: UTF8.self))': no such program"
      case .notExecutableFormat(let program):
        "cannot run '\(String(decoding: program, as: UTF8.self))': not a program"
      }
    }
  }

  private init(id: Int32, pidfd: Int32) {
    self.id = id
    self.pidfd = Descriptor(taking: pidfd)
  }

  /// Starts a child.
  ///
  /// Call it from a thread that lives as long as the process: the child is killed when that thread
  /// ends.
  public static func start(_ launch: Launch, _ environment: EnvironmentBlock) throws(LaunchError)
    -> ChildProcess
  {
    var arguments = launch.arguments.map { Optional(copyCString($0)) }
    arguments.append(nil)
    defer { for case let text? in arguments { text.deallocate() } }
    var id: pid_t = 0
    var pidfd: Int32 = -1
    var step: Int32 = 0
    let code = environment.withPointers(changing: launch.changes) { environment in
      withCString(launch.program) { program in
        // The child is where this process is already.
        withOptionalCString(launch.directory == [UInt8(ascii: ".")] ? nil : launch.directory) {
          directory in
          arguments.withUnsafeBufferPointer { arguments in
            var child = csys_child()
            child.program = program
            child.argv = arguments.baseAddress
            child.envp = environment
            child.directory = directory
            child.input = launch.input.raw
            child.output = launch.output.raw
            child.error = launch.error.raw
            child.kept = launch.kept ?? -1
            child.reset_affinity = launch.resetsAffinity ? 1 : 0
            return csys_spawn(&child, &id, &pidfd, &step)
          }
        }
      }
    }
    guard code == 0 else { throw error(code, step: step, launch) }
    return ChildProcess(id: id, pidfd: pidfd)
  }

  private static func error(_ code: Int32, step: Int32, _ launch: Launch) -> LaunchError {
    if step == Int32(CSYS_STEP_DIRECTORY) {
      return .cannotChangeDirectory(SystemError("change to", launch.directory ?? [], code: code))
    }
    if step == Int32(CSYS_STEP_EXEC) {
      if code == ENOENT || code == ENOTDIR { return .notFound(program: launch.program) }
      if code == ENOEXEC { return .notExecutableFormat(program: launch.program) }
    }
    return .other(SystemError("run", launch.program, code: code))
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
      let time = Self.nanoseconds(usage.ru_utime) + Self.nanoseconds(usage.ru_stime)
      return End(
        how: exited != 0 ? .exited(status) : .killed(status), processorTime: time,
        peakMemory: UInt64(max(usage.ru_maxrss, 0)) * 1024)
    case 1: return nil
    default:
      // Somebody else reaped it: nothing is known, and success must not be assumed.
      return End(how: .exited(127), processorTime: 0, peakMemory: 0)
    }
  }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1000
  }

  public static func signal(_ id: Int32, _ signal: Int32) { kill(id, signal) }
  public static func signalGroup(_ id: Int32, _ signal: Int32) { kill(-id, signal) }
  public static let terminate = SIGTERM
  public static let forceKill = SIGKILL

  /// Whether any process of the group is left.
  public static func groupExists(_ id: Int32) -> Bool { kill(-id, 0) == 0 || errno == EPERM }
}

extension ChildProcess.Stream {
  fileprivate var raw: Int32 {
    switch self {
    case .inherited: -1
    case .descriptor(let raw): raw
    }
  }
}

private func withOptionalCString<R>(_ path: [UInt8]?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
  guard let path else { return body(nil) }
  return withCString(path) { body($0) }
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
