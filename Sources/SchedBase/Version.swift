/// Which sched this is.
public enum Version {
  /// As `sched --version` prints it and ranks compare it.
  public static let text = "0.1.0"
}
