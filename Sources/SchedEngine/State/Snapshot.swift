import SchedBase
import SchedDigest
import SchedSystem

/// The file `state-G`: all tables as they lie in memory, mapped and not parsed.
///
/// Layout (docs/formats.md): a header of 320 bytes with a table of sections, then the sections,
/// each at a multiple of 8. Numbers are little-endian. A snapshot with another version, a checksum
/// that does not fit, or a section outside the file is refused whole.
final class Snapshot {
  enum Section: Int, CaseIterable {
    case pathEntries = 0
    case pathNames
    case pathSlots
    case files
    case owners
    case records
    case outputs
    case discovered
    case blobs
    case graphs
    case pathDigests
  }

  static let version: UInt32 = 2
  private static let magic = Array("schedST1".utf8)
  private static let headerSize = 320

  /// What the header says besides the sections.
  struct Header {
    var generation: UInt32
    /// The number of the last build.
    var build: UInt32
    /// A digest of the boot id at the last record.
    var boot: UInt64
    /// When the last record was written, nanoseconds since 1970.
    var lastRecord: UInt64
    /// A random number that tells this path table from that of a state begun anew.
    var identity: UInt64
  }

  enum Problem: Error, Equatable {
    case missing
    case otherVersion(UInt32)
    case damaged(String)
    case unreadable(SystemError)
  }

  let header: Header
  /// The header's checksum, which tells this snapshot from all others.
  let checksum: UInt64
  /// What `stat` says of the file.
  var signature: Signature { file.signature }
  private let file: MappedFile
  private let sections: [(offset: Int, length: Int, checksum: UInt64)]
  private var isBlobChecked = false

