import CSystem
import Glibc

/// Whether somebody wants this process to stop, for what takes long and cannot wait for events: hashing,
/// listing, evaluating.
///
/// Any thread may ask. Only signals that wait for an event loop are seen; elsewhere a signal ends the
/// process by itself.
public enum StopSignals {
  /// Whether SIGINT, SIGTERM or SIGHUP waits, or came to an event loop.
  ///
  /// One system call at most, which takes some 0.1 us.
  public static var areThere: Bool { csys_stop_signal() != 0 }

  /// The signal, if one was seen by whoever asked before: no system call.
  public static var seen: Int32? {
    let signal = csys_stop_signal_seen()
    return signal == 0 ? nil : signal
  }

  /// As if the signal had been seen: it came to another process, which this one works for or with.
  public static func ask(_ signal: Int32) { csys_ask_to_stop(signal) }

  /// Until an event loop catches signals, each of them ends the process with the status 128 + its number.
  ///
  /// What was ignored when the process started stays so.
  public static func exitByThemselves() { csys_exit_on_stop_signals() }

  /// The process group that such an end takes along; 0: none.
  public static func alsoEnd(group: Int32) { csys_also_end(group) }

  /// What was cut short by one.
  static func interruption(_ operation: String, _ path: [UInt8]) -> SystemError {
    SystemError(operation, path, code: EINTR)
  }
}
