import Glibc

/// The end of this process.
public enum ProgramExit {
  public static func exit(status: Int32) -> Never { Glibc.exit(status) }
}
