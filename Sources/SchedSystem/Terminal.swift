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

  /// Writes all bytes.
  ///
  /// A reader that has gone away ends the writing, not the program. Returns false when nobody reads
  /// any more.
  @discardableResult
  public static func write(_ bytes: [UInt8], to stream: Stream) -> Bool {
    write(bytes, to: stream.rawValue)
  }

  /// The same for any descriptor, also one that does not wait for room by itself.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written)
        if count >= 0 {
          written += count
        } else if errno == EAGAIN {
          waitUntilWritable(descriptor)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }

  private static func waitUntilWritable(_ descriptor: Int32) {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&request, 1, -1)
  }

  /// A write to a closed pipe is an error for the writer and does not end the process.
  public static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

  // MARK: The foreground

  /// Gives the terminal to a process group, so that it may read from it; nothing where there is no
  /// terminal.
  public static func giveForeground(to group: Int32) {
    guard isatty(0) == 1 else { return }
    // A background group that takes the terminal would be stopped.
    signal(SIGTTOU, SIG_IGN)
    tcsetpgrp(0, group)
  }

  public static func takeForeground() { giveForeground(to: getpgrp()) }
}
