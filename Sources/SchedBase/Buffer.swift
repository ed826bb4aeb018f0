import Glibc

/// Plain values one behind the other, in memory of their own.
///
/// An array without the question who else has it: there is one owner, so that to append is to copy, and
/// to forget all is to set a number. Memory once taken is kept until the buffer goes.
@frozen
public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var memory = UnsafeMutableBufferPointer<Element>(start: nil, count: 0)
  @usableFromInline var used = 0

  @inlinable
  public init() {}

  /// `count` elements whose bytes are zero; of many no memory is taken before one is written.
  public init(zeroed count: Int) {
    guard let start = calloc(count, MemoryLayout<Element>.stride) else { fatalError("no memory") }
    memory = UnsafeMutableBufferPointer(
      start: start.assumingMemoryBound(to: Element.self), count: count)
    used = count
  }

  deinit { free(memory.baseAddress) }

  @inlinable public var count: Int { used }

  /// Lent for as long as nothing is appended.
  @inlinable public var elements: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(rebasing: memory[..<count])
  }

  @inlinable
  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < used, "an index outside the buffer")
      return memory.baseAddress.unsafelyUnwrapped[index]
    }
    set {
      precondition(index >= 0 && index < used, "an index outside the buffer")
      memory.baseAddress.unsafelyUnwrapped[index] = newValue
    }
  }

  /// O(1), as all appending is on average.
  @inlinable
  public mutating func append(_ element: Element) {
    if count == memory.count { grow(by: 1) }
    memory.initializeElement(at: count, to: element)
    used += 1
  }

  /// Appends elements that lie in another buffer.
  @inlinable
  public mutating func append(contentsOf others: UnsafeBufferPointer<Element>) {
    guard let source = others.baseAddress, !others.isEmpty else { return }
    if memory.count - count < others.count { grow(by: others.count) }
    (memory.baseAddress.unsafelyUnwrapped + count).initialize(from: source, count: others.count)
    used += others.count
  }

  /// Appends the elements of any collection, in one step where they lie together.
  @inlinable @inline(__always)
  public mutating func append(_ others: some Collection<Element>) {
    if others.withContiguousStorageIfAvailable({ append(contentsOf: $0) }) == nil {
      for other in others { append(other) }
    }
  }

  /// Appends `more` elements that `fill` writes.
  @inlinable
  public mutating func append(
    count more: Int, _ fill: (UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    guard more > 0 else { return }
    if memory.count - count < more { grow(by: more) }
    fill(UnsafeMutableBufferPointer(rebasing: memory[used..<used + more]))
    used += more
  }

  /// Forgets what lies from `index` on.
  @inlinable
  public mutating func removeAll(from index: Int = 0) {
    precondition(index >= 0 && index <= count, "an index outside the buffer")
    used = index
  }

  /// The library moves the pages of a large one, and copies nothing.
  @inline(never) @usableFromInline
  mutating func grow(by more: Int) {
    let stride = MemoryLayout<Element>.stride
    let capacity = Swift.max(count + more, 2 * memory.count, 64 / stride)
    guard let start = realloc(memory.baseAddress, capacity * stride) else {
      fatalError("no memory")
    }
    memory = UnsafeMutableBufferPointer(
      start: start.bindMemory(to: Element.self, capacity: capacity), count: capacity)
  }
}
