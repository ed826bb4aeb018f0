import Glibc

/// One end of a stream between two processes of this machine.
public final class StreamSocket: Sendable {
  public let raw: Int32

  public init(taking raw: Int32) { self.raw = raw }
  deinit { close(raw) }

  /// Two ends that are connected, both close-on-exec.
  public static func pair() throws(SystemError) -> (StreamSocket, StreamSocket) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw SystemError.last("make a pair of sockets", [])
    }
    return (StreamSocket(taking: ends[0]), StreamSocket(taking: ends[1]))
  }

  /// An end that the parent process left open for this one; from now on nobody else inherits it.
  ///
  /// nil: there is no such socket.
  public static func inherited(_ raw: Int32) -> StreamSocket? {
    var kind: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(raw, SOL_SOCKET, SO_TYPE, &kind, &length) == 0,
      fcntl(raw, F_SETFD, FD_CLOEXEC) == 0
    else { return nil }
    return StreamSocket(taking: raw)
  }

  /// Sends all bytes, waiting for room; false when the other end is gone, or `isStopped` became true
  /// while there was no room.
  public func send(_ bytes: UnsafeRawBufferPointer, unless isStopped: () -> Bool = { false })
    -> Bool
  {
    var sent = 0
    while sent < bytes.count {
      let flags = Int32(Int(MSG_NOSIGNAL) | Int(MSG_DONTWAIT))
      let count = Glibc.send(raw, bytes.baseAddress! + sent, bytes.count - sent, flags)
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        if isStopped() { return false }
        var wait = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, 50)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Receives up to the buffer's size: 0 at the end of the stream, nil if there is nothing yet.
  ///
  /// `waits`: until there is something.
  public func receive(into buffer: UnsafeMutableRawBufferPointer, waits: Bool) -> Int? {
    while true {
      let flags = waits ? 0 : Int32(MSG_DONTWAIT)
      let count = recv(raw, buffer.baseAddress, buffer.count, flags)
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      // What breaks the stream ends it.
      if errno != EINTR { return 0 }
    }
  }
}

/// The standard streams of this process.
public enum StandardStreams {
  /// Writes to a descriptor past all buffers of the program, which are emptied first.
  public static func write(_ bytes: [UInt8], to descriptor: Int32) {
    flush()
    Terminal.write(bytes, to: descriptor)
  }

  /// Writes out what the program has printed and the C library keeps.
  public static func flush() { fflush(nil) }
}
