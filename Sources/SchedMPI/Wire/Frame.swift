import SchedBase
import SchedDigest

/// What a frame holds.
enum FrameKind: UInt8, CaseIterable {
  case welcome = 1
  case hello = 2
  case enrol = 3
  case run = 4
  case ended = 5
  case recall = 6
  case recalled = 7
  case cancel = 8
  case heartbeat = 9
  case leaving = 10
  case bye = 11
  case task = 12
  case place = 13
  case cleared = 14
}

// A message of MPI holds one frame or more, one after the other (docs/formats.md). Little-endian:
//
//   0  magic      u32   0x48435353 ("SSCH")
//   4  length     u32   bytes of the body, at most 48 KiB
//   8  checksum   u64   the low half of XXH3-128 of all that follows it
//  16  version    u16   of this format
//  18  kind       u8
//  19  flags      u8    1: the body goes on in the next frame of this sender
//  20  epoch      u32   drawn by the coordinator for each session
//  24  body
//
// A body that is longer than a frame takes is cut; only the last piece lacks the flag.
enum FrameFormat {
  static let magic: UInt32 = 0x4843_5353
  static let version: UInt16 = 3
  static let headerSize = 24
  /// A message of one full frame still goes out eagerly over TCP (64 KiB), and a rank's unsent
  /// bytes stay small.
  static let longestBody = 48 << 10
  /// A longer body, put together from pieces, is refused: nothing of ours is.
  static let longestAssembly = 1 << 30
  static let continues: UInt8 = 1
}

/// Why bytes are not frames of ours.
enum FrameError: Error, Equatable {
  case cutShort
  case wrongMagic
  case wrongVersion(UInt16)
  case wrongChecksum
  case wrongEpoch
  case unknownKind(UInt8)
  case unknownFlags(UInt8)
  case tooLong
  /// The kind changed in the middle of a body that comes in pieces.
  case mixedPieces
  case malformedBody(FrameKind)
}

/// Appends frames to a message.
struct FrameWriter {
  private(set) var bytes: [UInt8] = []
  var isEmpty: Bool { bytes.isEmpty }

  mutating func append(_ kind: FrameKind, epoch: UInt32, body: [UInt8]) {
    var rest = body[...]
    repeat {
      let piece = rest.prefix(FrameFormat.longestBody)
      rest = rest.dropFirst(piece.count)
      appendFrame(kind, flags: rest.isEmpty ? 0 : FrameFormat.continues, epoch, piece)
    } while !rest.isEmpty
  }

  mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  private mutating func appendFrame(
    _ kind: FrameKind, flags: UInt8, _ epoch: UInt32, _ body: ArraySlice<UInt8>
  ) {
    let start = bytes.count
    bytes.reserveCapacity(start + FrameFormat.headerSize + body.count)
    append(FrameFormat.magic)
    append(UInt32(body.count))
    append(0 as UInt64)
    append(FrameFormat.version)
    bytes.append(kind.rawValue)
    bytes.append(flags)
    append(epoch)
    bytes.append(contentsOf: body)
    let checksum = FrameReader.checksum(bytes[(start + 16)...])
    withUnsafeBytes(of: checksum.littleEndian) {
      bytes.replaceSubrange(start + 8..<start + 16, with: $0)
    }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Takes a message of one sender apart, and never trusts it.
struct FrameReader {
  struct Frame: Equatable {
    var kind: FrameKind
    var epoch: UInt32
    var continues: Bool
    var body: ArraySlice<UInt8>
  }

  private var rest: ArraySlice<UInt8>

  init(_ message: [UInt8]) { rest = message[...] }

  /// The next frame; nil at the end.
  ///
  /// After an error nothing more can be read.
  mutating func next() throws(FrameError) -> Frame? {
    if rest.isEmpty { return nil }
    guard rest.count >= FrameFormat.headerSize else { throw .cutShort }
    guard number(at: 0, as: UInt32.self) == FrameFormat.magic else { throw .wrongMagic }
    // Before the checksum: another version may compute it otherwise.
    let version = number(at: 16, as: UInt16.self)
    guard version == FrameFormat.version else { throw .wrongVersion(version) }
    let length = Int(number(at: 4, as: UInt32.self))
    guard length <= FrameFormat.longestBody else { throw .tooLong }
    let size = FrameFormat.headerSize + length
    guard rest.count >= size else { throw .cutShort }
    let frame = rest.prefix(size)
    guard Self.checksum(frame.dropFirst(16)) == number(at: 8, as: UInt64.self) else {
      throw .wrongChecksum
    }
    let flags = number(at: 19, as: UInt8.self)
    guard flags & ~FrameFormat.continues == 0 else { throw .unknownFlags(flags) }
    let code = number(at: 18, as: UInt8.self)
    guard let kind = FrameKind(rawValue: code) else { throw .unknownKind(code) }
    defer { rest = rest.dropFirst(size) }
    return Frame(
      kind: kind, epoch: number(at: 20, as: UInt32.self),
      continues: flags & FrameFormat.continues != 0,
      body: frame.dropFirst(FrameFormat.headerSize))
  }

  /// Precondition: the header is there.
  private func number<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    rest.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type))
    }
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { Digest(of: $0).low }
  }
}

/// Puts the bodies of one sender together again that came in pieces.
struct FrameAssembly {
  private var kind: FrameKind?
  private var body: [UInt8] = []

  /// The whole body when `frame` is its last piece.
  mutating func add(_ frame: FrameReader.Frame) throws(FrameError) -> [UInt8]? {
    guard kind == nil || kind == frame.kind else { throw .mixedPieces }
    if kind == nil, !frame.continues { return Array(frame.body) }
    guard body.count + frame.body.count <= FrameFormat.longestAssembly else { throw .tooLong }
    body.append(contentsOf: frame.body)
    kind = frame.kind
    guard !frame.continues else { return nil }
    defer { self = FrameAssembly() }
    return body
  }
}
