import Glibc

/// The end of this process.
public enum ProgramExit {
  public static func exit(status: Int32) -> Never { Glibc.exit(status) }

  /// Calls `body` with the exit status when the process ends in order, on the thread that ends it.
  public static func whenExiting(_ body: @escaping @convention(c) (Int32) -> Void) {
    on_exit(
      { status, body in unsafeBitCast(body, to: (@convention(c) (Int32) -> Void).self)(status) },
      unsafeBitCast(body, to: UnsafeMutableRawPointer.self))
  }

  /// Writes out what was printed.
  public static func flushPrinted() { fflush(nil) }

  /// Without anything that libraries still want to do.
  public static func exitAtOnce(status: Int32) -> Never { _exit(status) }
}
