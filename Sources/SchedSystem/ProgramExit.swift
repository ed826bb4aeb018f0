import Glibc

/// The end of this process.
public enum ProgramExit {
  public static func exit(status: Int32) -> Never { Glibc.exit(status) }

  /// Without anything that libraries still want to do.
  public static func exitAtOnce(status: Int32) -> Never { _exit(status) }
}
