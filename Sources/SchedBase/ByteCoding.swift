/// Writes numbers (little-endian) and length-prefixed bytes one after the other: what requests,
/// reports, journal records and wire messages are made of.
public struct ByteWriter: Sendable {
  public var bytes: [UInt8]

  public init() { bytes = [] }
  /// With room for so many bytes.
  public init(capacity: Int) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  @inlinable
  public mutating func write(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  @inlinable
  public mutating func write(_ byte: UInt8) { bytes.append(byte) }

  public mutating func write(_ flag: Bool) { write(flag ? 1 as UInt8 : 0) }

  public mutating func write(bytes content: UnsafeRawBufferPointer) {
    write(count: 4 + content.count) { target in
      target.storeBytes(of: UInt32(content.count).littleEndian, as: UInt32.self)
      UnsafeMutableRawBufferPointer(rebasing: target[4...]).copyMemory(from: content)
    }
  }

  /// A number and what `write(bytes:)` writes, in one step: a journal has one for each path.
  public mutating func write(_ number: UInt32, bytes content: UnsafeRawBufferPointer) {
    write(count: 8 + content.count) { target in
      target.storeBytes(of: number.littleEndian, as: UInt32.self)
      target.storeBytes(of: UInt32(content.count).littleEndian, toByteOffset: 4, as: UInt32.self)
      UnsafeMutableRawBufferPointer(rebasing: target[8...]).copyMemory(from: content)
    }
  }

  /// Appends `count` bytes that `fill` stores: several numbers in one step.
  @inlinable
  @inline(__always)
  public mutating func write(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { buffer in
      fill(buffer)
      bytes.append(contentsOf: UnsafeRawBufferPointer(buffer))
    }
  }

  /// A 32-bit count, then the bytes.
  public mutating func write(bytes content: some Collection<UInt8>) {
    write(UInt32(content.count))
    bytes.append(contentsOf: content)
  }

  /// Appends `count` bytes that `fill` writes one after the other: as many calls of `write` cost a
  /// check and a copy each.
  @inlinable
  @inline(__always)
  public mutating func write(inOneStep count: Int, _ fill: (inout ByteCursor) -> Void) {
    write(count: count) { target in
      var cursor = ByteCursor(target)
      fill(&cursor)
      precondition(cursor.isAtEnd, "another number of bytes than was said")
    }
  }
}

/// Writes numbers into memory that is lent.
public struct ByteCursor {
  @usableFromInline let target: UnsafeMutableRawBufferPointer
  @usableFromInline var position = 0

  @inlinable
  init(_ target: UnsafeMutableRawBufferPointer) { self.target = target }

  @inlinable
  var isAtEnd: Bool { position == target.count }

  @inlinable
  @inline(__always)
  public mutating func write<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
    let size = MemoryLayout<Number>.size
    precondition(position + size <= target.count, "more bytes than was said")
    target.storeBytes(of: number.littleEndian, toByteOffset: position, as: Number.self)
    position += size
  }

  @inlinable
  @inline(__always)
  public mutating func write(_ flag: Bool) { write(flag ? 1 as UInt8 : 0) }
}

/// Reads what `ByteWriter` wrote, and never trusts it: each read checks the bounds and throws.
public struct ByteReader {
  /// The bytes end before what they promise, or hold a number that means nothing.
  public struct Malformed: Error, Equatable {
    public init() {}
  }

  fileprivate let bytes: ArraySlice<UInt8>
  fileprivate var position: Int

  public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  public var remaining: Int { bytes.endIndex - position }
  public var isAtEnd: Bool { remaining == 0 }

  public mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self)
    throws(Malformed) -> Number
  {
    let size = MemoryLayout<Number>.size
    guard remaining >= size else { throw Malformed() }
    let number = bytes.withUnsafeBytes { source in
      source.loadUnaligned(fromByteOffset: position - bytes.startIndex, as: Number.self)
    }
    position += size
    return Number(littleEndian: number)
  }

  public mutating func readFlag() throws(Malformed) -> Bool {
    switch try read(UInt8.self) {
    case 0: return false
    case 1: return true
    default: throw Malformed()
    }
  }

  public mutating func readBytes() throws(Malformed) -> ArraySlice<UInt8> {
    try readBytes(count: Int(try read(UInt32.self)))
  }

  public mutating func readBytes(count: Int) throws(Malformed) -> ArraySlice<UInt8> {
    guard count >= 0, remaining >= count else { throw Malformed() }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A 32-bit count of things that take at least `size` bytes each; a count that cannot be true is
  /// refused before anything is allocated for it.
  public mutating func readCount(ofSize size: Int) throws(Malformed) -> Int {
    let count = Int(try read(UInt32.self))
    guard count <= remaining / max(size, 1) else { throw Malformed() }
    return count
  }
}

