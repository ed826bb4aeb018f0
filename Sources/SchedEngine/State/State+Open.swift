import SchedBase
import SchedDigest
import SchedSystem

/// What opening finds, before it becomes a `State`.
struct OpenedState {
  var paths: PathTable
  var build: UInt32 = 0
  var session: [UInt8]
  var isReadOnly = false
  var distrustAfter: Int64?
  var snapshot: Snapshot?
  var generation: UInt32 = 0
  var lastRecord: UInt64 = 0
  var identity = UInt64.random(in: 0...UInt64.max)

  var origin: JournalOrigin {
    JournalOrigin(generation: generation, snapshot: snapshot?.checksum ?? 0)
  }
}

extension State {
  public enum Purpose: Sendable {
    /// Takes the lock, and writes.
    case building
    /// Takes no lock and writes nothing.
    case reading
  }

  /// Data may be lost that was written so long before the machine went down, nanoseconds.
  private static let lossWindow: UInt64 = 600_000_000_000

  /// Opens the state of the project whose root is the working directory and has the absolute path
  /// `root`.
  ///
  /// `say` gets notes: a wait for another build, a state that was set aside, processes that a
  /// killed session left.
  ///
  /// Building waits for another build of the same tree. Throws when this process was started by a
  /// recipe of that build, or when `.sched` cannot be used.
  public static func open(
    root: [UInt8], schedfile: [UInt8] = [], for purpose: Purpose, environment: Environment,
    say: (Diagnostic) -> Void = { _ in }
  ) throws(StateError) -> State {
    let session = Host.randomHexadecimal()
    FilePlace.setHome()
    var lock: SessionLock?
    var isReadOnly = purpose == .reading
    try StateAccess.check(schedfile: schedfile)
    if purpose == .building {
      do throws(SystemError) {
        try makeDirectory()
        lock = try SessionLock.open()
      } catch {
        guard error.isReadOnly else {
          let isTaken = error.exists && error.path == StateFiles.directory
          throw StateError(
            error, hint: isTaken ? "sched keeps its own files there: move what is there away" : nil)
        }
        isReadOnly = true
      }
      try lock?.take(session: session, environment: environment, say: say)
    }
    let state = try load(root, session, isReadOnly: isReadOnly, isReading: purpose == .reading, say)
    state.lock = lock
    return state
  }

  private static func makeDirectory() throws(SystemError) {
    try Files.makeDirectories(StateFiles.directory)
    if try FileStatus.of(StateFiles.ignore, followingLinks: false).kind == .missing {
      try Files.writeOwn(Array("*\n".utf8), to: StateFiles.ignore)
    }
  }

  // MARK: Loading

  private static func load(
    _ root: [UInt8], _ session: [UInt8], isReadOnly: Bool, isReading: Bool,
    _ say: (Diagnostic) -> Void
  ) throws(StateError) -> State {
    var opened = OpenedState(paths: PathTable(ofTree: root), session: session)
    opened.isReadOnly = isReadOnly
    guard let generation = try inForce() else {
      let last = StateFiles.lastGeneration()
      if last > 0 { say(note(of: .damaged("'.sched/current' does not name it"))) }
      return try begin(opened, after: last, isReadOnly: isReadOnly)
    }
    let snapshot: Snapshot
    do throws(Snapshot.Problem) {
      snapshot = try Snapshot(generation: generation)
      if !FileSeal.holds(StateFiles.snapshot(generation), snapshot.signature) {
        try snapshot.checkRows()
      }
    } catch {
      // A fold between reading the pointer and the files: look again.
      if isReading, error == .missing, try inForce() != generation {
        return try load(root, session, isReadOnly: isReadOnly, isReading: isReading, say)
      }
      say(note(of: error))
      if !isReadOnly { setAside(generation) }
      return try begin(
        opened, after: max(generation, StateFiles.lastGeneration()), isReadOnly: isReadOnly)
    }
    opened.paths = PathTable(base: snapshot.pathBase, ofTree: root)
    opened.snapshot = snapshot
    opened.generation = generation
    opened.build = snapshot.header.build
    opened.lastRecord = snapshot.header.lastRecord
    opened.identity = snapshot.header.identity
    do throws(SystemError) {
      if let state = try loadJournal(
        opened, boot: snapshot.header.boot, isReadOnly: isReadOnly, say)
      {
        return state
      }
    } catch {
      throw StateError(error)
    }
    // A fold between opening the snapshot and its journal.
    return try load(root, session, isReadOnly: isReadOnly, isReading: isReading, say)
  }

  private static func inForce() throws(StateError) -> UInt32? {
    do throws(SystemError) {
      return try StateFiles.currentGeneration()
    } catch {
      throw StateError(error)
    }
  }

  /// The number of the generation after this one.
  static func next(_ generation: UInt32) -> UInt32 { max(generation &+ 1, 1) }

  private static func note(of problem: Snapshot.Problem) -> Diagnostic {
    let hint = "it was set aside, and everything is made anew"
    switch problem {
    case .missing: return Diagnostic(.note, "the state is gone", hint: "everything is made anew")
    case .otherVersion(let version):
      return Diagnostic(
        .note, "the state has version \(version), this sched writes \(Snapshot.version)", hint: hint
      )
    case .damaged(let reason):
      return Diagnostic(.note, "the state is damaged: \(reason)", hint: hint)
    case .unreadable(let error): return Diagnostic(.note, error.message, hint: hint)
    }
  }

  private static func setAside(_ generation: UInt32) {
    for path in [StateFiles.snapshot(generation), StateFiles.journal(generation)] {
      try? Files.rename(path, to: path + Array(".aside".utf8))
    }
  }

