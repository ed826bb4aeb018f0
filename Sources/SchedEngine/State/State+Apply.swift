import SchedBase
import SchedDigest
import SchedSystem

// What a record of the journal does to the tables: when it is written, and when it is read again.
extension State {
  /// The row for these outputs: the one that has exactly them, or a new one that owns them.
  private func claim(kind: RecordKind, outputs: [PathID]) -> RecordID {
    if let record = record(of: outputs[...]) { return record }
    let record = RecordID(rows.count)
    var row = RecordRow()
    row.kindRaw = kind.rawValue
    row.flags = .void
    row.firstOutput = UInt32(outputRows.count)
    row.outputCount = UInt32(outputs.count)
    row.graphs = graphBit
    for path in outputs {
      outputRows.append(
        OutputRow(
          OutputRecord(path: path, identity: .unknown, signature: .none, isSettled: false)))
      own(path, record)
    }
    rows.append(row)
    return record
  }

  private func own(_ path: PathID, _ record: RecordID) {
    owners.grow(to: max(paths.count, path.index + 1))
    owners[path.index] = record.raw + 1
  }

  @discardableResult
  func applyStart(kind: RecordKind, outputs: [PathID], isCleared: Bool) -> RecordID {
    let record = claim(kind: kind, outputs: outputs)
    rows[record.index].flags.insert(.void)
    if isCleared {
      rows[record.index].flags.insert(.cleared)
    } else {
      rows[record.index].flags.remove(.cleared)
    }
    return record
  }

  /// How the last attempt ended.
  ///
  /// Who failed has removed what it left; only a lost rank has not.
  func applyEnd(_ outcome: UInt32, _ record: RecordID) {
    rows[record.index].lastOutcome = outcome
    if outcome != 0, !Self.isLost(outcome) { rows[record.index].flags.remove(.cleared) }
  }

  func applyOutcome(_ new: NewRecord, checkedIn: UInt32) -> RecordID {
    let record = claim(kind: new.kind, outputs: new.outputs.map(\.path))
    var row = rows[record.index]
    row.fingerprint = new.fingerprint
    row.staticDigest = new.staticDigest
    row.duration = new.duration
    row.peakMemory = new.peakMemory
    row.checkedIn = checkedIn
    row.unsettledInput = new.unsettledInput?.raw ?? 0
    row.flags = new.isUnsettled ? .unsettled : []
    row.unsettledRuns = UInt16(new.unsettledRuns)
    row.graphs |= graphBit
    for (index, output) in zip(row.outputRange, new.outputs) {
      outputRows[index] = OutputRow(output)
    }
    setDiscovered(new.discovered, &row)
    rows[record.index] = row
    return record
  }

  private func setDiscovered(_ discovered: [PathID], _ row: inout RecordRow) {
    let same =
      discovered.count == Int(row.discoveredCount)
      && zip(row.discoveredRange, discovered).allSatisfy { discoveredRows[$0] == $1.raw }
    if same { return }
    row.firstDiscovered = UInt32(discoveredRows.count)
    row.discoveredCount = UInt32(discovered.count)
    for path in discovered { discoveredRows.append(path.raw) }
  }

  /// Notes where the facts and the text of an outcome lie: they are the end of its record's body, each
  /// behind its length; nil: of no journal.
  func setBlobs(of record: RecordID, _ new: NewRecord, endOfBody end: UInt64?) {
    func blob(_ bytes: [UInt8], endingAt end: UInt64?) -> Blob {
      guard !bytes.isEmpty else { return .empty }
      let count = UInt32(bytes.count)
      guard let end else { return Blob(offset: blobs.keep(bytes), count: count) }
      return Blob(offset: blobs.offset(inJournal: end - UInt64(count)), count: count)
    }
    rows[record.index].value = blob(new.value, endingAt: end)
    rows[record.index].facts = blob(
      new.facts, endingAt: end.map { $0 - UInt64(new.value.count) - 4 })
  }

  func applyForget(_ record: RecordID) {
    for index in rows[record.index].outputRange {
      let path = PathID(raw: outputRows[index].path)
      if owner(of: path) == record { owners[path.index] = 0 }
    }
    rows[record.index].flags = [.void, .forgotten]
  }

  // MARK: Reading the journal

  /// Takes in what a record of the journal says.
  ///
  /// Returns whether it means something.
  func replay(_ record: Journal.Record) -> Bool {
    do throws(ByteReader.Malformed) {
      var reader = ByteReader(record.body)
      try replay(record, &reader)
      return true
    } catch {
      return false
    }
  }

