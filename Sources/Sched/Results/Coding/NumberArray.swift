import SchedBase

/// What numbers an array holds: 16 for integers, 32 for signed ones, and their size in bytes.
struct NumberKind: Equatable {
  let rawValue: UInt8

  init(isInteger: Bool, isSigned: Bool, size: Int) {
    rawValue = (isInteger ? 16 : 0) | (isSigned ? 32 : 0) | UInt8(size)
  }

  init(of reader: inout ByteReader) throws(ByteReader.Malformed) {
    rawValue = try reader.read()
    guard size > 0 else { throw ByteReader.Malformed() }
  }

  /// Bytes of one number.
  var size: Int { Int(rawValue & 15) }
}

/// Arrays of numbers are written as they lie in memory: as items, each number would take nine bytes.
extension Array: PlainValue where Element: PlainNumber {
  func write(to writer: inout ByteWriter) {
    writer.write(CodedTag.numbers)
    writer.write(Element.kind.rawValue)
    writer.write(column: self)
  }

  static func read(from reader: inout ByteReader) throws -> [Element] {
    guard try reader.readTag() == .numbers, try NumberKind(of: &reader) == Element.kind else {
      throw ByteReader.Malformed()
    }
    return try reader.readColumn()
  }
}

/// The items of an array of numbers one by one, for a type that wrote an array and reads items.
func codedItems(ofNumbers reader: inout ByteReader) throws -> (bytes: [UInt8], count: Int) {
  func items<Number: PlainNumber>(_ type: Number.Type) throws -> (bytes: [UInt8], count: Int) {
    let numbers = try [Number].read(from: &reader)
    var writer = ByteWriter()
    for number in numbers { number.write(to: &writer) }
    return (writer.bytes, numbers.count)
  }
  let types: [any PlainNumber.Type] = [
    Int8.self, Int16.self, Int32.self, Int64.self, UInt8.self, UInt16.self, UInt32.self,
    UInt64.self, Float.self, Double.self,
  ]
  var head = reader
  guard try head.readTag() == .numbers else { throw ByteReader.Malformed() }
  let kind = try NumberKind(of: &head)
  guard let type = types.first(where: { $0.kind == kind }) else {
    throw ByteReader.Malformed()
  }
  return try items(type)
}
