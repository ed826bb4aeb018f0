import SchedBase
import SchedDigest
import SchedSystem

// A new generation: everything that is known as one snapshot, and an empty journal.
extension State {
  /// Writes generation G + 1 with an empty journal, then points to it.
  func fold() throws(SystemError) {
    let old = generation
    let new = Self.next(generation)
    let numbers = RecordNumbers(self)
    let origin = JournalOrigin(
      generation: new, snapshot: try writeSnapshot(generation: new, numbers))
    try Journal.create(origin)
    try StateFiles.setCurrent(new)
    try Files.remove(StateFiles.snapshot(old))
    try Files.remove(FileSeal.path(of: StateFiles.snapshot(old)))
    try Files.remove(StateFiles.journal(old))
    generation = new
    try beginJournal(origin, after: journal?.length ?? 0)
    self.numbers = numbers
  }

  /// Writes all tables without what nothing points at any more: lists that were replaced, records
  /// that were forgotten or whose every output another record owns now.
  ///
  /// Row by row: a second copy of the tables is never in memory.
  ///
  /// Returns what tells this snapshot from all others.
  func writeSnapshot(generation: UInt32, _ numbers: RecordNumbers) throws(SystemError) -> UInt64 {
    let header = Snapshot.Header(
      generation: generation, build: moments.last, boot: Self.bootNumber, lastRecord: lastRecord,
      identity: identity)
    // Damaged ones are lost, here as where they are read.
    let keepsOldBlobs = blobs.isSnapshotWhole
    return try Snapshot.write(header) { section, output throws(SystemError) in
      switch section {
      case .pathEntries: paths.withEntries { output.add($0) }
      case .pathNames: paths.withNames { output.add($0) }
      case .pathSlots: paths.slots().withUnsafeBytes { output.add($0) }
      case .files: files.withBytes { output.add($0) }
      case .owners:
        for index in 0..<owners.count {
          output.add(row: (owner(of: PathID(index)).flatMap { numbers[$0] } ?? UInt32.max) &+ 1)
        }
      case .records: emitRecords(numbers, keepsOldBlobs, to: output)
      case .outputs:
        forEachKept(numbers) { row in
          for index in row.outputRange { output.add(row: outputRows[index]) }
        }
      case .discovered:
        forEachKept(numbers) { row in
          for index in row.discoveredRange { output.add(row: discoveredRows[index]) }
        }
      case .blobs: try emitBlobs(numbers, keepsOldBlobs, to: output)
      case .graphs: graphs.withBytes { output.add($0) }
      case .pathDigests: paths.withDigests { output.add($0) }
      }
    }
  }

  private func forEachKept(_ numbers: RecordNumbers, _ body: (RecordRow) -> Void) {
    for index in 0..<rows.count where numbers.keeps(RecordID(index)) { body(rows[index]) }
  }

  private func keptBlobs(of row: RecordRow, _ keepsOldBlobs: Bool) -> [Blob] {
    [row.facts, row.value].map { !keepsOldBlobs && blobs.isInSnapshot($0) ? .empty : $0 }
  }

  private func emitRecords(
    _ numbers: RecordNumbers, _ keepsOldBlobs: Bool, to output: Snapshot.Output
  ) {
    var (outputCount, discoveredCount, blobLength): (UInt32, UInt32, UInt64) = (0, 0, 0)
    forEachKept(numbers) { row in
      var row = row
      row.firstOutput = outputCount
      outputCount += row.outputCount
      row.firstDiscovered = discoveredCount
      discoveredCount += row.discoveredCount
      let moved = keptBlobs(of: row, keepsOldBlobs).map { blob -> Blob in
        guard blob.count > 0 else { return .empty }
        defer { blobLength += UInt64(blob.count) }
        return Blob(offset: blobLength, count: blob.count)
      }
      (row.facts, row.value) = (moved[0], moved[1])
      output.add(row: row)
    }
  }

  private func emitBlobs(
    _ numbers: RecordNumbers, _ keepsOldBlobs: Bool, to output: Snapshot.Output
  ) throws(SystemError) {
    var reader = Blobs.Reader(blobs, readsAll: true)
    for index in 0..<rows.count where numbers.keeps(RecordID(index)) {
      for blob in keptBlobs(of: rows[index], keepsOldBlobs) {
        guard reader.withBytes(of: blob, { output.add($0) }) != nil else {
          // Its length is in the rows already.
          throw .cutShort(StateFiles.journal(generation))
        }
      }
    }
  }
}

/// The numbers of records in a snapshot, which leaves out those that count for nothing any more.
struct RecordNumbers {
  private static let none = UInt32.max
  private var new: [UInt32]
  private let keptCount: UInt32

  init(_ state: State) {
    new = Array(repeating: Self.none, count: state.rows.count)
    var count: UInt32 = 0
    for index in 0..<state.rows.count {
      let row = state.rows[index]
      let isOwner = row.outputRange.contains { output in
        state.owner(of: PathID(raw: state.outputRows[output].path)) == RecordID(index)
      }
      guard isOwner, !row.flags.contains(.forgotten) else { continue }
      new[index] = count
      count += 1
    }
    keptCount = count
  }

  func keeps(_ record: RecordID) -> Bool { self[record] != nil }

  /// Of one that is kept, or that was added since; nil: it was left out.
  subscript(record: RecordID) -> UInt32? {
    guard record.index < new.count else { return keptCount + record.raw - UInt32(new.count) }
    return new[record.index] == Self.none ? nil : new[record.index]
  }
}
