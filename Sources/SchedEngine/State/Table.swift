import SchedBase
import SchedSystem

/// Rows of one kind: those mapped from the snapshot, which are changed in place in this process
/// only, and those added since.
///
/// A row's number is its id. All zero bits are a row. Copies share what was added.
struct Table<Row: BitwiseCopyable> {
  private let base: UnsafeMutableBufferPointer<Row>
  private var added = AddedRows<Row>()

  /// `base` stays good as long as the state lives.
  init(base: UnsafeMutableBufferPointer<Row> = UnsafeMutableBufferPointer(start: nil, count: 0)) {
    self.base = base
  }

  var count: Int { base.count + added.count }

  @inline(__always)
  subscript(index: Int) -> Row {
    get { index < base.count ? base[index] : added[index - base.count] }
    nonmutating set {
      if index < base.count { base[index] = newValue } else { added[index - base.count] = newValue }
    }
  }

  /// The row; nil behind the last one.
  ///
  /// Of the snapshot's rows without a look at what was added.
  @inline(__always)
  func row(at index: Int) -> Row? {
    if index < base.count { return base[index] }
    return index < count ? self[index] : nil
  }

  func append(_ row: Row) {
    added.grow(to: added.count + 1)
    added[added.count - 1] = row
  }

  /// Grows to `count` rows, the new ones zero; never shrinks.
  func grow(to count: Int) { added.grow(to: count - base.count) }

  /// Lends the rows as bytes, in pieces.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    body(UnsafeRawBufferPointer(base))
    added.withBytes(body)
  }
}

/// Rows in chunks: they never move while they grow, and those of a page that nobody has written take
/// no memory.
private final class AddedRows<Row: BitwiseCopyable> {
  // Rows of 4 to 136 bytes: 64 KiB to 2 MiB, of which only what is written is there.
  private static var shift: Int { 14 }
  private var chunks: [(memory: ZeroedMemory, rows: UnsafeMutablePointer<Row>)] = []
  private(set) var count = 0

  @inline(__always)
  subscript(index: Int) -> Row {
    get {
      precondition(index < count)
      return chunks[index >> Self.shift].rows[index & (1 << Self.shift - 1)]
    }
    set {
      precondition(index < count)
      chunks[index >> Self.shift].rows[index & (1 << Self.shift - 1)] = newValue
    }
  }

  func grow(to count: Int) {
    guard count > self.count else { return }
    self.count = count
    while chunks.count << Self.shift < count {
      let memory = ZeroedMemory(count: MemoryLayout<Row>.stride << Self.shift)
      let rows = memory.bytes.bindMemory(to: Row.self)
      chunks.append((memory, rows.baseAddress!))
    }
  }

  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    for (index, chunk) in chunks.enumerated() {
      let rows = min(count - index << Self.shift, 1 << Self.shift)
      body(UnsafeRawBufferPointer(start: chunk.rows, count: rows * MemoryLayout<Row>.stride))
    }
  }
}
