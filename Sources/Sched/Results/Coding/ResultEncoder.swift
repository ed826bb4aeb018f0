import SchedBase

/// A collection without an order: its items are written in the order of their bytes, so that equal
/// values are equal bytes in every process.
private protocol Unordered {
  /// How many items of a list belong together.
  static var groupSize: Int { get }
}

extension Set: Unordered {
  fileprivate static var groupSize: Int { 1 }
}

/// With keys that are texts it writes fields; with others keys and values in turn.
extension Dictionary: Unordered {
  fileprivate static var groupSize: Int { 2 }
}

/// One value on its way into bytes: a list, fields, or what a single-value container was given.
///
/// Items are appended as they come; only a container that was handed out stays a reference until all
/// is written, since it may be written to later.
private final class CodedNode {
  enum Form {
    case nothing
    case single
    case list
    case fields
  }

  var form = Form.nothing
  var content = ByteWriter()
  var count = 0
  /// Where items begin, if their order is not kept.
  private var starts: [Int] = []
  private var handedOut: [(offset: Int, node: CodedNode)] = []
  private let groupSize: Int?

  init(groupSize: Int? = nil) { self.groupSize = groupSize }

  func beginItem() {
    if groupSize != nil { starts.append(content.bytes.count) }
    count += 1
  }

  func begin(_ key: some CodingKey) {
    beginItem()
    content.write(counted: key.stringValue.utf8)
  }

  func append<T: Encodable>(_ value: T) throws {
    if let plain = value as? any PlainValue { return plain.write(to: &content) }
    let node = CodedNode(groupSize: (T.self as? any Unordered.Type)?.groupSize)
    try value.encode(to: ResultEncoder(node))
    node.write(to: &content)
  }

  func handOut() -> CodedNode {
    let node = CodedNode()
    handedOut.append((content.bytes.count, node))
    return node
  }

  func write(to writer: inout ByteWriter) {
    switch form {
    case .nothing: writer.write(CodedTag.nothing)
    case .single: writer.bytes += whole()
    case .list, .fields:
      let items = ordered(whole())
      writer.write(form == .list ? CodedTag.list : .fields)
      writer.write(UInt64(items.count))
      writer.write(UInt64(count))
      writer.bytes += items
    }
  }

  /// The items, with those that were handed out in their places.
  private func whole() -> [UInt8] {
    guard !handedOut.isEmpty else { return content.bytes }
    var result = ByteWriter()
    var written = 0
    for (offset, node) in handedOut {
      result.bytes += content.bytes[written..<offset]
      written = offset
      node.write(to: &result)
    }
    result.bytes += content.bytes[written...]
    return result.bytes
  }

  private func ordered(_ items: [UInt8]) -> [UInt8] {
    // The library's own collections hand nothing out.
    guard let groupSize, handedOut.isEmpty else { return items }
    let size = form == .list ? groupSize : 1
    let begins = stride(from: 0, to: starts.count, by: size).map { starts[$0] }
    let groups = zip(begins, begins.dropFirst() + [items.count]).map { items[$0..<$1] }
    return Array(groups.sorted { $0.lexicographicallyPrecedes($1) }.joined())
  }
}

/// Encodes any `Encodable` value into the bytes of docs/formats.md, 'Results'.
struct ResultEncoder: Encoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  private let node: CodedNode

  fileprivate init(_ node: CodedNode) { self.node = node }

  /// O(size of the value); sets and dictionaries are sorted.
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let node = CodedNode()
    node.form = .single
    try node.append(value)
    return node.content.bytes
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.form = .fields
    return KeyedEncodingContainer(Fields(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.form = .list
    return Items(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    node.form = .single
    return Single(node: node)
  }

  private struct Single: SingleValueEncodingContainer {
    let node: CodedNode
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { node.content.write(CodedTag.nothing) }
    func encode<T: Encodable>(_ value: T) throws { try node.append(value) }
  }

  private struct Items: UnkeyedEncodingContainer {
    let node: CodedNode
    var codingPath: [any CodingKey] { [] }
    var count: Int { node.count }

    func encodeNil() {
      node.beginItem()
      node.content.write(CodedTag.nothing)
    }

    func encode<T: Encodable>(_ value: T) throws {
      node.beginItem()
      try node.append(value)
    }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      handOut().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { handOut().unkeyedContainer() }

    func superEncoder() -> any Encoder { handOut() }

    private func handOut() -> ResultEncoder {
      node.beginItem()
      return ResultEncoder(node.handOut())
    }
  }

  private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: CodedNode
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) {
      node.begin(key)
      node.content.write(CodedTag.nothing)
    }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      node.begin(key)
      try node.append(value)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
      -> KeyedEncodingContainer<Nested>
    {
      handOut(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      handOut(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { handOut(SuperKey()) }
    func superEncoder(forKey key: Key) -> any Encoder { handOut(key) }

    private func handOut(_ key: some CodingKey) -> ResultEncoder {
      node.begin(key)
      return ResultEncoder(node.handOut())
    }
  }
}

/// Under which a class keeps what its superclass encodes.
struct SuperKey: CodingKey {
  var stringValue: String { "super" }
  var intValue: Int? { nil }

  init() {}
  init?(stringValue: String) { if stringValue != "super" { return nil } }
  init?(intValue: Int) { nil }
}
