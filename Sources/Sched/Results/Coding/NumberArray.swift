import SchedBase

/// What numbers an array holds: 16 for integers, 32 for signed ones, and their size in bytes.
struct NumberKind: RawRepresentable, Equatable {
  let rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(isInteger: Bool, isSigned: Bool, size: Int) {
    rawValue = (isInteger ? 16 : 0) | (isSigned ? 32 : 0) | UInt8(size)
  }
}

/// Arrays of numbers are written as they lie in memory: as items, a large one would be several times
/// as large, and take a hundred times as long.
extension Array: PlainValue where Element: PlainNumber {
  func write(to writer: inout ByteWriter) {
    writer.write(CodedTag.numbers)
    writer.write(Element.kind.rawValue)
    withUnsafeBytes { writer.write(counted: $0) }
  }

  static func read(from reader: inout ByteReader) throws -> [Element] {
    guard try reader.readTag() == .numbers, try reader.read() == Element.kind.rawValue else {
      throw ByteReader.Malformed()
    }
    let bytes = try reader.readCounted()
    let count = bytes.count / MemoryLayout<Element>.stride
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source.prefix(count * MemoryLayout<Element>.stride)))
      }
      initialized = count
    }
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
  let kind = try head.read(UInt8.self)
  guard let type = types.first(where: { $0.kind.rawValue == kind }) else {
    throw ByteReader.Malformed()
  }
  return try items(type)
}
