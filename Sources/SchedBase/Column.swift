/// One value for each id of one kind: a table's column.
///
/// Subscripts are O(1); `append` is amortised O(1).
@frozen
public struct Column<Tag: ~Copyable, Value> {
  public var values: [Value]

  @inlinable
  public init() { values = [] }

  @inlinable
  public init(repeating value: Value, count: Int) {
    values = Array(repeating: value, count: count)
  }

  @inlinable public var count: Int { values.count }

  @inlinable
  public subscript(id: ID<Tag>) -> Value {
    get { values[id.index] }
    _modify { yield &values[id.index] }
  }

  @inlinable
  public mutating func reserveCapacity(_ count: Int) { values.reserveCapacity(count) }

  /// Adds a row and gives its id.
  @inlinable @discardableResult
  public mutating func append(_ value: Value) -> ID<Tag> {
    let id = ID<Tag>(values.count)
    values.append(value)
    return id
  }

  /// Grows to `count` rows, the new ones holding `value`; never shrinks.
  @inlinable
  public mutating func grow(to count: Int, with value: Value) {
    // Mostly by a few rows: one by one is quicker than a sequence then.
    if count > values.count + 16 {
      values.append(contentsOf: repeatElement(value, count: count - values.count))
    }
    while values.count < count { values.append(value) }
  }

  /// The ids of all rows, in order.
  @inlinable public var ids: IDRange<Tag> { IDRange(from: 0, to: UInt32(values.count)) }
}

extension Column: Sendable where Value: Sendable {}

/// Consecutive ids of one kind.
@frozen
public struct IDRange<Tag: ~Copyable>: RandomAccessCollection, Sendable {
  public let startIndex: UInt32
  public let endIndex: UInt32

  @inlinable
  public init(from start: UInt32, to end: UInt32) {
    startIndex = start
    endIndex = end
  }

  @inlinable
  public subscript(position: UInt32) -> ID<Tag> { ID(raw: position) }
}
