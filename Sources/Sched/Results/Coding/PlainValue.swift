import FoundationEssentials
import SchedBase

/// What a coded value begins with.
enum CodedTag: UInt8 {
  case nothing = 0
  case no = 1
  case yes = 2
  /// 64 bits.
  case integer = 3
  /// 64 bits; what is no `integer`.
  case natural = 4
  case float = 5
  case double = 6
  /// A count (64 bits), and UTF-8.
  case text = 7
  /// A `NumberKind`, a count (64 bits), and the numbers as they lie in memory.
  case numbers = 8
  /// How many bytes follow the two counts, how many items (64 bits each), and the items.
  case list = 9
  /// The same, and before each item its key: a count (64 bits) and UTF-8.
  case fields = 10
}

/// A value that is written as it is, without a container.
protocol PlainValue {
  func write(to writer: inout ByteWriter)
  static func read(from reader: inout ByteReader) throws -> Self
}

extension Bool: PlainValue {
  func write(to writer: inout ByteWriter) { writer.write(self ? CodedTag.yes : .no) }

  static func read(from reader: inout ByteReader) throws -> Bool {
    switch try reader.readTag() {
    case .no: false
    case .yes: true
    default: throw ByteReader.Malformed()
    }
  }
}

extension String: PlainValue {
  func write(to writer: inout ByteWriter) {
    writer.write(CodedTag.text)
    writer.write(counted: utf8)
  }

  static func read(from reader: inout ByteReader) throws -> String {
    guard try reader.readTag() == .text else { throw ByteReader.Malformed() }
    return String(decoding: try reader.readCounted(), as: UTF8.self)
  }
}

extension Data: PlainValue {
  func write(to writer: inout ByteWriter) { [UInt8](self).write(to: &writer) }

  static func read(from reader: inout ByteReader) throws -> Data {
    Data(try [UInt8].read(from: &reader))
  }
}

/// An integer or floating-point number, which arrays hold without references.
protocol PlainNumber: PlainValue, BitwiseCopyable {
  static var kind: NumberKind { get }
}

extension PlainNumber where Self: FixedWidthInteger {
  static var kind: NumberKind {
    NumberKind(isInteger: true, isSigned: isSigned, size: MemoryLayout<Self>.size)
  }

  func write(to writer: inout ByteWriter) {
    if let number = Int64(exactly: self) {
      writer.write(CodedTag.integer)
      writer.write(number)
    } else {
      writer.write(CodedTag.natural)
      writer.write(UInt64(truncatingIfNeeded: self))
    }
  }

  static func read(from reader: inout ByteReader) throws -> Self {
    let number: Self? =
      switch try reader.readTag() {
      case .integer: Self(exactly: try reader.read(Int64.self))
      case .natural: Self(exactly: try reader.read(UInt64.self))
      default: nil
      }
    guard let number else { throw ByteReader.Malformed() }
    return number
  }
}

extension Int: PlainNumber {}
extension Int8: PlainNumber {}
extension Int16: PlainNumber {}
extension Int32: PlainNumber {}
extension Int64: PlainNumber {}
extension UInt: PlainNumber {}
extension UInt8: PlainNumber {}
extension UInt16: PlainNumber {}
extension UInt32: PlainNumber {}
extension UInt64: PlainNumber {}

extension Float: PlainNumber {
  static var kind: NumberKind { NumberKind(isInteger: false, isSigned: true, size: 4) }

  func write(to writer: inout ByteWriter) {
    writer.write(CodedTag.float)
    writer.write(bitPattern)
  }

  static func read(from reader: inout ByteReader) throws -> Float {
    guard try reader.readTag() == .float else { throw ByteReader.Malformed() }
    return Float(bitPattern: try reader.read(UInt32.self))
  }
}

extension Double: PlainNumber {
  static var kind: NumberKind { NumberKind(isInteger: false, isSigned: true, size: 8) }

  func write(to writer: inout ByteWriter) {
    writer.write(CodedTag.double)
    writer.write(bitPattern)
  }

  static func read(from reader: inout ByteReader) throws -> Double {
    guard try reader.readTag() == .double else { throw ByteReader.Malformed() }
    return Double(bitPattern: try reader.read(UInt64.self))
  }
}

extension ByteWriter {
  mutating func write(_ tag: CodedTag) { write(tag.rawValue) }

  /// A 64-bit count, then the bytes.
  mutating func write(counted content: some Collection<UInt8>) {
    write(UInt64(content.count))
    bytes.append(contentsOf: content)
  }
}

extension ByteReader {
  mutating func readTag() throws(Malformed) -> CodedTag {
    guard let tag = CodedTag(rawValue: try read(UInt8.self)) else { throw Malformed() }
    return tag
  }

  mutating func readCounted() throws(Malformed) -> ArraySlice<UInt8> {
    try readBytes(count: Int(clamping: try read(UInt64.self)))
  }

  /// The tag of the value that comes next, which is not read.
  var nextTag: CodedTag? {
    var reader = self
    return try? reader.readTag()
  }

  /// Goes past the value that comes next, whatever it is; O(1).
  mutating func skipValue() throws(Malformed) {
    switch try readTag() {
    case .nothing, .no, .yes: break
    case .float: _ = try readBytes(count: 4)
    case .integer, .natural, .double: _ = try readBytes(count: 8)
    case .text: _ = try readCounted()
    case .numbers:
      let size = try NumberKind(of: &self).size
      let count = Int(clamping: try read(UInt64.self))
      guard count <= remaining / size else { throw Malformed() }
      _ = try readBytes(count: count * size)
    case .list, .fields:
      let length = Int(clamping: try read(UInt64.self))
      _ = try read(UInt64.self)
      _ = try readBytes(count: length)
    }
  }
}
