/// What `stat` says of a file that tells whether it was touched: 40 bytes, as it lies in the state.
///
/// No device number: mounts change it. Times are nanoseconds since 1970.
@frozen
public struct Signature: Hashable, Sendable, BitwiseCopyable {
  public var size: UInt64
  public var modified: Int64
  /// Decides: `cp -p`, `tar` and `touch -r` set the time of modification back, but not this one.
  public var changed: Int64
  public var inode: UInt64
  /// 1 where the owner may execute it.
  public var executable: UInt64

  @inlinable
  public init(size: UInt64, modified: Int64, changed: Int64, inode: UInt64, isExecutable: Bool) {
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    executable = isExecutable ? 1 : 0
  }

  /// Of nothing.
  public static let none = Signature(
    size: 0, modified: 0, changed: 0, inode: 0, isExecutable: false)

  @inlinable public var isExecutable: Bool { executable != 0 }
}
