import SchedBase

/// Texts one after the other, each with its length before it, as they travel: one buffer however many
/// there are.
public struct TextList: Equatable, Sendable {
  public private(set) var count = 0
  private var writer = ByteWriter()

  public init() {}

  public init(_ texts: some Sequence<[UInt8]>) {
    for text in texts { text.withUnsafeBytes { append($0) } }
  }

  /// All texts with their lengths.
  public var byteCount: Int { writer.bytes.count }

  /// Makes room for texts of so many bytes together with their lengths.
  public mutating func reserve(_ byteCount: Int) { writer.bytes.reserveCapacity(byteCount) }

  public mutating func append(_ text: UnsafeRawBufferPointer) {
    writer.write(bytes: text)
    count += 1
  }

  /// Lends each text, in order.
  public func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    writer.bytes.withUnsafeBytes { bytes in
      var position = 0
      while position < bytes.count {
        let start = position + 4
        let length = UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        position = start + Int(length)
        body(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      }
    }
  }

  public static func == (left: TextList, right: TextList) -> Bool {
    left.writer.bytes == right.writer.bytes
  }
}

extension TextList: ExpressibleByArrayLiteral {
  public init(arrayLiteral texts: [UInt8]...) { self.init(texts) }
}

extension ByteWriter {
  mutating func write(_ list: TextList) { list.write(to: &self) }
}

extension TextList {
  fileprivate func write(to other: inout ByteWriter) {
    other.write(UInt32(count))
    other.bytes.append(contentsOf: writer.bytes)
  }

  /// Reads what was written; every length is checked here, so that `forEach` need not.
  init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    count = try reader.readCount(ofSize: 4)
    var ahead = reader
    for _ in 0..<count { _ = try ahead.readBytes() }
    writer.bytes = Array(try reader.readBytes(count: reader.remaining - ahead.remaining))
  }
}
