import SchedBase
import SchedDigest
import SchedSystem

/// What earlier builds left: of each path what it was, of each action what came of its last run.
///
/// A snapshot that is mapped and not parsed, and a journal that extends it. Knows paths, records
/// and bytes; neither graphs nor recipes, nor how a fingerprint is made. One thread.
public final class State {
  public let paths: PathTable
  /// The first moment of this build: later than all that earlier ones have recorded.
  public internal(set) var build: UInt32
  /// Orders what was seen and what was confirmed, across builds (`State+Moments.swift`).
  var moments = Moments()
  /// 32 hexadecimal digits in the environment of all recipes (`SCHED_SESSION`), by which a later
  /// sched finds what this one may leave behind.
  public let session: [UInt8]
  /// Nothing can be written here; a stale action is then the error.
  public let isReadOnly: Bool
  /// The machine was started anew since the last record: signatures with a later time of change
  /// than this may be of data that was lost.
  ///
  /// Nanoseconds since 1970; nil: the same boot.
  public let distrustAfter: Int64?

  /// Tells this state from what it was and will be; nil where nobody can say: nothing is written.
  var version: [UInt8]? {
    guard let journal else { return nil }
    var writer = ByteWriter()
    writer.write(identity)
    writer.write(generation)
    writer.write(journal.length)
    writer.write(journal.writtenChain)
    return writer.bytes
  }

  /// Tells the path table: its numbers mean the same while this is the same.
  public let identity: UInt64
  let snapshot: Snapshot?
  var generation: UInt32
  /// What the journal extends that was there when this state was opened.
  var origin: JournalOrigin {
    JournalOrigin(generation: generation, snapshot: snapshot?.checksum ?? 0)
  }
  var journal: Journal?
  var lock: SessionLock?
  var files: Table<FileState>
  var owners: Table<UInt32>
  var rows: Table<RecordRow>
  var outputRows: Table<OutputRow>
  var discoveredRows: Table<UInt32>
  var blobs: Blobs
  var graphs: Table<GraphKey>
  /// What records are called in the files since this process has folded the journal; nil: what they
  /// are called here.
  var numbers: RecordNumbers?
  /// A bit of this build's graph in `RecordRow.graphs`; 0: none was named.
  var graphBit: UInt64 = 0

  /// Paths whose file state is not in the journal yet.
  private var unwritten: [PathID] = []
  private var isUnwritten = Column<PathTag, Bool>()
  /// Paths below this id are in the journal or the snapshot.
  private var writtenPaths: Int
  private var confirmed: [RecordID] = []
  private var used: [RecordID] = []
  var lastRecord: UInt64
  var logs = LogFile()

  init(_ opened: OpenedState) {
    paths = opened.paths
    build = opened.build
    session = opened.session
    isReadOnly = opened.isReadOnly
    distrustAfter = opened.distrustAfter
    snapshot = opened.snapshot
    generation = opened.generation
    lastRecord = opened.lastRecord
    identity = opened.identity
    blobs = Blobs(snapshot: opened.snapshot)
    if let snapshot = opened.snapshot {
      files = Table(base: snapshot.rows(.files, as: FileState.self))
      owners = Table(base: snapshot.rows(.owners, as: UInt32.self))
      rows = Table(base: snapshot.rows(.records, as: RecordRow.self))
      outputRows = Table(base: snapshot.rows(.outputs, as: OutputRow.self))
      discoveredRows = Table(base: snapshot.rows(.discovered, as: UInt32.self))
      graphs = Table(base: snapshot.rows(.graphs, as: GraphKey.self))
    } else {
      files = Table()
      owners = Table()
      rows = Table()
      outputRows = Table()
      discoveredRows = Table()
      graphs = Table()
    }
    writtenPaths = paths.count
    beginMoments(after: opened.build)
  }

  // MARK: Files

  /// What is known of a path; nothing yet: all zero.
  @inline(__always)
  public func file(_ path: PathID) -> FileState {
    files.row(at: path.index) ?? FileState()
  }

