import SchedBase
import SchedSystem

/// A journal to read from, for as long as this process lives: a fold may remove the file.
final class JournalFile {
  private let file: Descriptor
  /// Its length when it was opened.
  let length: UInt64

  init(generation: UInt32) throws(SystemError) {
    file = try Descriptor.openOwn(StateFiles.journal(generation), .read)
    length = try file.ownStatus().signature.size
  }

  /// The bytes at a place; fewer at the file's end, or where they cannot be read.
  func read(at offset: UInt64, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      filled = 0
      while filled < count,
        let step = try? file.read(
          at: offset + UInt64(filled),
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])),
        step > 0
      { filled += step }
    }
  }
}

/// A journal that is read from its beginning to its end, a part of it in memory at a time.
struct JournalWindow {
  private let load: (_ offset: UInt64, _ count: Int) -> [UInt8]
  let length: UInt64
  private var part: [UInt8] = []
  private var start: UInt64 = 0

  private static let size = 1 << 20

  /// nil: a journal that is not there is empty.
  init(_ file: JournalFile?) {
    load = { file?.read(at: $0, count: $1) ?? [] }
    length = file?.length ?? 0
  }

  /// One that is in memory.
  init(_ bytes: [UInt8]) {
    load = { Array(bytes.dropFirst(Int($0)).prefix($1)) }
    length = UInt64(bytes.count)
  }

  /// So many bytes at a place; nil: there are not so many.
  mutating func bytes(at offset: UInt64, count: Int) -> ArraySlice<UInt8>? {
    guard offset <= length, UInt64(count) <= length - offset else { return nil }
    if offset < start || offset + UInt64(count) > start + UInt64(part.count) {
      start = offset
      part = load(offset, max(count, Self.size))
    }
    let first = Int(offset - start)
    return first + count <= part.count ? part[first..<first + count] : nil
  }
}
