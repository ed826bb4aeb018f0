import Glibc
import SchedBase

/// The system's clocks, in nanoseconds.
public enum Clock {
  /// Of no meaning but for differences; never set back.
  public static func monotonic() -> UInt64 { read(CLOCK_MONOTONIC) }
  /// Since 1970.
  public static func wall() -> UInt64 { read(CLOCK_REALTIME) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(clamping: time.tv_sec).multipliedClamped(by: 1_000_000_000)
      .addingClamped(UInt64(clamping: time.tv_nsec))
  }

  public static func sleep(nanoseconds: UInt64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var rest = timespec()
    while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
  }
}
