import SchedSystem

/// Says to a run, from any thread, that it is to end.
///
/// No task starts afterwards, and workers are ended at once, with what they run. A task in this process
/// runs to its end.
public final class CancellationFlag: Sendable {
  private let lock = Mutex()
  private nonisolated(unsafe) var value = false

  /// Not cancelled yet.
  public init() {}

  /// Ends the runs that were given this flag.
  public func cancel() { lock.locked { value = true } }
  /// Whether `cancel` was called.
  public var isCancelled: Bool { lock.locked { value } }
}
