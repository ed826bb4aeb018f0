import Glibc

/// This process as another program.
public enum ProgramReplacement {
  /// Replaces this process: same id, environment and descriptors.
  ///
  /// Returns only when it failed.
  public static func exec(_ program: [UInt8], arguments: [[UInt8]]) -> SystemError {
    var pointers = arguments.map { Optional(copyCString($0)) }
    pointers.append(nil)
    defer { for case let text? in pointers { text.deallocate() } }
    _ = withCString(program) { execv($0, pointers) }
    return SystemError.last("run", program)
  }

  /// The path of the program that runs.
  public static func own() throws(SystemError) -> [UInt8] {
    try Files.readLink(Array("/proc/self/exe".utf8))
  }

  /// The words that this process was started with, as bytes; the first is the program.
  public static func arguments() -> [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      CommandLine.unsafeArgv[index].map { bytes($0) }
    }
  }
}

/// A null-terminated copy, to be deallocated by the caller.
private func copyCString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
  let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
  bytes.withUnsafeBytes {
    UnsafeMutableRawBufferPointer(start: text, count: bytes.count).copyMemory(from: $0)
  }
  text[bytes.count] = 0
  return text
}
