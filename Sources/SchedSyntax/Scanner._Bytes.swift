import SchedBase

/// The bytes of a Schedfile with a position.
///
/// All unchecked access of this module is in here.
///
/// Precondition of every method: the buffer lives as long as the scanner, and positions are those
/// that the scanner gave.
struct Scanner {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  @inline(__always) var isAtEnd: Bool { position >= bytes.count }

  /// The byte here, or NUL at the end (which is no byte of a text).
  @inline(__always) var current: UInt8 {
    position < bytes.count ? bytes[unchecked: position] : 0
  }

  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    offset >= 0 && offset < bytes.count ? bytes[unchecked: offset] : 0
  }

  @inline(__always)
  func starts(with text: StaticString, at offset: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= bytes.count else { return false }
    for index in 0..<count where bytes[unchecked: offset + index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether the same bytes stand at both places.
  func areSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
    left.count == right.count
      && areEqual(
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[left])),
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[right])))
  }

  /// Where the next byte is that means something in a bare word or header, at or behind `offset`; or the
  /// end.
  func bareEnd(from offset: Int) -> Int {
    guard let base = bytes.baseAddress, offset < bytes.count else { return offset }
    let (end, isBare) = (base + bytes.count, Self.isBare)
    var next = base + offset
    while next < end, isBare[Int(next.pointee)] != 0 { next += 1 }
    return next - base
  }

  /// For each byte 1, but 0 for those that mean something; lives as long as the program.
  private nonisolated(unsafe) static let isBare: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    table.initialize(repeating: 1, count: 256)
    for byte in "\0\t\n\r \"$%':\\{".utf8 { table[Int(byte)] = 0 }
    return UnsafePointer(table)
  }()

  /// The end of the line that begins at or holds `offset`: at its newline, or at the file's end; a
  /// carriage return before the newline is not part of the line.
  func lineEnd(from offset: Int) -> (content: Int, next: Int) {
    guard let newline = first(UInt8(ascii: "\n"), from: offset) else {
      return (bytes.count, bytes.count)
    }
    let hasReturn = newline > offset && bytes[unchecked: newline - 1] == UInt8(ascii: "\r")
    return (hasReturn ? newline - 1 : newline, newline + 1)
  }

  func first(_ wanted: UInt8, from offset: Int) -> Int? {
    first(wanted, from: offset, to: bytes.count)
  }

  /// The first `wanted` byte at or behind `offset` and before `end`; eight bytes a step.
  func first(_ wanted: UInt8, from offset: Int, to end: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let ones: UInt64 = 0x0101_0101_0101_0101
    let pattern = UInt64(wanted) &* ones
    var position = offset
    while position + 8 <= end {
      let word = UnsafeRawPointer(base).loadUnaligned(fromByteOffset: position, as: UInt64.self)
      // The high bit of each byte that is equal; exact for the lowest one.
      let differences = UInt64(littleEndian: word) ^ pattern
      let equal = (differences &- ones) & ~differences & (ones << 7)
      if equal != 0 { return position + equal.trailingZeroBitCount / 8 }
      position += 8
    }
    while position < end {
      if bytes[unchecked: position] == wanted { return position }
      position += 1
    }
    return nil
  }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always)
  subscript(unchecked index: Int) -> UInt8 { baseAddress.unsafelyUnwrapped[index] }
}

/// Bytes that mean something.
enum Byte {
  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Letters, digits, `_`, `-` and everything above 0x7F.
  @inline(__always)
  static func isName(_ byte: UInt8) -> Bool {
    isNameStart(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
  }

  @inline(__always)
  static func isNameStart(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
      || byte > 0x7F
  }
}
