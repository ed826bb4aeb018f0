import SchedBase
import SchedSystem

/// The file `logs`: what actions printed, one after the other, found by offset.
///
/// An offset counts from the beginning of all that was ever written; the file holds the newest
/// part.
///
/// Layout: the offset of the first byte that is still there (64 bits), then the bytes.
struct LogFile {
  /// Beyond this the older half is cut off.
  static let limit: UInt64 = 16 << 20
  private static let headerSize = 8

  /// Appends bytes and gives their offset.
  mutating func append(_ bytes: [UInt8]) throws(SystemError) -> UInt64 {
    let file = try Descriptor.openOwn(StateFiles.logs, .update)
    let size = try file.status().signature.size
    var base: UInt64 = 0
    if size < UInt64(Self.headerSize) {
      try file.truncate(to: 0)
      if let error = Self.header(0).withUnsafeBytes({ file.write($0) }).error { throw error }
    } else {
      base = try Self.readBase(file)
    }
    let end = max(size, UInt64(Self.headerSize))
    file.seek(to: end)
    let (_, error) = bytes.withUnsafeBytes { file.write($0) }
    if let error {
      try? file.truncate(to: end)
      throw error
    }
    return base &+ (end - UInt64(Self.headerSize))
  }

  /// The bytes at an offset; nil if they were cut off.
  func read(offset: UInt64, length: UInt32) -> [UInt8]? {
    guard length > 0 else { return [] }
    guard let file = try? Descriptor.openOwn(StateFiles.logs, .read),
      let size = try? file.status().signature.size, size >= UInt64(Self.headerSize),
      let base = try? Self.readBase(file), offset >= base,
      offset - base <= size - UInt64(Self.headerSize),
      UInt64(length) <= size - UInt64(Self.headerSize) - (offset - base)
    else { return nil }
    file.seek(to: offset - base + UInt64(Self.headerSize))
    return Self.read(file, count: Int(length))
  }

  /// nil: there are not so many bytes.
  private static func read(_ file: borrowing Descriptor, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let step = bytes.withUnsafeMutableBytes { buffer in
        (try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))) ?? 0
      }
      guard step > 0 else { return nil }
      filled += step
    }
    return bytes
  }

  /// Cuts the older half off when the file is too large.
  func cutBack() throws(SystemError) {
    guard let status = try? FileStatus.of(StateFiles.logs, followingLinks: false),
      status.signature.size > Self.limit
    else { return }
    let file = try Descriptor.openOwn(StateFiles.logs, .read)
    let size = status.signature.size
    let base = try Self.readBase(file)
    file.seek(to: size - Self.limit / 2)
    guard let kept = Self.read(file, count: Int(Self.limit / 2)) else { return }
    let newBase = base &+ (size - UInt64(Self.headerSize) - UInt64(kept.count))
    try StateFiles.replace(StateFiles.logs, with: Self.header(newBase) + kept)
  }

  private static func readBase(_ file: borrowing Descriptor) throws(SystemError) -> UInt64 {
    file.seek(to: 0)
    var base: UInt64 = 0
    _ = try withUnsafeMutableBytes(of: &base) { (buffer) throws(SystemError) in
      try file.read(into: buffer)
    }
    return UInt64(littleEndian: base)
  }

  private static func header(_ base: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(base)
    return writer.bytes
  }
}

extension State {
  /// Keeps what an attempt printed and how it ended, for `sched log`.
  public func log(
    outputs: ArraySlice<PathID>, outcome: ActionOutcome, duration: UInt64, printed: [UInt8]
  ) throws(StateError) {
    guard let record = record(of: outputs), journal != nil else { return }
    var offset: UInt64 = 0
    if !printed.isEmpty {
      do throws(SystemError) {
        offset = try logs.append(printed)
      } catch {
        throw StateError(
          SystemError("write", StateFiles.logs, code: error.code, because: error.explanation))
      }
    }
    // An uneventful success needs no line in the journal: its record says it all.
    guard
      !printed.isEmpty || outcome != .succeeded || rows[record.index].logLength > 0
        || rows[record.index].lastOutcome != 0
    else {
      rows[record.index].lastDuration = duration
      return
    }
    let ended = Clock.wall()
    rows[record.index].logOffset = offset
    rows[record.index].logLength = UInt32(printed.count)
    applyEnd(Self.encode(outcome), record)
    rows[record.index].lastDuration = duration
    rows[record.index].ended = ended
    guard let number = number(of: record) else { return }
    journal?.append(.log) { writer in
      writer.write(number)
      writer.write(offset)
      writer.write(UInt32(printed.count))
      writer.write(Self.encode(outcome))
      writer.write(duration)
      writer.write(ended)
    }
    try write()
  }

  /// What a record's action printed last; nil: nothing is known of it.
  public func logEntry(of record: RecordID) -> LogEntry {
    let row = rows[record.index]
    return LogEntry(
      outcome: Self.decode(row.lastOutcome),
      duration: row.lastDuration == 0 ? row.duration : row.lastDuration, ended: row.ended,
      printed: logs.read(offset: row.logOffset, length: row.logLength) ?? [])
  }

  private static func encode(_ outcome: ActionOutcome) -> UInt32 {
    switch outcome {
    case .succeeded: 0
    // Its recipe succeeded, and what it left was not right.
    case .failed(status: 0): 0x4000
    case .failed(let status): UInt32(truncatingIfNeeded: status) & 0xFFF
    case .killed(let signal): 0x1000 | UInt32(truncatingIfNeeded: signal) & 0xFFF
    case .timedOut: 0x2000
    case .lost(let rank): 0x3000 | min(rank, 0xFFF)
    }
  }

  static func isLost(_ outcome: UInt32) -> Bool { outcome >> 12 == 3 }

  private static func decode(_ raw: UInt32) -> ActionOutcome {
    switch (raw >> 12, raw & 0xFFF) {
    case (0, 0): .succeeded
    case (0, let status): .failed(status: Int32(status))
    case (1, let signal): .killed(signal: Int32(signal))
    case (2, _): .timedOut
    case (4, _): .failed(status: 0)
    case (_, let rank): .lost(rank: rank)
    }
  }
}