  /// Takes in what a path is now.
  ///
  /// Written with the next record.
  public func setFile(_ path: PathID, _ state: FileState) {
    noteFile(path, state)
    isUnwritten.grow(to: max(paths.count, path.index + 1), with: false)
    guard !isUnwritten[path] else { return }
    isUnwritten[path] = true
    unwritten.append(path)
  }

  /// Takes in what a path seems to be, for this process only.
  func noteFile(_ path: PathID, _ state: FileState) {
    files.grow(to: max(paths.count, path.index + 1))
    files[path.index] = state
  }

  // MARK: Records

  public var records: some Sequence<RecordID> {
    (0..<rows.count).lazy.map { RecordID($0) }.filter { [self] in
      !rows[$0.index].flags.contains(.forgotten)
    }
  }

  public func row(_ record: RecordID) -> RecordRow { rows[record.index] }

  /// The record that made this path last, void ones included.
  public func owner(of path: PathID) -> RecordID? {
    guard let owner = owners.row(at: path.index), owner != 0 else { return nil }
    return RecordID(raw: owner - 1)
  }

  /// The record that has exactly these outputs and owns them all.
  public func record(of outputs: ArraySlice<PathID>) -> RecordID? {
    guard let first = outputs.first, let record = owner(of: first) else { return nil }
    let range = rows[record.index].outputRange
    guard range.count == outputs.count else { return nil }
    // Whoever owns a path has it among its outputs: the one that it has is this.
    if range.count == 1 { return record }
    for (index, path) in zip(range, outputs) {
      guard outputRows[index].path == path.raw, owner(of: path) == record else { return nil }
    }
    return record
  }

  /// The outputs of a record, in its order.
  public func outputs(of record: RecordID) -> [OutputRecord] {
    rows[record.index].outputRange.map { outputRows[$0].record }
  }

  /// What the depfile named, in its order.
  public func discovered(of record: RecordID) -> [PathID] {
    rows[record.index].discoveredRange.map { PathID(raw: discoveredRows[$0]) }
  }

  @inline(__always)
  func discoveredRange(of record: RecordID) -> Range<Int> { rows[record.index].discoveredRange }

  @inline(__always)
  func discovered(at index: Int) -> PathID { PathID(raw: discoveredRows[index]) }

  /// The facts that were recorded; empty if they are lost.
  public func facts(of record: RecordID) -> [UInt8] { bytes(of: rows[record.index].facts) }

  /// The text of a value.
  public func value(of record: RecordID) -> [UInt8] { bytes(of: rows[record.index].value) }

  /// An outcome that waits for the next start is not in the file yet, from which it is read.
  private func bytes(of blob: Blob) -> [UInt8] {
    if journal?.hasPending == true { try? write() }
    return blobs[blob] ?? []
  }

  public func unsettledInput(of record: RecordID) -> PathID? {
    let raw = rows[record.index].unsettledInput
    return raw == 0 ? nil : PathID(raw: raw)
  }

  /// The fingerprint of the last outcome if that was unsettled, also when it is void since.
  public func lastUnsettledFingerprint(of record: RecordID) -> Digest? {
    rows[record.index].isUnsettled ? rows[record.index].fingerprint : nil
  }

  /// How many runs in a row were unsettled.
  func unsettledRuns(of record: RecordID) -> UInt16 { rows[record.index].unsettledRuns }

  /// An output lies there otherwise than its action made it, and that is right: what was confirmed, and
  /// when, stays as it is.
  func revise(_ record: RecordID, _ output: OutputRecord) throws(StateError) {
    let row = rows[record.index]
    var new = NewRecord(
      kind: row.kind, outputs: outputs(of: record), fingerprint: row.fingerprint,
      staticDigest: row.staticDigest)
    guard !row.isVoid, let index = new.outputs.firstIndex(where: { $0.path == output.path }) else {
      return
    }
    new.outputs[index] = output
    new.discovered = discovered(of: record)
    new.duration = row.duration
    new.peakMemory = row.peakMemory
    new.unsettledRuns = UInt8(clamping: row.unsettledRuns)
    new.unsettledInput = unsettledInput(of: record)
    new.facts = facts(of: record)
    new.value = value(of: record)
    try append(new, checkedIn: row.checkedIn)
  }

