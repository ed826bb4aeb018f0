import SchedBase

// What the rows of a snapshot say that this process's like has not written here as it lies there: one that was
// copied or restored. Its checksums say that it is whole, not that its numbers mean anything.
extension Snapshot {
  /// Throws unless each number in a row is one of a row that there is, and each path a path.
  ///
  /// O(rows).
  func checkRows() throws(Problem) {
    guard arePathsSound, areFilesSound, areRecordsSound else {
      throw .damaged("its tables contradict each other")
    }
  }

  private var pathCount: Int { rows(.pathEntries, as: PathTable.Entry.self).count }

  private func areWhole<Row>(_ section: Section, _ type: Row.Type) -> Bool {
    bytes(of: section).count % MemoryLayout<Row>.stride == 0
  }

  private var arePathsSound: Bool {
    let entries = rows(.pathEntries, as: PathTable.Entry.self)
    let names = bytes(of: .pathNames)
    let slots = rows(.pathSlots, as: UInt32.self)
    guard areWhole(.pathEntries, PathTable.Entry.self), areWhole(.pathSlots, UInt32.self),
      areWhole(.pathDigests, UInt64.self), entries.count < 1 << 31,
      PathTable.areSound(entries: UnsafeBufferPointer(entries), names: names),
      rows(.pathDigests, as: UInt64.self).count == entries.count / PathTable.digestStep,
      // Who looks for a name stops at an empty slot.
      slots.count & (slots.count &- 1) == 0, slots.count > entries.count
    else { return false }
    return slots.allSatisfy { $0 <= UInt32(entries.count) }
      && slots.reduce(0, { $0 + ($1 == 0 ? 0 : 1) }) <= entries.count
  }

  private var areFilesSound: Bool {
    let owners = rows(.owners, as: UInt32.self)
    let records = rows(.records, as: RecordRow.self).count
    return areWhole(.files, FileState.self) && areWhole(.owners, UInt32.self)
      && rows(.files, as: FileState.self).count <= pathCount && owners.count <= pathCount
      && owners.allSatisfy { $0 <= records } && header.build < UInt32.max - 1
  }

  private var areRecordsSound: Bool {
    let outputs = rows(.outputs, as: OutputRow.self)
    let discovered = rows(.discovered, as: UInt32.self)
    guard areWhole(.records, RecordRow.self), areWhole(.outputs, OutputRow.self),
      areWhole(.discovered, UInt32.self), areWhole(.graphs, GraphKey.self),
      outputs.allSatisfy({ Int($0.path) < pathCount }),
      discovered.allSatisfy({ Int($0) < pathCount })
    else { return false }
    return rows(.records, as: RecordRow.self).allSatisfy { row in
      row.outputRange.upperBound <= outputs.count
        && row.discoveredRange.upperBound <= discovered.count
        && Int(row.unsettledInput) < pathCount && row.facts.end <= UInt64(blobLength)
        && row.value.end <= UInt64(blobLength)
    } && areOwnersSound
  }

  /// Whether the record that owns a path has it among its outputs.
  private var areOwnersSound: Bool {
    let outputs = rows(.outputs, as: OutputRow.self)
    let records = rows(.records, as: RecordRow.self)
    return rows(.owners, as: UInt32.self).enumerated().allSatisfy { path, owner in
      owner == 0
        || records[Int(owner) - 1].outputRange.contains { Int(outputs[$0].path) == path }
    }
  }
}
