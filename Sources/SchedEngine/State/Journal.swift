import SchedBase
import SchedDigest
import SchedSystem

/// The file `journal-G`: what happened since snapshot G, in self-checking records.
///
/// Layout (docs/formats.md): 8 bytes `schedJN1`, version and generation (32 bits each), what tells
/// the snapshot that it extends from all others (64 bits), and a checksum of these; then records:
/// length of kind and body (32 bits), kind (8 bits), body, and a 64-bit checksum chained with the one
/// before. A record that was not written whole, and all after it, never happened.
final class Journal {
  static let version: UInt32 = 2
  private static let magic = Array("schedJN1".utf8)
  static let headerSize = 32
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
    /// What came after this place was lost: starts that it told of are not known.
    case lost = 10
    case cleared = 11
    /// A path is a source from here on.
    case disowned = 12
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

  /// One intact record.
  struct Record {
    var kind: Kind
    var body: ArraySlice<UInt8>
    /// Where in the file the body ends.
    var end: UInt64
    fileprivate var checksum: UInt64
  }

  /// What reading a journal found.
  struct Content {
    var goodLength = UInt64(headerSize)
    var chain: UInt64 = 0
    /// More than one torn record at the very end: something in the middle is damaged.
    var isDamaged = false
  }

  /// Reads the intact beginning, and gives `take` its records in their order.
  ///
  /// One that `take` refuses is damage: nothing after it is read. nil: it is not the journal of this
  /// snapshot.
  static func read(
    _ journal: JournalWindow, _ origin: JournalOrigin, _ take: (Record) -> Bool = { _ in true }
  ) -> Content? {
    var journal = journal
    guard let header = journal.bytes(at: 0, count: headerSize),
      header.elementsEqual(emptyBytes(origin))
    else { return nil }
    var content = Content()
    content.chain = firstChain(origin)
    while content.goodLength < journal.length {
      guard let record = readRecord(&journal, at: content.goodLength, chain: content.chain) else {
        content.isDamaged = isDamage(&journal, at: content.goodLength)
        break
      }
      guard take(record) else {
        content.isDamaged = true
        break
      }
      content.chain = record.checksum
      content.goodLength = record.end + UInt64(checksumSize)
    }
    return content
  }

  private static func readRecord(
    _ journal: inout JournalWindow, at offset: UInt64, chain: UInt64
  ) -> Record? {
    guard let length = readLength(&journal, at: offset),
      let bytes = journal.bytes(at: offset + 4, count: length + checksumSize)
    else { return nil }
    let content = bytes.dropLast(checksumSize)
    var reader = ByteReader(bytes.suffix(checksumSize))
    guard let checksum = try? reader.read(UInt64.self),
      checksum == Self.checksum(content, after: chain), let first = content.first,
      let kind = Kind(rawValue: first)
    else { return nil }
    return Record(
      kind: kind, body: content.dropFirst(), end: offset + 4 + UInt64(length), checksum: checksum)
  }

  private static func readLength(_ journal: inout JournalWindow, at offset: UInt64) -> Int? {
    guard let bytes = journal.bytes(at: offset, count: 4) else { return nil }
    var reader = ByteReader(bytes)
    return (try? reader.read(UInt32.self)).map { Int($0) }
  }

  private static func checksum(_ content: ArraySlice<UInt8>, after chain: UInt64) -> UInt64 {
    content.withUnsafeBytes { Checksum.of($0, after: chain &+ UInt64(content.count)) }
  }

  /// Whether the bytes from `offset` are more than one record that was torn as it was written last.
  private static func isDamage(_ journal: inout JournalWindow, at offset: UInt64) -> Bool {
    guard let length = readLength(&journal, at: offset) else { return false }
    return journal.length - offset - 4 >= UInt64(length + checksumSize)
  }

  private static func firstChain(_ origin: JournalOrigin) -> UInt64 {
    emptyBytes(origin).withUnsafeBytes { Checksum.of($0) }
  }

  /// A journal without records: its header.
  static func emptyBytes(_ origin: JournalOrigin) -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes.append(contentsOf: magic)
    writer.write(version)
    writer.write(origin.generation)
    writer.write(origin.snapshot)
    writer.write(writer.bytes.withUnsafeBytes { Checksum.of($0) })
    return writer.bytes
  }

  /// Opens the journal for writing behind what was read of it, and cuts off the rest.
  ///
  /// If that is damaged, a record says so before it goes: killed at any place, the next sched knows it.
  init(generation: UInt32, after content: Content) throws(SystemError) {
    file = try Descriptor.openOwn(StateFiles.journal(generation), .update)
    file.seek(to: content.goodLength)
    length = content.goodLength
    chain = content.chain
    writtenChain = content.chain
    if content.isDamaged {
      append(.lost) { _ in }
      try flush()
    }
    try file.truncate(to: length)
  }

  /// Makes an empty journal, or one that says that another was lost; it is on the disk when this
  /// returns.
  static func create(_ origin: JournalOrigin, afterLoss: Bool = false) throws(SystemError) {
    var writer = ByteWriter()
    writer.bytes = emptyBytes(origin)
    if afterLoss { _ = append(.lost, to: &writer, after: firstChain(origin)) { _ in } }
    try StateFiles.replace(StateFiles.journal(origin.generation), with: writer.bytes)
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

/// What a journal extends: nothing in it means anything with another snapshot.
struct JournalOrigin: Equatable {
  var generation: UInt32
  /// The checksum of the snapshot's header.
  var snapshot: UInt64
}
