/// A list that grows without ever moving what is in it: long ones take no second copy of themselves while
/// they grow, and at most one chunk that is not full.
public struct ChunkedArray<Element> {
  // A chunk's header costs a page: of 512 KiB, that were six hundredths of a byte for each edge of a plan.
  @usableFromInline static var shift: Int { 18 }
  @usableFromInline var chunks: [[Element]] = []
  public private(set) var count = 0

  public init() {}

  /// O(1).
  public mutating func append(_ element: Element) {
    if count & (1 << Self.shift - 1) == 0 {
      var chunk: [Element] = []
      // The first ones grow as they need: most lists are short.
      if count > 0 { chunk.reserveCapacity(1 << Self.shift) }
      chunks.append(chunk)
    }
    chunks[chunks.count - 1].append(element)
    count += 1
  }

  @inlinable
  public subscript(index: Int) -> Element {
    get { chunks[index >> Self.shift][index & (1 << Self.shift - 1)] }
    _modify { yield &chunks[index >> Self.shift][index & (1 << Self.shift - 1)] }
  }
}

extension ChunkedArray: Sendable where Element: Sendable {}
