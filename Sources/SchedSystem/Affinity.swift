import CSystem

/// The processors that processes may run on, a bit each; the first processor is the lowest bit of
/// the first byte.
public enum Affinity {
  /// More processors than any kernel is built for.
  private static let size = 8192 / 8

  /// Of a process, or of this one (0); nil where the system does not tell.
  public static func mask(of process: Int32) -> [UInt8]? {
    var mask = [UInt8](repeating: 0, count: size)
    guard csys_affinity(process, &mask, size) >= 0 else { return nil }
    while mask.last == 0 { mask.removeLast() }
    return mask
  }

  /// Lets this thread, and all that it starts from now on, run on other processors.
  ///
  /// Those that do not exist or that a control group forbids are left out; false if none is left.
  @discardableResult
  public static func setOwn(_ mask: [UInt8]) -> Bool {
    csys_set_affinity(mask, mask.count) == 0
  }
}

/// How exactly this thread is woken.
public enum TimerSlack {
  /// The system may wake a sleeper so many nanoseconds late; 50,000 by default.
  ///
  /// Children inherit it.
  public static func setOwn(_ nanoseconds: Int64) { csys_set_timer_slack(nanoseconds) }
}
