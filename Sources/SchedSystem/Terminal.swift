import Glibc

/// The standard streams and the terminal behind them.
public enum Terminal {
  public enum Stream: Int32, Sendable { case output = 1, error = 2 }

  public static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

  /// Columns; nil where there is no terminal.
  public static func width(_ stream: Stream) -> Int? {
    var size = winsize()
    guard ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Whether what is written to standard error comes out where standard output does: one terminal,
  /// one pipe, one file.
  ///
  /// It may have been opened twice: who reads it cannot tell the streams apart.
  public static var streamsAreOne: Bool {
    var output = stat()
    var error = stat()
    guard fstat(1, &output) == 0, fstat(2, &error) == 0 else { return false }
    return output.st_dev == error.st_dev && output.st_ino == error.st_ino
  }

  /// Opens what this process was started without (`>&-`), so that no file of ours gets the number of
  /// a standard stream and what is printed does not end up in it.
  ///
  /// Standard output is one that cannot be written to then: that what was asked for is lost is no
  /// secret. Before anything else is opened.
  public static func openMissingStreams() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", descriptor == 2 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes all bytes.
  ///
  /// Returns why some of them were not: a reader that has gone away ends the writing, not the program.
  @discardableResult
  public static func write(_ bytes: [UInt8], to stream: Stream) -> SystemError? {
    write(bytes, to: stream.rawValue)
  }

  /// The same for any descriptor, also one that does not wait for room by itself.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> SystemError? {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          waitUntilWritable(descriptor)
        } else if errno != EINTR {
          return SystemError.last("write to", [])
        }
      }
      return nil
    }
  }

  private static func waitUntilWritable(_ descriptor: Int32) {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&request, 1, -1)
  }

  /// A write to a closed pipe is an error for the writer and does not end the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  // MARK: The foreground

  /// Whether standard input is a terminal.
  public static var isInput: Bool { isatty(0) == 1 }

  /// Gives the terminal to a process group, so that it may read from it, where this process's own
  /// group has it.
  ///
  /// Returns whether it has it now.
  public static func giveForeground(to group: Int32) -> Bool {
    // In the background, the terminal is another job's.
    guard isInput, tcgetpgrp(0) == getpgrp() else { return false }
    return setForeground(group)
  }

  /// What the keys of a terminal and its end send to whoever has it, so that it ends.
  public static let endingSignals = [SIGINT, SIGQUIT, SIGHUP]

  /// After it was given away.
  public static func takeForeground() { _ = setForeground(getpgrp()) }

  public static func isForeground(_ group: Int32) -> Bool { tcgetpgrp(0) == group }

  private static func setForeground(_ group: Int32) -> Bool {
    // A background group that takes the terminal would be stopped.
    signal(SIGTTOU, SIG_IGN)
    return tcsetpgrp(0, group) == 0
  }
}