  init(generation: UInt32) throws(Problem) {
    do throws(SystemError) {
      file = try MappedFile(own: StateFiles.snapshot(generation))
    } catch {
      throw error.isMissing ? .missing : .unreadable(error)
    }
    let bytes = UnsafeRawBufferPointer(file.bytes)
    guard bytes.count >= Self.headerSize, bytes.prefix(8).elementsEqual(Self.magic) else {
      throw .damaged("it is not a state file")
    }
    func number<N: FixedWidthInteger>(_ offset: Int, _ type: N.Type) -> N {
      N(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: N.self))
    }
    let version = number(8, UInt32.self)
    guard version == Self.version else { throw .otherVersion(version) }
    let checksum = Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[0..<Self.headerSize - 8]))
    guard checksum == number(Self.headerSize - 8, UInt64.self) else {
      throw .damaged("its header has another checksum")
    }
    self.checksum = checksum
    header = Header(
      generation: number(12, UInt32.self), build: number(16, UInt32.self),
      boot: number(24, UInt64.self), lastRecord: number(32, UInt64.self),
      identity: number(Self.headerSize - 16, UInt64.self))
    guard header.generation == generation else { throw .damaged("it is another generation's") }
    var sections: [(offset: Int, length: Int, checksum: UInt64)] = []
    for section in Section.allCases {
      let place = 40 + section.rawValue * 24
      let offset = number(place, UInt64.self)
      let length = number(place + 8, UInt64.self)
      guard offset % 8 == 0, offset <= bytes.count, length <= UInt64(bytes.count) - offset else {
        throw .damaged("a section lies outside the file")
      }
      sections.append((Int(offset), Int(length), number(place + 16, UInt64.self)))
    }
    self.sections = sections
    for section in Section.allCases where section != .blobs {
      guard isIntact(section) else { throw .damaged("section '\(section)' has another checksum") }
      // Most commands look at a part of it: only that stays in memory.
      let (offset, length, _) = sections[section.rawValue]
      file.letGo(offset..<offset + length)
    }
  }

  private func isIntact(_ section: Section) -> Bool {
    Checksum.of(raw(section)) == sections[section.rawValue].checksum
  }

  func bytes(of section: Section) -> UnsafeRawBufferPointer { raw(section) }

  private func raw(_ section: Section) -> UnsafeRawBufferPointer {
    let (offset, length, _) = sections[section.rawValue]
    return UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(file.bytes)[offset..<offset + length])
  }

  /// A section as rows; they may be changed in this process.
  func rows<Row>(_ section: Section, as type: Row.Type) -> UnsafeMutableBufferPointer<Row> {
    let (offset, length, _) = sections[section.rawValue]
    let bytes = UnsafeMutableRawBufferPointer(rebasing: file.bytes[offset..<offset + length])
    return bytes.bindMemory(to: type)
  }

  /// Recipes' facts and values' texts: not looked at when nothing runs, checked when first used.
  ///
  /// nil if they are damaged.
  func blobs() -> UnsafeRawBufferPointer? {
    if !isBlobChecked {
      guard isIntact(.blobs) else { return nil }
      isBlobChecked = true
    }
    return raw(.blobs)
  }

  var blobLength: Int { sections[Section.blobs.rawValue].length }

  var pathBase: PathTable.Base {
    PathTable.Base(
      entries: UnsafeBufferPointer(rows(.pathEntries, as: PathTable.Entry.self)),
      names: raw(.pathNames), slots: UnsafeBufferPointer(rows(.pathSlots, as: UInt32.self)),
      digests: UnsafeBufferPointer(rows(.pathDigests, as: UInt64.self)), owner: file)
  }

  // MARK: Writing

  /// Takes a section's bytes in pieces, and writes them with their checksum.
  final class Output {
    fileprivate var file: Descriptor
    private var buffer: [UInt8] = []
    private var checksum = HashStream()
    private var length: UInt64 = 0
    /// The first write that failed: nothing is written after it.
    private var failure: SystemError?

    private static let bufferSize = 256 << 10

    fileprivate init(_ file: consuming Descriptor) {
      self.file = file
      buffer.reserveCapacity(Self.bufferSize)
    }

    func add(_ bytes: UnsafeRawBufferPointer) {
      checksum.add(bytes)
      length += UInt64(bytes.count)
      append(bytes)
    }

    func add<Row: BitwiseCopyable>(row: Row) { withUnsafeBytes(of: row) { add($0) } }

    private func append(_ bytes: UnsafeRawBufferPointer) {
      if buffer.count + bytes.count > Self.bufferSize { flush() }
      if bytes.count > Self.bufferSize { write(bytes) } else { buffer.append(contentsOf: bytes) }
    }

    private func flush() {
      buffer.withUnsafeBytes { write($0) }
      buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) {
      if failure == nil { failure = file.write(bytes).error }
    }

    /// Ends the section with zeros up to a multiple of 8.
    ///
    /// Returns its length without them.
    fileprivate func endSection() throws(SystemError) -> (length: UInt64, checksum: UInt64) {
      var sum = HashStream()
      swap(&sum, &checksum)
      let ended = length
      length = 0
      withUnsafeBytes(of: 0 as UInt64) {
        append(UnsafeRawBufferPointer(rebasing: $0[..<Int((8 - ended % 8) % 8)]))
      }
      flush()
      if let failure { throw failure }
      return (ended, sum.checksum())
    }
  }

  /// Writes a snapshot whole; it is on the disk when this returns.
  ///
  /// `emit` gives each section's bytes, in any number of pieces. Returns the header's checksum.
  static func write(
    _ header: Header, emit: (Section, Output) throws(SystemError) -> Void
  ) throws(SystemError) -> UInt64 {
    let output = Output(
      try Descriptor.openOwn(StateFiles.snapshot(header.generation), .create))
    output.file.seek(to: UInt64(headerSize))
    var position = UInt64(headerSize)
    var table = ByteWriter()
    for section in Section.allCases {
      try emit(section, output)
      let (length, checksum) = try output.endSection()
      table.write(position)
      table.write(length)
      table.write(checksum)
      position += (length + 7) & ~7
    }
    let head = headerBytes(header, table.bytes)
    output.file.seek(to: 0)
    if let error = head.withUnsafeBytes({ output.file.write($0) }).error { throw error }
    try output.file.sync()
    var checksum = ByteReader(head.suffix(8))
    return (try? checksum.read()) ?? 0
  }

  private static func headerBytes(_ header: Header, _ table: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.bytes.append(contentsOf: magic)
    writer.write(version)
    writer.write(header.generation)
    writer.write(header.build)
    writer.write(0 as UInt32)
    writer.write(header.boot)
    writer.write(header.lastRecord)
    writer.bytes.append(contentsOf: table)
    while writer.bytes.count < headerSize - 16 { writer.bytes.append(0) }
    writer.write(header.identity)
    writer.write(writer.bytes.withUnsafeBytes { Checksum.of($0) })
    return writer.bytes
  }
}