  /// The graphs that used a record.
  public func graphs(of record: RecordID) -> [GraphKey] {
    let bits = rows[record.index].graphs
    return (0..<min(graphs.count, 63)).filter { bits & (1 << UInt64($0)) != 0 }.map { graphs[$0] }
  }

  /// The same, nil if not all of them can be told: the last bit is that of several.
  public func graphsIfKnown(of record: RecordID) -> [GraphKey]? {
    rows[record.index].graphs & (1 << 63) == 0 ? graphs(of: record) : nil
  }

  // MARK: Changing records

  /// Throws where nothing may be started, since that cannot be written.
  func refuseIfReadOnly() throws(StateError) {
    guard isReadOnly else { return }
    throw StateError(
      .error("cannot write to '.sched'", hint: "targets are stale, and nothing can be made here"))
  }

  /// An action starts: its record is void from here on, and its outputs are its, if room was made for
  /// them.
  ///
  /// Throws when that cannot be written; then it must not start.
  public func appendStart(kind: RecordKind, outputs: ArraySlice<PathID>, isCleared: Bool)
    throws(StateError)
  {
    try refuseIfReadOnly()
    let record = applyStart(kind: kind, outputs: Array(outputs), isCleared: isCleared)
    rows[record.index].graphs |= graphBit
    try journalPaths()
    // A bit that no graph has in the journal yet would be given to the next one, if this is killed.
    if graphKey != nil { journalUse([]) }
    journal?.append(.started) { writer in
      writer.write(kind.rawValue)
      writer.write(UInt32(outputs.count))
      for path in outputs { writer.write(path.raw) }
      writer.write(isCleared)
      writer.write(graphBit)
    }
    try write()
  }

  /// Room was made for an action that has started.
  ///
  /// Written with the next record.
  func appendCleared(_ outputs: ArraySlice<PathID>) {
    guard let record = record(of: outputs), rows[record.index].isVoid, !isCleared(record) else {
      return
    }
    rows[record.index].flags.insert(.cleared)
    guard let number = number(of: record) else { return }
    journal?.append(.cleared) { $0.write(number) }
  }

  func isCleared(_ record: RecordID) -> Bool { rows[record.index].flags.contains(.cleared) }

  /// An action ended well.
  ///
  /// Written with the next start or flush, together with what was learnt of files meanwhile: what
  /// starts next may depend on it, and starts after both are written.
  @discardableResult
  public func appendOutcome(_ new: NewRecord) throws(StateError) -> RecordID {
    try append(new, checkedIn: moments.confirmation())
  }

  /// `checkedIn`: when its inputs were last confirmed.
  @discardableResult
  func append(_ new: NewRecord, checkedIn: UInt32) throws(StateError) -> RecordID {
    let record = applyOutcome(new, checkedIn: checkedIn)
    try journalPaths()
    try journalFiles()
    let graphs = rows[record.index].graphs
    let end = journal?.append(.outcome) { $0.write(new, checkedIn: checkedIn, graphs: graphs) }
    setBlobs(of: record, new, endOfBody: end)
    lastRecord = Clock.wall()
    return record
  }

  /// A full walk found the action up to date.
  ///
  /// Written with the next flush.
  public func confirm(_ record: RecordID, staticDigest: Digest) {
    rows[record.index].checkedIn = moments.confirmation()
    rows[record.index].staticDigest = staticDigest
    confirmed.append(record)
  }

  /// The present graph has this record's action.
  @inline(__always)
  public func use(_ record: RecordID) {
    guard rows[record.index].graphs & graphBit != graphBit else { return }
    rows[record.index].graphs |= graphBit
    used.append(record)
  }

  /// Names the graph that this build is of.
  ///
  /// At most 63 are told apart; one more shares the last bit with others, whose leftovers are then
  /// never removed.
  public func setGraph(_ key: GraphKey) {
    let known = (0..<graphs.count).first { graphs[$0] == key }
    if let known {
      graphBit = 1 << UInt64(min(known, 63))
    } else {
      graphs.append(key)
      graphBit = 1 << UInt64(min(graphs.count - 1, 63))
    }
    graphKey = known == nil ? key : nil
  }