  /// A state without anything, as the generation after `last`.
  private static func begin(_ opened: OpenedState, after last: UInt32, isReadOnly: Bool)
    throws(StateError) -> State
  {
    var opened = opened
    let generation = next(last)
    opened.generation = generation
    let state = State(opened)
    guard !isReadOnly else { return state }
    do throws(SystemError) {
      let origin = JournalOrigin(
        generation: generation,
        snapshot: try state.writeSnapshot(generation: generation, RecordNumbers(state)))
      try Journal.create(origin)
      try StateFiles.setCurrent(generation)
      try state.beginJournal(origin, after: 0)
    } catch {
      throw StateError(error)
    }
    state.pathsAreWritten()
    state.beginBuild()
    return state
  }

  /// nil: another generation is in force meanwhile.
  private static func loadJournal(
    _ opened: OpenedState, boot: UInt64, isReadOnly: Bool, _ say: (Diagnostic) -> Void
  ) throws(SystemError) -> State? {
    var opened = opened
    var journal = try openJournal(opened.generation)
    var lastBoot = boot
    let content = Journal.read(JournalWindow(journal), opened.origin) { record in
      var reader = ByteReader(record.body)
      if record.kind == .build, let number = try? reader.read(UInt32.self),
        let id = try? reader.read(UInt64.self), let time = try? reader.read(UInt64.self)
      {
        guard number < UInt32.max - 1 else { return false }
        opened.build = max(opened.build, number)
        opened.lastRecord = max(opened.lastRecord, time)
        lastBoot = id
      }
      return true
    }
    let isLost = content == nil
    if isLost {
      journal = nil
      if let current = try StateFiles.currentGeneration(), current != opened.generation {
        return nil
      }
      // The fold writes the journal before the pointer: one that is not there was taken away.
      say(
        Diagnostic(
          .note, "the journal is lost; what it told since the last snapshot is forgotten",
          hint: "stamps, tasks and values are made anew"))
      if !isReadOnly {
        try Journal.create(opened.origin, afterLoss: true)
        journal = try JournalFile(generation: opened.generation)
      }
    }
    if lastBoot != bootNumber {
      opened.distrustAfter = Int64(
        clamping: opened.lastRecord - min(lossWindow, opened.lastRecord))
    }
    let state = State(opened)
    if isLost { state.voidUnproven() }
    guard let journal else { return state }
    return try take(journal, into: state, say)
  }

  /// nil: there is none.
  private static func openJournal(_ generation: UInt32) throws(SystemError) -> JournalFile? {
    do throws(SystemError) {
      return try JournalFile(generation: generation)
    } catch {
      guard error.isMissing else { throw error }
      return nil
    }
  }

  private static func take(
    _ journal: JournalFile, into state: State, _ say: (Diagnostic) -> Void
  ) throws(SystemError) -> State {
    state.blobs.begin(journal, after: 0)
    let window = JournalWindow(journal)
    guard
      let content = Journal.read(window, state.origin, { state.replay($0) })
    else { return state }
    if content.isDamaged {
      say(
        Diagnostic(
          .note, "the journal is damaged; what it told after that is forgotten",
          hint: "stamps, tasks and values are made anew"))
      state.voidUnproven()
    }
    state.beginMoments()
    state.pathsAreWritten()
    guard !state.isReadOnly else { return state }
    state.journal = try Journal(generation: state.generation, after: content)
    state.beginBuild()
    return state
  }

  /// Opens the new, empty journal of a generation.
  ///
  /// `length` is that of the journal before it.
  func beginJournal(_ origin: JournalOrigin, after length: UInt64) throws(SystemError) {
    let file = try JournalFile(generation: origin.generation)
    guard let content = Journal.read(JournalWindow(file), origin) else {
      throw .cutShort(StateFiles.journal(origin.generation))
    }
    journal = try Journal(generation: origin.generation, after: content)
    blobs.begin(file, after: length)
  }

  static var bootNumber: UInt64 {
    let id = Host.bootID
    return id.withUnsafeBytes { Checksum.of($0) }
  }

  /// Says which build this is and of which boot, with the first write.
  private func beginBuild() {
    let (build, time) = (build, Clock.wall())
    journal?.append(.build) { writer in
      writer.write(build)
      writer.write(Self.bootNumber)
      writer.write(time)
    }
  }

  // MARK: Finishing

  /// Writes what was learnt, and makes sure that it is on the disk if anything ran.
  ///
  /// Folds the journal into a new snapshot when it has grown.
  public func finish(ranSomething: Bool) throws(StateError) {
    guard let journal else { return }
    try flush()
    do throws(SystemError) {
      if try hasGrown(journal) {
        try foldOrSync(journal, mustSync: ranSomething)
      } else if ranSomething {
        try journal.sync()
      }
      try logs.cutBack()
    } catch {
      throw StateError(error)
    }
  }

  private func hasGrown(_ journal: Journal) throws(SystemError) -> Bool {
    let snapshot = try FileStatus.of(StateFiles.snapshot(generation), followingLinks: false)
    return journal.length > 1 << 20 && journal.length > snapshot.signature.size / 8
  }

  /// A new snapshot is on the disk before it takes the journal's place, which need not be there itself then.
  private func foldOrSync(_ journal: Journal, mustSync: Bool) throws(SystemError) {
    do throws(SystemError) {
      try fold()
    } catch {
      if mustSync { try journal.sync() }
      throw error
    }
  }

  /// Lets the lock go.
  ///
  /// The state is not used any more.
  public func close() {
    lock?.end()
    lock = nil
    journal = nil
  }
}
