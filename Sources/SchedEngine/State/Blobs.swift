import SchedBase
import SchedSystem

/// Facts and texts of values by their offset: those in the snapshot, then those in the journals that
/// were read or written since.
///
/// They lie in the files and are read from there, since hardly any is looked at in the process that
/// wrote it: the facts of a million targets are half a gigabyte.
struct Blobs {
  private let snapshot: Snapshot?
  /// Each with the offset of its first byte, ascending.
  private var journals: [(start: UInt64, file: JournalFile?)] = []
  /// What there is no file for, in a process that writes none.
  private var kept: [UInt8] = []
  /// Where `kept` begins: behind all files.
  private static let keptStart: UInt64 = 1 << 47

  init(snapshot: Snapshot?) { self.snapshot = snapshot }

  private var snapshotLength: UInt64 { UInt64(snapshot?.blobLength ?? 0) }

  /// A journal begins: what follows is in it.
  ///
  /// `length` is that of the journal before it.
  mutating func begin(_ journal: JournalFile?, after length: UInt64) {
    journals.append(((journals.last?.start ?? snapshotLength) + length, journal))
  }

  /// The offset of what lies at a place in the newest journal.
  func offset(inJournal position: UInt64) -> UInt64 {
    (journals.last?.start ?? snapshotLength) + position
  }

  /// Keeps bytes that go into no file.
  ///
  /// Returns their offset.
  mutating func keep(_ bytes: [UInt8]) -> UInt64 {
    kept.append(contentsOf: bytes)
    return Self.keptStart + UInt64(kept.count - bytes.count)
  }

  /// Whether the snapshot's part can be read.
  var isSnapshotWhole: Bool { snapshot == nil || snapshot?.blobs() != nil }

  /// What lies in the snapshot and can be lost with it.
  func isInSnapshot(_ blob: Blob) -> Bool { blob.offset < snapshotLength }

  /// nil: it is lost.
  subscript(blob: Blob) -> [UInt8]? {
    var reader = Reader(self)
    return reader.withBytes(of: blob) { Array($0) }
  }

  /// Reads blobs that lie one after the other with few system calls.
  struct Reader {
    private let blobs: Blobs
    private let windowSize: Int
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0
    private var file: JournalFile?

    /// `readsAll`: most blobs will be asked for, in the order in which they were added.
    init(_ blobs: Blobs, readsAll: Bool = false) {
      self.blobs = blobs
      windowSize = readsAll ? 256 << 10 : 0
    }

    /// Lends a blob's bytes; nil: they are lost.
    mutating func withBytes<R>(of blob: Blob, _ body: (UnsafeRawBufferPointer) -> R) -> R? {
      if blob.count == 0 { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
      let count = Int(blob.count)
      if blob.offset >= Blobs.keptStart {
        let start = Int(blob.offset - Blobs.keptStart)
        guard start <= blobs.kept.count, count <= blobs.kept.count - start else { return nil }
        return blobs.kept.withUnsafeBytes {
          body(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
      }
      if blobs.isInSnapshot(blob) {
        guard let bytes = blobs.snapshot?.blobs(), blob.end <= bytes.count else { return nil }
        return body(UnsafeRawBufferPointer(rebasing: bytes[Int(blob.offset)..<Int(blob.end)]))
      }
      guard let (start, file) = blobs.journals.last(where: { $0.start <= blob.offset }),
        let file, fill(from: file, blob.offset - start, count)
      else { return nil }
      let first = Int(blob.offset - start - windowStart)
      return window.withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[first..<first + count]))
      }
    }

    /// Reads what begins at `position` into the window, and more behind it.
    private mutating func fill(from file: JournalFile, _ position: UInt64, _ count: Int) -> Bool {
      let end = position + UInt64(count)
      if file === self.file, position >= windowStart, end <= windowStart + UInt64(window.count) {
        return true
      }
      self.file = file
      windowStart = position
      window = file.read(at: position, count: max(count, windowSize))
      return window.count >= count
    }
  }
}

/// Where facts or a text lie.
struct Blob {
  /// 48 bits.
  var offset: UInt64
  var count: UInt32

  var end: UInt64 { offset + UInt64(count) }
  static let empty = Blob(offset: 0, count: 0)
}
