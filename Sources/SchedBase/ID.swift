/// A dense index into the columns of one kind of thing.
///
/// Two kinds cannot be mixed up.
@frozen
public struct ID<Tag: ~Copyable>: Hashable, Comparable, Sendable, BitwiseCopyable {
  public let raw: UInt32

  @inlinable
  public init(raw: UInt32) { self.raw = raw }

  @inlinable
  public init(_ index: Int) { raw = UInt32(index) }

  /// The position in a column.
  @inlinable public var index: Int { Int(raw) }

  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.raw < b.raw }
}

extension ID: CustomStringConvertible {
  public var description: String { "#\(raw)" }
}
