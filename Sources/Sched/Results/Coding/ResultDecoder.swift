import SchedBase

/// Decodes what `ResultEncoder` wrote.
///
/// The bytes are not trusted: what does not fit is an error.
struct ResultDecoder: Decoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// Before the value.
  private let reader: ByteReader

  private init(_ reader: ByteReader) { self.reader = reader }

  /// O(size of the value).
  static func decode<T: Decodable>(_ bytes: ArraySlice<UInt8>, as type: T.Type) throws -> T {
    var reader = ByteReader(bytes)
    let value = try reader.readValue(type)
    guard reader.isAtEnd else { throw ByteReader.Malformed() }
    return value
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try Fields(reader))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try Items(reader) }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(reader: reader) }

  /// Decodes a value in the place where a reader is.
  fileprivate static func decode<T: Decodable>(_ type: T.Type, at reader: inout ByteReader) throws
    -> T
  {
    let start = reader
    try reader.skipValue()
    return try T(from: ResultDecoder(start))
  }

  private struct Single: SingleValueDecodingContainer {
    let reader: ByteReader
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { reader.nextTag == .nothing }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
      var reader = reader
      return try reader.readValue(type)
    }
  }

  private struct Items: UnkeyedDecodingContainer {
    private var reader: ByteReader
    let total: Int
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { total }
    var isAtEnd: Bool { currentIndex >= total }

    init(_ reader: ByteReader) throws {
      var reader = reader
      if reader.nextTag == .numbers {
        let (bytes, count) = try codedItems(ofNumbers: &reader)
        self.reader = ByteReader(bytes)
        total = count
      } else {
        (self.reader, total) = try reader.readContainer(.list)
      }
    }

    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd else { throw endOfItems }
      guard reader.nextTag == .nothing else { return false }
      try reader.skipValue()
      currentIndex += 1
      return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
      guard !isAtEnd else { throw endOfItems }
      let value = try reader.readValue(type)
      currentIndex += 1
      return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws
      -> KeyedDecodingContainer<Key>
    {
      try superDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try superDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
      guard !isAtEnd else { throw endOfItems }
      let start = reader
      try reader.skipValue()
      currentIndex += 1
      return ResultDecoder(start)
    }

    private var endOfItems: DecodingError {
      .valueNotFound(Any.self, .init(codingPath: [], debugDescription: "no more items"))
    }
  }

  private final class Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let first: ByteReader
    private let count: Int
    /// Where to look next: fields are mostly read in the order in which they were written.
    private var next: (reader: ByteReader, index: Int)
    var codingPath: [any CodingKey] { [] }

    init(_ reader: ByteReader) throws {
      var reader = reader
      (first, count) = try reader.readContainer(.fields)
      next = (first, 0)
    }

    var allKeys: [Key] {
      var reader = first
      return (0..<count).compactMap { _ in
        guard let key = try? reader.readCounted(), (try? reader.skipValue()) != nil else {
          return nil
        }
        return Key(stringValue: String(decoding: key, as: UTF8.self))
      }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).nextTag == .nothing }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      var reader = try value(key)
      return try reader.readValue(type)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws
      -> KeyedDecodingContainer<Nested>
    {
      try ResultDecoder(try value(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try ResultDecoder(try value(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { ResultDecoder(try value(SuperKey())) }
    func superDecoder(forKey key: Key) throws -> any Decoder { ResultDecoder(try value(key)) }

    private func value(_ key: some CodingKey) throws -> ByteReader {
      guard let reader = find(key) else {
        throw DecodingError.keyNotFound(
          key, .init(codingPath: [], debugDescription: "no such field"))
      }
      return reader
    }

    /// Before the value of a field; the search begins behind the field that was found last.
    private func find(_ key: some CodingKey) -> ByteReader? {
      for _ in 0..<count {
        if next.index == count { next = (first, 0) }
        let start = next
        guard let found = try? next.reader.readCounted() else { return nil }
        let value = next.reader
        guard (try? next.reader.skipValue()) != nil else { return nil }
        next.index += 1
        if found.elementsEqual(key.stringValue.utf8) {
          next = start
          return value
        }
      }
      return nil
    }
  }
}

extension ByteReader {
  fileprivate mutating func readValue<T: Decodable>(_ type: T.Type) throws -> T {
    if let plain = type as? any PlainValue.Type {
      return try plain.read(from: &self) as! T
    }
    return try ResultDecoder.decode(type, at: &self)
  }

  /// The items of a list or of fields, and how many they are.
  fileprivate mutating func readContainer(_ tag: CodedTag) throws -> (ByteReader, count: Int) {
    guard try readTag() == tag else { throw Malformed() }
    let length = Int(clamping: try read(UInt64.self))
    let count = Int(clamping: try read(UInt64.self))
    let items = ByteReader(try readBytes(count: length))
    guard count <= items.remaining else { throw Malformed() }
    return (items, count)
  }
}