  /// The key, while it is not in the journal yet.
  private var graphKey: GraphKey?

  /// What a record made is gone: it counts for nothing any more.
  public func forget(_ record: RecordID) {
    applyForget(record)
    // One that the last fold left out is in no file.
    guard let number = number(of: record) else { return }
    journal?.append(.forgotten) { $0.write(number) }
  }

  /// What the record is called in the journal; nil: it is in no file any more.
  func number(of record: RecordID) -> UInt32? {
    guard let numbers else { return record.raw }
    return numbers[record]
  }

  // MARK: Writing

  /// Writes everything that was learnt.
  public func flush() throws(StateError) {
    guard journal != nil else { return }
    try journalPaths()
    try journalFiles()
    try journalMarks()
    try write()
  }

  /// Writes what happened, without what only the next build needs.
  package func write() throws(StateError) {
    do throws(SystemError) {
      try journal?.flush()
    } catch {
      throw StateError(
        error, hint: error.isDiskFull ? "free some space; what was built so far is kept" : nil)
    }
  }

  private func journalPaths() throws(StateError) {
    guard let journal, writtenPaths < paths.count else { return }
    try inPieces(writtenPaths..<paths.count) { piece in
      journal.append(.paths) { writer in
        writer.write(UInt32(piece.startIndex))
        for index in piece {
          let parent = paths.parent(of: PathID(index))
          paths.withName(of: PathID(index)) { writer.write(parent.raw, bytes: $0) }
        }
      }
    }
    writtenPaths = paths.count
  }

  /// What one record holds of a long list, so that no copy of the whole is made.
  private static let mostInRecord = 4096

  private func journalFiles() throws(StateError) {
    guard let journal else { return }
    try inPieces(unwritten) { list in
      journal.append(.files) { writer in
        writer.write(UInt32(list.count))
        for path in list {
          writer.write(path, files[path.index])
        }
      }
    }
    for path in unwritten { isUnwritten[path] = false }
    unwritten.removeAll(keepingCapacity: unwritten.count <= Self.mostInRecord)
  }

  private func journalMarks() throws(StateError) {
    guard let journal else { return }
    var rest = confirmed[...]
    while let first = rest.first {
      let moment = rows[first.index].checkedIn
      let same = rest.prefix { rows[$0.index].checkedIn == moment }
      rest = rest.dropFirst(same.count)
      try inPieces(same) { records in
        journal.append(.confirmed) { writer in
          writer.write(moment)
          for record in records {
            guard let number = number(of: record) else { continue }
            writer.write(number)
            writer.write(rows[record.index].staticDigest.low)
            writer.write(rows[record.index].staticDigest.high)
          }
        }
      }
    }
    // A new graph is named even if it uses nothing.
    if used.isEmpty, graphKey != nil { journalUse([]) }
    try inPieces(used, journalUse)
    confirmed = []
    used = []
  }

  private func journalUse(_ records: ArraySlice<RecordID>) {
    journal?.append(.used) { writer in
      writer.write(graphKey != nil)
      if let graphKey {
        writer.write(graphKey.low)
        writer.write(graphKey.high)
      }
      writer.write(graphBit)
      for record in records.compactMap(number) { writer.write(record) }
    }
    graphKey = nil
  }

  /// Calls `body` for each piece of a list, and writes meanwhile what has become much.
  private func inPieces<List: RandomAccessCollection>(
    _ list: List, _ body: (List.SubSequence) -> Void
  ) throws(StateError) where List.Index == Int {
    var start = list.startIndex
    while start < list.endIndex {
      let end = min(start + Self.mostInRecord, list.endIndex)
      body(list[start..<end])
      start = end
      if journal?.isFull == true { try write() }
    }
  }

  func pathsAreWritten() { writtenPaths = paths.count }

  /// How many paths are in the files that a later sched reads; nil: not all that this process knows.
  ///
  /// What names paths by number may be kept for later only with this.
  public var pathsInFiles: Int? {
    guard let journal, journal.failure == nil, !journal.hasPending, writtenPaths == paths.count
    else { return nil }
    return writtenPaths
  }
}
