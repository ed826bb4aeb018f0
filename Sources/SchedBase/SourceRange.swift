public enum SourceFileTag {}

/// A text that was read: a Schedfile, an included file, a listing.
public typealias SourceFileID = ID<SourceFileTag>

/// A run of bytes in one source file, `lower` inclusive and `upper` exclusive.
@frozen
public struct SourceRange: Hashable, Sendable, BitwiseCopyable {
  public var file: SourceFileID
  public var lower: UInt32
  public var upper: UInt32

  @inlinable
  public init(file: SourceFileID, lower: UInt32, upper: UInt32) {
    self.file = file
    self.lower = lower
    self.upper = upper
  }

  /// The same text, so many bytes behind; the sum wraps around, so that a shift can go back.
  @inlinable
  public func moved(by shift: UInt32) -> SourceRange {
    SourceRange(file: file, lower: lower &+ shift, upper: upper &+ shift)
  }
}
