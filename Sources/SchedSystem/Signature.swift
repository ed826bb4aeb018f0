/// What `stat` says of a file that tells whether it was touched: 40 bytes, as it lies in the state.
///
/// Of what is on the root's own device no device: mounts change its number. Times are nanoseconds since 1970;
/// before 1678 and after 2261 the first and the last that there are, which are never trusted (`TrustClock`).
@frozen
public struct Signature: Hashable, Sendable, BitwiseCopyable {
  public var size: UInt64
  public var modified: Int64
  /// Decides: `cp -p`, `tar` and `touch -r` set the time of modification back, but not this one.
  public var changed: Int64
  public var inode: UInt64
  /// The lowest bit: the owner may execute it.
  ///
  /// The others: the file system that it is on (`FilePlace`), 0 for that of the root.
  public var executableAndPlace: UInt64

  @inlinable
  public init(size: UInt64, modified: Int64, changed: Int64, inode: UInt64, isExecutable: Bool) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    executableAndPlace = isExecutable ? 1 : 0
  }

  /// Of nothing.
  public static let none = Signature(
    size: 0, modified: 0, changed: 0, inode: 0, isExecutable: false)

  @inlinable public var isExecutable: Bool { executableAndPlace & 1 != 0 }

  /// Says on which file system the file is; of the number 63 bits count.
  mutating func setPlace(_ number: UInt64) {
    executableAndPlace = executableAndPlace & 1 | number << 1
  }
}
