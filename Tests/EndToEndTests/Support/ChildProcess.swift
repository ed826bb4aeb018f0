import Glibc
import Testing

/// A program that was started and whose end has not been waited for.
final class ChildProcess {
  /// How it ended.
  enum Status: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .killed(let signal): "killed by signal \(signal)"
      }
    }
  }

  /// `POSIX_SPAWN_SETSID`, which is not in Swift's Glibc.
  private static let newSession: Int32 = 0x80

  let pid: pid_t
  private var status: Status?

  /// Starts a program, looked for on PATH if it has no slash, in a session of its own.
  ///
  /// Standard output and error go to files, standard input comes from one.
  init(
    _ program: Bytes, _ arguments: [Bytes], environment: [Bytes], directory: Bytes, input: Bytes,
    output: Bytes, diagnostics: Bytes
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
    for (descriptor, path, flags) in [
      (0, input, O_RDONLY), (1, output, writing), (2, diagnostics, writing),
    ] as [(Int32, Bytes, Int32)] {
      _ = path.withCString {
        posix_spawn_file_actions_addopen(&actions, descriptor, $0, flags, 0o644)
      }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A test runner may ignore or block signals; what it starts here must not.
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Self.newSession))

    var pid: pid_t = 0
    // The call that sets a directory is not in Swift's Glibc; `env` sets it and becomes the program.
    let words = ["env", "--chdir=" + directory, program] + arguments
    let error = withCStrings(words) { argv in
      withCStrings(environment) { environment in
        posix_spawnp(&pid, "/usr/bin/env", &actions, &attributes, argv, environment)
      }
    }
    try #require(error == 0, "cannot start \(program): \(String(cString: strerror(error)))")
    self.pid = pid
  }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// Its end, if it came.
  func poll() -> Status? {
    if let status { return status }
    var raw: Int32 = 0
    guard waitpid(pid, &raw, WNOHANG) == pid else { return nil }
    let signal = raw & 0x7F
    status = signal == 0 ? .exited((raw >> 8) & 0xFF) : .killed(signal: signal)
    return status
  }

  /// Waits for its end; kills it, with all that it started, when that takes more than some minutes.
  ///
  /// So long that a machine on which everything else runs, too, does not make a test fail.
  func wait() -> Status {
    for _ in 0..<240_000 {
      if let status = poll() { return status }
      usleep(1000)
    }
    Issue.record("process \(pid) did not end within some minutes")
    kill(-pid, SIGKILL)
    kill(pid, SIGKILL)
    while true {
      if let status = poll() { return status }
      usleep(1000)
    }
  }
}

/// Lends a list as C has it: pointers to strings and a null pointer at the end.
private func withCStrings<R>(
  _ list: [Bytes], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
  let pointers = list.map { text in text.withCString { strdup($0) } } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
}
