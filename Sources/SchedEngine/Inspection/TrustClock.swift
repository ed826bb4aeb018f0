import SchedBase
import SchedSystem

/// Decides whether a digest may be trusted later by its signature alone: only when the file
/// system's clock cannot have hidden an edit.
///
/// Not safe to be changed from several threads; copies are plain values that any thread may ask.
public struct TrustClock: Sendable {
  /// The device of `.sched` if its times are fine: every write gets a new time of change there.
  private(set) var fineDevice: UInt64?
  private(set) var device: UInt64?

  /// A clock of a file system's own that ticks at 250 Hz is at most 4 ms behind; five of these.
  static let margin: Int64 = 20_000_000
  /// For whole seconds, and for clocks of other machines.
  static let coarseMargin: Int64 = 2_100_000_000

  /// Trusts nothing that is younger than the coarse margin by the local clock.
  public init() {}

  /// For tests: a file system as described.
  init(device: UInt64?, isFine: Bool) {
    self.device = device
    fineDevice = isFine ? device : nil
  }

  /// Tries out the file system of `.sched`: three times write and look, and each time a new time of
  /// change (Linux 6.13 and later on ext4, xfs, btrfs, tmpfs).
  ///
  /// Costs 30 us and writes a small file.
  public static func probing() -> TrustClock {
    var clock = TrustClock()
    guard let file = try? Descriptor.openOwn(StateFiles.clock, .update),
      let first = try? file.status()
    else { return clock }
    clock.device = first.device
    var last = first.signature.changed
    for _ in 0..<3 {
      file.seek(to: 0)
      guard [UInt8(ascii: ".")].withUnsafeBytes({ file.write($0) }).error == nil,
        let changed = try? file.status().signature.changed, changed > last
      else { return clock }
      last = changed
    }
    clock.fineDevice = first.device
    return clock
  }

  /// The time of the file system of `.sched`, as it would stamp a file now: nanoseconds since 1970.
  ///
  /// Where nothing can be written, the local clock's.
  public func now() -> Int64 {
    // Fine times are the local clock's own.
    guard fineDevice == nil, device != nil,
      let file = try? Descriptor.openOwn(StateFiles.clock, .update)
    else {
      return Int64(clamping: Clock.wall())
    }
    file.seek(to: 0)
    guard [UInt8(ascii: ".")].withUnsafeBytes({ file.write($0) }).error == nil,
      let status = try? file.status()
    else { return Int64(clamping: Clock.wall()) }
    return status.signature.changed
  }

  /// Whether each write to a file of the device gets a time of its own, at once.
  func isFine(_ device: UInt64) -> Bool { device == fineDevice }

  /// Whether a file with this signature, whose reading began at `began` (by `now()`), cannot have
  /// been written again with the same signature.
  public func isSettled(_ signature: Signature, device: UInt64, readingBegan began: Int64) -> Bool {
    let changed = signature.changed
    // Later times would be written in the same way.
    guard changed != .min, changed != .max else { return false }
    if changed > began {
      return device == fineDevice && changed <= began.addingClamped(Self.margin)
    }
    if device == fineDevice { return true }
    let isCoarse = changed % 1_000_000_000 == 0 || device != self.device
    return changed.addingClamped(isCoarse ? Self.coarseMargin : Self.margin) < began
  }
}
