import SchedBase

/// What a recipe printed, in the order in which it came, each piece with the stream that it was
/// printed to.
public struct PrintedText: Equatable, Sendable {
  public enum Stream: UInt8, Sendable {
    /// Standard output; both streams where they are one channel.
    case output = 0
    case error = 1
  }

  /// All pieces, one behind the other.
  public private(set) var bytes: [UInt8] = []
  /// Pieces of one stream that touch each other are one run: its length, and its stream in the lowest
  /// bit.
  private(set) var runs: [UInt32] = []

  public init() {}

  public init(_ bytes: [UInt8], _ stream: Stream = .output) {
    bytes.withUnsafeBytes { append($0, stream) }
  }

  public var isEmpty: Bool { bytes.isEmpty }
  public var count: Int { bytes.count }

  /// A run that is longer is several.
  private static let longestRun = Int(UInt32.max >> 1)

  public mutating func append(_ new: UnsafeRawBufferPointer, _ stream: Stream) {
    bytes.append(contentsOf: new)
    var count = new.count
    if let last = runs.last, last & 1 == UInt32(stream.rawValue) {
      let room = min(count, Self.longestRun - Int(last >> 1))
      runs[runs.count - 1] += UInt32(room) << 1
      count -= room
    }
    while count > 0 {
      let length = min(count, Self.longestRun)
      runs.append(UInt32(length) << 1 | UInt32(stream.rawValue))
      count -= length
    }
  }

  public func forEachPiece(_ body: (Stream, ArraySlice<UInt8>) -> Void) {
    var position = 0
    for run in runs {
      let (stream, length) = Self.parts(of: run)
      body(stream, bytes[position..<position + length])
      position += length
    }
  }

  /// The stream and the length that a run says.
  static func parts(of run: UInt32) -> (Stream, Int) {
    (run & 1 == 0 ? .output : .error, Int(run >> 1))
  }
}

extension ByteWriter {
  mutating func write(_ text: PrintedText) {
    write(bytes: text.bytes)
    write(UInt32(text.runs.count))
    for run in text.runs { write(run) }
  }
}

extension ByteReader {
  mutating func readPrintedText() throws(Malformed) -> PrintedText {
    let bytes = try readBytes()
    var text = PrintedText()
    var position = 0
    for _ in 0..<(try readCount(ofSize: 4)) {
      let (stream, length) = PrintedText.parts(of: try read())
      guard length <= bytes.count - position else { throw Malformed() }
      let start = bytes.startIndex + position
      bytes[start..<start + length].withUnsafeBytes { text.append($0, stream) }
      position += length
    }
    guard position == bytes.count else { throw Malformed() }
    return text
  }
}
