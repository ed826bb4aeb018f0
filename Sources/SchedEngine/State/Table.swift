import SchedBase

/// Rows of one kind: those mapped from the snapshot, which are changed in place in this process
/// only, and those added since.
///
/// A row's number is its id.
struct Table<Row> {
  private let base: UnsafeMutableBufferPointer<Row>
  private var added: [Row] = []

  /// `base` stays good as long as the state lives.
  init(base: UnsafeMutableBufferPointer<Row> = UnsafeMutableBufferPointer(start: nil, count: 0)) {
    self.base = base
  }

  var count: Int { base.count + added.count }

  @inline(__always)
  subscript(index: Int) -> Row {
    get { index < base.count ? base[index] : added[index - base.count] }
    set {
      if index < base.count { base[index] = newValue } else { added[index - base.count] = newValue }
    }
  }

  mutating func append(_ row: Row) { added.append(row) }

  mutating func grow(to count: Int, with row: Row) {
    if count > self.count {
      added.append(contentsOf: repeatElement(row, count: count - self.count))
    }
  }

  /// Lends the rows as bytes, in two pieces.
  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    body(UnsafeRawBufferPointer(base))
    added.withUnsafeBytes { body($0) }
  }
}
