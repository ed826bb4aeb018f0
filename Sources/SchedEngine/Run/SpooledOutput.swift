import SchedBase
import SchedSystem

/// What a recipe printed, where it is too much for the memory of all that run: in a file of its own
/// below `.sched`, from whoever ran it to whoever shows it.
///
/// The file holds runs one behind the other: a u32 as in `PrintedText`, and as many bytes as it says.
public struct SpooledOutput: Equatable, Sendable {
  /// The file's name; empty: no file could be written, and all is in `rest`.
  public var name: [UInt8]
  /// Bytes of the file.
  public var size: UInt64
  /// What comes after it: it could not be written there.
  public var rest: PrintedText

  public init(name: [UInt8], size: UInt64, rest: PrintedText) {
    self.name = name
    self.size = size
    self.rest = rest
  }

  static let directory = StateFiles.path("printed")

  fileprivate static func path(_ name: [UInt8]) -> [UInt8] {
    directory + [UInt8(ascii: "/")] + name
  }

  private var path: [UInt8] { Self.path(name) }

  /// What no build shows any more: it was killed, or ended before.
  static func removeLeft() {
    let kind = try? FileStatus.of(directory, followingLinks: false).kind
    if kind == .directory { try? Files.removeTree(directory) }
  }

  public func remove() {
    if !name.isEmpty { try? Files.remove(path) }
  }

  // MARK: Reading

  /// Gives all of it, piece by piece.
  ///
  /// Returns why some of it could not be read.
  public func forEachPiece(_ body: (PrintedText.Stream, ArraySlice<UInt8>) -> Void) -> SystemError?
  {
    var failure: SystemError?
    if !name.isEmpty {
      do throws(SystemError) {
        try forEachPieceOfFile(body)
      } catch {
        failure = error
      }
    }
    rest.forEachPiece(body)
    return failure
  }

  private func forEachPieceOfFile(_ body: (PrintedText.Stream, ArraySlice<UInt8>) -> Void)
    throws(SystemError)
  {
    let file = try openWhole()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
    defer { buffer.deallocate() }
    var runs = RunReader()
    var left = size
    while left > 0 {
      let wanted = Int(min(left, UInt64(buffer.count)))
      let count = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
      guard count > 0 else { throw SystemError.cutShort(path) }
      left -= UInt64(count)
      runs.take(Array(buffer[..<count])[...], body)
    }
  }

  private static let bufferSize = 256 << 10

  /// Another host may have written it, and a network's file system may show it late.
  private func openWhole() throws(SystemError) -> Descriptor {
    let deadline = Clock.monotonic() + Self.longestWait
    while true {
      do throws(SystemError) {
        let file = try Descriptor.openOwn(path, .read)
        if try file.status().signature.size >= size { return file }
        if Clock.monotonic() > deadline { throw SystemError.cutShort(path) }
      } catch {
        if !error.isMissing || Clock.monotonic() > deadline { throw error }
      }
      Clock.sleep(nanoseconds: 20_000_000)
    }
  }

  private static let longestWait: UInt64 = 10_000_000_000
}

/// Finds the runs in the bytes of a spool file, which come in any pieces.
private struct RunReader {
  private var header: UInt32 = 0
  private var headerCount = 0
  private var stream = PrintedText.Stream.output
  /// Bytes of the run that are still to come.
  private var left = 0

  mutating func take(
    _ bytes: ArraySlice<UInt8>, _ body: (PrintedText.Stream, ArraySlice<UInt8>) -> Void
  ) {
    var rest = bytes
    while !rest.isEmpty {
      if left > 0 {
        let piece = rest.prefix(left)
        body(stream, piece)
        left -= piece.count
        rest = rest.dropFirst(piece.count)
      } else {
        header |= UInt32(rest.removeFirst()) << (8 * UInt32(headerCount))
        headerCount += 1
        guard headerCount == 4 else { continue }
        (stream, left) = PrintedText.parts(of: header)
        (header, headerCount) = (0, 0)
      }
    }
  }
}

/// Writes the file of a `SpooledOutput`.
public final class SpoolFile {
  public let name: [UInt8]
  /// What is in it and whole.
  public private(set) var size: UInt64 = 0
  private let file: Descriptor

  /// `name` is nobody else's.
  public init(name: [UInt8]) throws(SystemError) {
    try Files.makeOwnDirectories(SpooledOutput.directory, below: StateFiles.directory)
    self.name = name
    file = try Descriptor.openOwn(SpooledOutput.path(name), .createNew)
  }

  /// Appends all of it, or nothing.
  public func append(_ text: PrintedText) throws(SystemError) {
    var writer = ByteWriter(capacity: text.count + 4 * text.runs.count)
    var position = 0
    for run in text.runs {
      let length = PrintedText.parts(of: run).1
      writer.write(run)
      writer.bytes.append(contentsOf: text.bytes[position..<position + length])
      position += length
    }
    let (_, error) = writer.bytes.withUnsafeBytes { file.write($0) }
    if let error {
      try? file.truncate(to: size)
      throw error
    }
    size += UInt64(writer.bytes.count)
  }
}

extension ByteWriter {
  mutating func write(_ spool: SpooledOutput?) {
    write(spool != nil)
    guard let spool else { return }
    write(bytes: spool.name)
    write(spool.size)
    write(spool.rest)
  }
}

extension ByteReader {
  mutating func readSpooledOutput() throws(Malformed) -> SpooledOutput? {
    guard try readFlag() else { return nil }
    let name = Array(try readBytes())
    // It is read and removed below one directory and nowhere else.
    guard !name.contains(UInt8(ascii: "/")) else { throw Malformed() }
    return SpooledOutput(name: name, size: try read(), rest: try readPrintedText())
  }
}