  private func replay(_ record: Journal.Record, _ reader: inout ByteReader)
    throws(ByteReader.Malformed)
  {
    switch record.kind {
    case .paths: try replayPaths(&reader)
    case .files:
      for _ in 0..<(try reader.readCount(ofSize: 66)) {
        let path = try readPath(&reader)
        let file = try reader.readFileState()
        moments.meet(file.changedIn)
        noteFile(path, file)
      }
    case .started:
      guard let kind = RecordKind(rawValue: try reader.read()) else { throw ByteReader.Malformed() }
      let outputs = try readPaths(&reader)
      let record = applyStart(kind: kind, outputs: outputs, isCleared: try reader.readFlag())
      rows[record.index].graphs |= try reader.read()
    case .cleared: rows[try readRecord(&reader).index].flags.insert(.cleared)
    case .outcome: try replayOutcome(record, &reader)
    case .confirmed:
      let moment = try reader.read(UInt32.self)
      moments.meet(moment)
      while !reader.isAtEnd {
        let record = try readRecord(&reader)
        rows[record.index].checkedIn = moment
        rows[record.index].staticDigest = Digest(low: try reader.read(), high: try reader.read())
      }
    case .build: break
    case .log: try replayLog(&reader)
    case .used:
      if try reader.readFlag() {
        graphs.append(Digest(low: try reader.read(), high: try reader.read()))
      }
      let bit = try reader.read(UInt64.self)
      while !reader.isAtEnd { rows[try readRecord(&reader).index].graphs |= bit }
    case .forgotten: applyForget(try readRecord(&reader))
    case .lost: voidUnproven()
    case .disowned: applyDisown(try readPath(&reader))
    }
  }

  private func replayPaths(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
    guard Int(try reader.read(UInt32.self)) == paths.count else { throw ByteReader.Malformed() }
    while !reader.isAtEnd {
      let parent = try readPath(&reader)
      let name = Array(try reader.readBytes())
      let expected = paths.count
      guard name.withUnsafeBytes({ paths.isSound($0, in: parent) }) else {
        throw ByteReader.Malformed()
      }
      guard paths.intern(name, in: parent).index == expected else { throw ByteReader.Malformed() }
    }
  }

  private func replayOutcome(_ outcome: Journal.Record, _ reader: inout ByteReader)
    throws(ByteReader.Malformed)
  {
    let (new, checkedIn, graphs) = try reader.readNewRecord { (raw) throws(ByteReader.Malformed) in
      guard Int(raw) < paths.count else { throw ByteReader.Malformed() }
      return PathID(raw: raw)
    }
    moments.meet(checkedIn)
    let record = applyOutcome(new, checkedIn: checkedIn)
    rows[record.index].graphs |= graphs
    setBlobs(of: record, new, endOfBody: outcome.end - UInt64(reader.remaining))
  }

  private func replayLog(_ reader: inout ByteReader) throws(ByteReader.Malformed) {
    let record = try readRecord(&reader)
    rows[record.index].logOffset = try reader.read()
    rows[record.index].logLength = try reader.read()
    applyEnd(try reader.read(), record)
    rows[record.index].lastDuration = try reader.read()
    rows[record.index].ended = try reader.read()
  }

  private func readPath(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> PathID {
    let raw = try reader.read(UInt32.self)
    guard Int(raw) < paths.count else { throw ByteReader.Malformed() }
    return PathID(raw: raw)
  }

  private func readPaths(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> [PathID] {
    var list: [PathID] = []
    for _ in 0..<(try reader.readCount(ofSize: 4)) { list.append(try readPath(&reader)) }
    return list
  }

  private func readRecord(_ reader: inout ByteReader) throws(ByteReader.Malformed) -> RecordID {
    let raw = try reader.read(UInt32.self)
    guard Int(raw) < rows.count else { throw ByteReader.Malformed() }
    return RecordID(raw: raw)
  }

  /// A journal was damaged in its middle: what starts it told of is unknown.
  ///
  /// Every record whose outputs do not prove themselves by content is void, and nobody knows of what a
  /// killed run left that the run has not ended since.
  func voidUnproven() {
    for index in 0..<rows.count {
      rows[index].flags.remove(.cleared)
      let row = rows[index]
      let isProven =
        row.kind == .file
        && row.outputRange.allSatisfy { outputRows[$0].tag != Identity.Tag.stamp.rawValue }
      if !isProven { rows[index].flags.insert(.unproven) }
    }
  }
}
