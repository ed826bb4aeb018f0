import SchedBase
import SchedDigest
import SchedSystem

/// The file `journal-G`: what happened since snapshot G, in self-checking records.
///
/// Layout (docs/formats.md): 8 bytes `schedJN1`, version and generation (32 bits each), and a
/// checksum of these; then records: length of kind and body (32 bits), kind (8 bits), body, and a
/// 64-bit checksum chained with the one before. A record that was not written whole, and all after
/// it, never happened.
final class Journal {
  static let version: UInt32 = 1
  private static let magic = Array("schedJN1".utf8)
  static let headerSize = 24
  private static let checksumSize = 8

  /// The values are in the file.
  enum Kind: UInt8 {
    case paths = 1
    case files = 2
    case started = 3
    case outcome = 4
    case confirmed = 5
    case build = 6
    case log = 7
    case used = 8
    case forgotten = 9
  }

  private let file: Descriptor
  /// How many bytes are good: what is written next comes after them.
  private(set) var length: UInt64
  private var chain: UInt64
  /// The checksum of the last record that is in the file.
  private(set) var writtenChain: UInt64
  private var pending = ByteWriter()
  /// Set by a write that failed: nothing is written any more.
  private(set) var failure: SystemError?

  var hasPending: Bool { !pending.bytes.isEmpty }
  /// Whether so much waits that it is better written than waited with.
  var isFull: Bool { pending.bytes.count > Self.longestWait }
  private static let longestWait = 1 << 20

  // MARK: Opening

  /// What reading a journal found.
  struct Content {
    var records: [(kind: Kind, body: ArraySlice<UInt8>)] = []
    var goodLength = headerSize
    var chain: UInt64 = 0
    /// More than one torn record at the very end: something in the middle is damaged.
    var isDamaged = false
  }

  /// Reads the intact beginning.
  ///
  /// nil: it is not the journal of this generation.
  static func read(_ bytes: [UInt8], generation: UInt32) -> Content? {
    guard bytes.count >= headerSize, bytes[..<8].elementsEqual(magic) else { return nil }
    let header = emptyBytes(generation)
    guard bytes[..<headerSize].elementsEqual(header) else { return nil }
    var content = Content()
    content.chain = firstChain(generation)
    var reader = ByteReader(bytes[headerSize...])
    while !reader.isAtEnd {
      guard let record = readRecord(&reader, chain: content.chain) else {
        content.isDamaged = isDamage(bytes, at: content.goodLength)
        break
      }
      content.records.append((record.kind, record.body))
      content.chain = record.checksum
      content.goodLength += 4 + 1 + record.body.count + 8
    }
    return content
  }

  private static func readRecord(_ reader: inout ByteReader, chain: UInt64)
    -> (kind: Kind, body: ArraySlice<UInt8>, checksum: UInt64)?
  {
    guard let content = try? reader.readBytes(), let checksum = try? reader.read(UInt64.self),
      checksum == Self.checksum(content, after: chain), let first = content.first,
      let kind = Kind(rawValue: first)
    else { return nil }
    return (kind, content.dropFirst(), checksum)
  }

  private static func checksum(_ content: ArraySlice<UInt8>, after chain: UInt64) -> UInt64 {
    content.withUnsafeBytes { Checksum.of($0, after: chain &+ UInt64(content.count)) }
  }

  /// Whether the bytes from `offset` are more than one record that was torn as it was written last.
  private static func isDamage(_ bytes: [UInt8], at offset: Int) -> Bool {
    var reader = ByteReader(bytes[offset...])
    guard let length = try? reader.read(UInt32.self) else { return false }
    return reader.remaining >= Int(length) + 8
  }

  private static func firstChain(_ generation: UInt32) -> UInt64 {
    emptyBytes(generation).withUnsafeBytes { Checksum.of($0) }
  }

  /// A journal without records: its header.
  static func emptyBytes(_ generation: UInt32) -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes.append(contentsOf: magic)
    writer.write(version)
    writer.write(generation)
    writer.write(writer.bytes.withUnsafeBytes { Checksum.of($0) })
    return writer.bytes
  }

  /// Opens the journal for writing behind what was read of it, and cuts off the rest.
  init(generation: UInt32, after content: Content) throws(SystemError) {
    file = try Descriptor.open(StateFiles.journal(generation), .update)
    try file.truncate(to: UInt64(content.goodLength))
    file.seek(to: UInt64(content.goodLength))
    length = UInt64(content.goodLength)
    chain = content.chain
    writtenChain = content.chain
  }

  /// Makes an empty journal; it is on the disk when this returns.
  static func create(generation: UInt32) throws(SystemError) {
    let file = try Descriptor.open(StateFiles.journal(generation), .create)
    if let error = emptyBytes(generation).withUnsafeBytes({ file.write($0) }).error { throw error }
    try file.sync()
  }

  // MARK: Writing

  /// Adds a record; it is written with the next `flush`.
  ///
  /// Returns where in the file its body ends.
  @discardableResult
  func append(_ kind: Kind, _ body: (inout ByteWriter) -> Void) -> UInt64 {
    chain = Self.append(kind, to: &pending, after: chain, body)
    return length + UInt64(pending.bytes.count - Self.checksumSize)
  }

  /// Appends one record as it lies in the file.
  ///
  /// Returns the checksum that the next one is chained with.
  static func append(
    _ kind: Kind, to writer: inout ByteWriter, after chain: UInt64,
    _ body: (inout ByteWriter) -> Void
  ) -> UInt64 {
    let start = writer.bytes.count
    writer.write(0 as UInt32)
    writer.write(kind.rawValue)
    body(&writer)
    let content = start + 4..<writer.bytes.count
    writer.bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: UInt32(content.count).littleEndian, toByteOffset: start, as: UInt32.self)
    }
    let checksum = checksum(writer.bytes[content], after: chain)
    writer.write(checksum)
    return checksum
  }

  /// Writes what was added, in one write.
  ///
  /// What was not written whole is cut off again, and from then on every flush fails with the same
  /// cause.
  func flush() throws(SystemError) {
    if let failure { throw failure }
    guard hasPending else { return }
    let (_, error) = pending.bytes.withUnsafeBytes { file.write($0) }
    if let error {
      let failure = SystemError("write", Array(".sched/journal".utf8), code: error.code)
      self.failure = failure
      try? file.truncate(to: length)
      throw failure
    }
    length += UInt64(pending.bytes.count)
    writtenChain = chain
    pending.bytes.removeAll(keepingCapacity: pending.bytes.count <= Self.longestWait)
  }

  func sync() throws(SystemError) { try file.syncData() }
}

extension Journal {
  /// The first `count` records of what was read.
  static func shortened(
    _ content: Content, to count: Int, _ bytes: [UInt8], generation: UInt32
  ) -> Content {
    let kept = content.records.prefix(count)
    let length = headerSize + kept.reduce(0) { $0 + 4 + 1 + $1.body.count + 8 }
    return read(Array(bytes[..<length]), generation: generation) ?? Content()
  }
}