// Whole columns as they lie in memory, for files that only the program that wrote them reads.
extension ByteWriter {
  /// A 64-bit count, then the rows.
  ///
  /// `Row` has no pointers.
  public mutating func write<Row>(column rows: [Row]) {
    precondition(_isPOD(Row.self), "a row with pointers")
    write(UInt64(rows.count))
    rows.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}

extension ByteReader {
  public mutating func readColumn<Row>(of type: Row.Type = Row.self) throws(Malformed) -> [Row] {
    precondition(_isPOD(Row.self), "a row with pointers")
    let count = Int(clamping: try read(UInt64.self))
    let size = MemoryLayout<Row>.stride
    guard count <= remaining / size else { throw Malformed() }
    let slice = try readBytes(count: count * size)
    return [Row](unsafeUninitializedCapacity: count) { buffer, initialized in
      slice.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      initialized = count
    }
  }
}

/// Writes numbers, bytes and columns and passes them on as it goes: no second copy of what is long.
///
/// Written as `ByteWriter` writes them.
public struct ColumnWriter {
  /// Numbers and short lists that wait to be passed on.
  public var short = ByteWriter()
  private let pass: (UnsafeRawBufferPointer) -> Void

  public init(_ pass: @escaping (UnsafeRawBufferPointer) -> Void) { self.pass = pass }

  public mutating func write<Row>(column rows: [Row]) {
    precondition(_isPOD(Row.self), "a row with pointers")
    short.write(UInt64(rows.count))
    flush()
    rows.withUnsafeBytes { pass($0) }
  }

  /// The same for a column in two pieces.
  public mutating func write<Row: BitwiseCopyable>(_ lent: LentColumn<Row>, then added: [Row]) {
    short.write(UInt64(lent.count + added.count))
    flush()
    pass(lent.bytes)
    added.withUnsafeBytes { pass($0) }
  }

  /// Passes on what waits.
  public mutating func flush() {
    short.bytes.withUnsafeBytes { pass($0) }
    short.bytes.removeAll(keepingCapacity: true)
  }
}

/// Reads what `ColumnWriter` wrote from memory that is lent, as careful as `ByteReader`.
public struct ColumnReader {
  public typealias Malformed = ByteReader.Malformed

  private let bytes: UnsafeRawBufferPointer
  private let owner: AnyObject
  private var position = 0
  private let whenRead: (Range<Int>) -> Void

  /// `bytes` stay good as long as `owner` lives.
  ///
  /// `whenRead` is told of each column that was copied: it is not looked at again.
  public init(
    _ bytes: UnsafeRawBufferPointer, of owner: AnyObject, whenRead: @escaping (Range<Int>) -> Void
  ) {
    self.bytes = bytes
    self.owner = owner
    self.whenRead = whenRead
  }

  private mutating func take(_ count: Int) throws(Malformed) -> UnsafeRawBufferPointer {
    guard count >= 0, bytes.count - position >= count else { throw Malformed() }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  public mutating func read<Number: FixedWidthInteger>(_ type: Number.Type = Number.self)
    throws(Malformed) -> Number
  {
    Number(littleEndian: try take(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
  }

  public mutating func readBytes() throws(Malformed) -> [UInt8] {
    Array(try take(Int(try read(UInt32.self))))
  }

  public mutating func readCount(ofSize size: Int) throws(Malformed) -> Int {
    let count = Int(try read(UInt32.self))
    guard count <= (bytes.count - position) / max(size, 1) else { throw Malformed() }
    return count
  }

  public mutating func readColumn<Row>(of type: Row.Type = Row.self) throws(Malformed) -> [Row] {
    precondition(_isPOD(Row.self), "a row with pointers")
    let rows = try takeRows(of: type)
    let count = rows.count / MemoryLayout<Row>.stride
    let column = [Row](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: rows)
      initialized = count
    }
    whenRead(position - rows.count..<position)
    return column
  }

  /// The column as it lies there, without a copy.
  public mutating func lendColumn<Row: BitwiseCopyable>(of type: Row.Type = Row.self)
    throws(Malformed) -> LentColumn<Row>
  {
    LentColumn(bytes: try takeRows(of: type), owner: owner)
  }

  private mutating func takeRows<Row>(of type: Row.Type) throws(Malformed)
    -> UnsafeRawBufferPointer
  {
    let count = Int(clamping: try read(UInt64.self))
    guard count <= (bytes.count - position) / MemoryLayout<Row>.stride else { throw Malformed() }
    return try take(count * MemoryLayout<Row>.stride)
  }
}

/// A column in memory of somebody else's, which is not changed: what is not looked at need not be in
/// memory at all.
public struct LentColumn<Row: BitwiseCopyable>: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  /// The rows are good as long as it lives.
  private let owner: AnyObject?

  init(bytes: UnsafeRawBufferPointer, owner: AnyObject) {
    self.bytes = bytes
    self.owner = owner
  }

  /// No rows.
  public init() {
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    owner = nil
  }

  public var count: Int { bytes.count / MemoryLayout<Row>.stride }

  /// At any place in a file: rows need not be aligned.
  public subscript(index: Int) -> Row {
    bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Row>.stride, as: Row.self)
  }
}
