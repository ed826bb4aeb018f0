import SchedBase
import SchedDigest
import SchedSystem

/// What lies at each path, as this build has seen it: the state's columns brought up to date by
/// looking, and by reading where a signature cannot be trusted.
///
/// Knows no actions.
struct FileView {
  enum Kind: UInt8 {
    case unknown, missing, file, directory, special
    /// The system does not say what is there.
    case unreachable
  }

  private struct Sight {
    /// Milliseconds since the build began, plus one; 0: not looked at yet.
    var lookedAt: UInt32 = 0
    var kind = Kind.unknown
    /// Its content must be read before its identity can be used.
    var isUnread = false
    var isWanted = false
    /// It is in a shared list: whoever has looked at that must know when something changes.
    var isWatched = false
  }

  let state: State
  private let paths: PathTable
  private var inspector: Inspector
  private let readsEverything: Bool
  private var sights: Column<PathTag, Sight>
  private var pending: [PathID] = []
  private var noted: Set<PathID> = []
  private var unreadCount = 0
  private let began = Clock.monotonic()
  private let readAhead = ReadAhead()
  /// What helper threads are reading now.
  private var ahead: Set<PathID> = []
  /// Directories that are inputs or outputs as a whole, and the names in each that do not count.
  private var wholeDirectories: [PathID: IgnoredNames] = [:]
  /// Paths of which it is known whether they can be read, before they are.
  private var checkedReadable = PathSet()
  /// Some path that was looked at is a link: as an output it is its text, which no signature tells.
  private(set) var hasLinks = false
  /// Links that were looked at since they were taken last.
  private var newLinks: [PathID] = []
  /// What does not count below some of them.
  private var leftOut: Set<[UInt8]> = []
  /// Raised when something changes of what was looked at of a watched path; begins at 1.
  private(set) var listChanges: UInt32 = 1

  init(state: State, clock: TrustClock, readsEverything: Bool = false) {
    self.state = state
    self.readsEverything = readsEverything
    paths = state.paths
    inspector = Inspector(paths: state.paths, clock: clock)
    sights = Column(repeating: Sight(), count: paths.count)
  }

  private var milliseconds: UInt32 {
    UInt32(clamping: (Clock.monotonic() - began) / 1_000_000) + 1
  }

  @inline(__always)
  private func sight(_ path: PathID) -> Sight {
    path.index < sights.count ? sights[path] : Sight()
  }

  private mutating func update(_ path: PathID, _ change: (inout Sight) -> Void) {
    sights.grow(to: max(path.index + 1, paths.count), with: Sight())
    let was = sights[path]
    change(&sights[path])
    let now = sights[path]
    unreadCount += (now.isUnread ? 1 : 0) - (was.isUnread ? 1 : 0)
    if now.isWatched, was.isUnread != now.isUnread || (was.lookedAt == 0) != (now.lookedAt == 0) {
      listChanges += 1
    }
  }

  /// `listChanges` tells from here on when the path changes.
  mutating func watch(_ path: PathID) {
    sights.grow(to: max(path.index + 1, paths.count), with: Sight())
    sights[path].isWatched = true
  }

  // MARK: Asking

  func kind(of path: PathID) -> Kind { sight(path).kind }
  func isUnread(_ path: PathID) -> Bool { sight(path).isUnread }
  var hasUnread: Bool { unreadCount > 0 }
  func signature(of path: PathID) -> Signature { state.file(path).signature }

  /// Whether the path was seen as it is in the state, and has had that identity since that
  /// moment.
  @inline(__always)
  func isUntouched(_ path: PathID, since moment: UInt32) -> Bool {
    let sight = sight(path)
    return sight.lookedAt != 0 && !sight.isUnread && state.file(path).changedIn <= moment
  }

  /// When its identity last changed; nil: it was not looked at in this build.
  @inline(__always)
  func changedIn(_ path: PathID) -> UInt32? {
    sight(path).lookedAt == 0 ? nil : state.file(path).changedIn
  }

  func changedInThisBuild(_ path: PathID) -> Bool { state.file(path).changedIn >= state.build }

  /// What lies there, looked at and read as far as it was not yet.
  mutating func current(_ path: PathID) -> FileState {
    if paths.root(of: path).isFile {
      if sight(path).lookedAt == 0 { lookNow(at: path, milliseconds) }
      if sight(path).isUnread { takeReadAhead() }
      if sight(path).isUnread { readOne(path) }
    }
    return state.file(path)
  }

  /// Whether this was not said of the path before.
  mutating func noteOnce(_ path: PathID) -> Bool { noted.insert(path).inserted }

  // MARK: Looking

  /// Directories as a whole are read without these paths.
  mutating func leaveOut(_ names: [[UInt8]], below directory: PathID) {
    let before = leftOut.count
    leftOut.formUnion(names)
    if leftOut.count != before, sight(directory).lookedAt != 0 { forget([directory]) }
  }

  /// The path is meant as a directory as a whole, in which some names do not count.
  mutating func setWhole(_ path: PathID, ignoring ignored: IgnoredNames) {
    wholeDirectories[path] = ignored
  }

  /// Looks at the path with the next `look`, if this build has not yet.
  @inline(__always)
  mutating func want(_ path: PathID) {
    // Most are headers that many have read, and are known by now.
    if path.index < sights.count, sights[path].lookedAt != 0 || sights[path].isWanted { return }
    guard paths.root(of: path).isFile else { return }
    sights.grow(to: max(path.index + 1, paths.count), with: Sight())
    sights[path].isWanted = true
    pending.append(path)
  }

  /// Looks at what was wanted.
  mutating func look() {
    var list: [PathID] = []
    swap(&list, &pending)
    look(at: consume list)
  }

  /// The links among what was looked at since the last call.
  mutating func takeLinks() -> [PathID] {
    guard !newLinks.isEmpty else { return [] }
    defer { newLinks = [] }
    return newLinks
  }

  /// Looks again at those of the paths that were last looked at more than `age` nanoseconds ago, or
  /// not at all.
  mutating func refresh(_ list: [PathID], olderThan age: UInt64) {
    let limit = UInt32(clamping: age / 1_000_000)
    let now = milliseconds
    func isOld(_ path: PathID) -> Bool {
      let lookedAt = sight(path).lookedAt
      // What was forgotten has no time.
      return age == 0 || lookedAt == 0 || now - min(now, lookedAt) > limit
    }
    guard list.count <= Self.few else { return look(at: list.filter(isOld)) }
    for path in list where isOld(path) { lookNow(at: path, now) }
  }

  /// What one action reads is mostly that: sorting and spreading over the cores costs more than it saves.
  private static let few = 64

  /// `time`: not after now.
  private mutating func lookNow(at path: PathID, _ time: UInt32) {
    let (status, isLink) = DirectoryRuns.look(at: path, paths)
    take(Inspector.Sighting(status: status, isLink: isLink), path, time)
  }

  private mutating func look(at list: consuming [PathID]) {
    guard !list.isEmpty else { return }
    if list.count > 1 { list = inspector.inOrder(list) }
    var start = 0
    while start < list.count {
      let piece = list[start..<min(start + inspector.batch, list.count)]
      let sightings = inspector.look(at: piece)
      let time = milliseconds
      for (path, sighting) in zip(piece, sightings) { take(sighting, path, time) }
      start = piece.endIndex
    }
  }

  private mutating func take(_ sighting: Inspector.Sighting, _ path: PathID, _ time: UInt32) {
    let status = sighting.status
    if sighting.isLink {
      hasLinks = true
      newLinks.append(path)
    }
    let known = state.file(path)
    var isUnread = false
    let kind: Kind
    switch status.kind {
    case .missing, .link:
      kind = .missing
      learn(
        path, FileState(identity: .missing, flags: sighting.isLink ? [.settled, .link] : .settled))
    case .directory:
      kind = .directory
      if wholeDirectories[path] != nil {
        isUnread = true
      } else {
        learn(
          path,
          FileState(
            signature: status.signature, identity: Identity(.existing),
            flags: sighting.isLink ? [.settled, .link] : .settled))
      }
    case .regular:
      kind = .file
      let isTrusted =
        known.isSettled && known.signature == status.signature && known.identity.tag.isContent
        && known.flags.contains(.link) == sighting.isLink && !readsEverything
        && status.signature.changed <= state.distrustAfter ?? Int64.max
      if isTrusted, sight(path).kind == .file, !sights[path].isUnread {
        // Nothing about it is new.
        sights[path].lookedAt = time
        sights[path].isWanted = false
        return
      }
      if !isTrusted {
        isUnread = true
        // The signature is known, the content is not: nothing of it is written down yet.
        var seen = known
        seen.signature = status.signature
        seen.flags = sighting.isLink ? .link : []
        state.noteFile(path, seen)
      }
    case .other:
      kind = .special
      learn(path, FileState(signature: status.signature, identity: Identity(.special)))
    case .unreachable:
      kind = .unreachable
      learn(
        path,
        FileState(
          identity: Identity(unreadable: status.code), flags: sighting.isLink ? .link : []))
      problems[path] = Reading.Problem(path: paths.text(of: path), cause: .refused(status.code))
    }
    if !problems.isEmpty, kind != .unreachable, !isUnread { problems[path] = nil }
    update(path) { sight in
      // A file that was read after it got this signature need not be read again in this build.
      let isSame = known.signature == status.signature && sight.lookedAt != 0 && sight.kind == kind
      sight.isUnread = isUnread && !(isSame && !sight.isUnread)
      sight.lookedAt = time
      sight.kind = kind
      sight.isWanted = false
    }
  }

  /// Takes in what a path is, for good.
  private mutating func learn(_ path: PathID, _ new: FileState) {
    let known = state.file(path)
    var new = new
    new.changedIn = known.identity == new.identity ? known.changedIn : state.moments.change()
    let isSame =
      known.identity == new.identity && known.signature == new.signature
      && known.flags.rawValue == new.flags.rawValue
    guard !isSame else { return }
    state.setFile(path, new)
    if new.changedIn != known.changedIn, sight(path).isWatched { listChanges += 1 }
  }

  /// The files that were looked at, if every one of them is as the state says and can be compared
  /// with it by its signature alone.
  func comparable() -> [PathID]? {
    var list: [PathID] = []
    for path in sights.ids where sights[path].lookedAt != 0 && paths.root(of: path).isFile {
      let isComparable =
        switch sights[path].kind {
        case .missing: true
        case .file: state.file(path).isSettled && !sights[path].isUnread
        case .directory: wholeDirectories[path] == nil
        case .special, .unknown, .unreachable: false
        }
      guard isComparable else { return nil }
      list.append(path)
    }
    return list
  }

  // MARK: Reading

  /// Reads paths that must be read, spread over the cores.
  mutating func read(_ list: [PathID]) {
    var seen: Set<PathID> = []
    let list = list.filter { seen.insert($0).inserted }
    let readings = inspector.read(
      list.map { (paths.text(of: $0), sight($0).kind == .directory ? wholeDirectories[$0] : nil) },
      leavingOut: leftOut)
    for (path, reading) in zip(list, readings) { take(reading, path) }
  }

  private mutating func readOne(_ path: PathID) {
    guard sight(path).kind == .file else { return read([path]) }
    // Unread is what was looked at, and its flags are of that look. If a link took a file's place since
    // then, the next look sees that it is one, and has it read again.
    let seen = state.file(path)
    let reading = IdentityReader(clock: inspector.clock).readInput(
      paths.text(of: path), isLink: seen.flags.contains(.link), seen: seen.signature)
    take(reading, path)
  }

  private mutating func take(_ reading: Reading, _ path: PathID) {
    var flags: FileState.Flags = reading.isSettled ? .settled : []
    if reading.isLink { flags.insert(.link) }
    let identity = stampIdentity(path, reading) ?? reading.identity
    // What cannot be read has been looked at all the same.
    let signature =
      identity.unreadableCode == nil ? reading.signature : state.file(path).signature
    learn(path, FileState(signature: signature, identity: identity, flags: flags))
    update(path) { sight in
      sight.isUnread = false
      if sight.lookedAt == 0 { sight.lookedAt = 1 }
      if reading.identity.tag == .missing { sight.kind = .missing }
    }
    if reading.problem != nil || !problems.isEmpty { problems[path] = reading.problem }
  }

  /// Reads files once more whose digests could not be trusted when they were read and can be now, a
  /// batch at a time, for at most `limit` nanoseconds.
  mutating func settle(within limit: UInt64) {
    let deadline = Clock.monotonic() + limit
    let now = inspector.clock.now()
    var racy = sights.ids.filter { path in
      sights[path].kind == .file && !sights[path].isUnread && !state.file(path).isSettled
        && state.file(path).signature.changed.addingClamped(TrustClock.coarseMargin) < now
    }
    while !racy.isEmpty, Clock.monotonic() < deadline {
      read(Array(racy.suffix(64)))
      racy.removeLast(min(64, racy.count))
    }
  }

  /// What could not be read, by path.
  private var problems: [PathID: Reading.Problem] = [:]
  /// Something that was looked at or read cannot be read.
  var hasProblems: Bool { !problems.isEmpty }

  /// Why a path cannot be read, as far as it was looked at; what must be read still is asked whether it
  /// may be, once.
  @inline(__always)
  mutating func problem(of path: PathID) -> Reading.Problem? {
    if sight(path).isUnread { checkReadable(path) }
    return problems.isEmpty ? nil : problems[path]
  }

  private mutating func checkReadable(_ path: PathID) {
    guard checkedReadable.insert(path) else { return }
    let text = paths.text(of: path)
    if sight(path).kind == .directory, let ignored = wholeDirectories[path] {
      problems[path] = IdentityReader(clock: inspector.clock).problem(
        inDirectory: text, ignoring: ignored)
    } else if let error = Files.reasonNotToRead(text), !error.isMissing {
      problems[path] = Reading.Problem(path: text, cause: .refused(error.code))
    }
  }

  /// A stamp that is still empty is what its action's record says.
  private func stampIdentity(_ path: PathID, _ reading: Reading) -> Identity? {
    guard reading.signature.size == 0, reading.identity.tag.isContent,
      let record = state.owner(of: path), !state.row(record).isVoid
    else { return nil }
    guard let output = state.outputs(of: record).first(where: { $0.path == path }),
      output.identity.tag == .stamp,
      // Emptiness has no digest that would tell whether it may be executed.
      output.signature.isExecutable == reading.signature.isExecutable
    else { return nil }
    return output.identity
  }

  /// The whole text of a file, looked at and read as an input.
  mutating func readText(_ path: PathID) throws(SystemError) -> [UInt8] {
    let text = paths.text(of: path)
    // Before it is hashed, which takes as long as it is.
    if try FileStatus.of(text, followingLinks: true).signature.size > Files.longestText {
      throw .tooLong(text)
    }
    _ = current(path)
    return try Files.read(text)
  }

  /// What a look at everything below a directory says, without reading it: an edit makes it differ.
  func looks(below path: PathID) -> Digest {
    IdentityReader(clock: inspector.clock).looks(below: paths.text(of: path))
  }

  // MARK: Reading ahead

  /// Files up to this size are read when their digest is needed: the recipe has read them by then, and
  /// waking another thread costs more.
  private static let smallFile: UInt64 = 64 << 10

  /// Reads what must be read of these, and takes long, on helper threads.
  mutating func readAhead(_ list: [PathID]) {
    takeReadAhead()
    guard hasUnread else { return }
    for path in list
    where sight(path).isUnread && sight(path).kind == .file
      && signature(of: path).size > Self.smallFile
    {
      guard ahead.insert(path).inserted else { continue }
      readAhead.submit(path, paths.text(of: path), IdentityReader(clock: inspector.clock))
    }
  }

  /// Takes in what helper threads have read; what changed since it was looked at is read anew.
  private mutating func takeReadAhead() {
    for (path, reading) in readAhead.take() {
      ahead.remove(path)
      guard sight(path).isUnread, reading.signature == state.file(path).signature else { continue }
      take(reading, path)
    }
  }

  func stop() { readAhead.stop() }

  // MARK: Changes of this build

  /// A variable, value or task has this identity now.
  mutating func set(_ path: PathID, _ identity: Identity) {
    learn(path, FileState(identity: identity, flags: .settled))
    update(path) { $0.lookedAt = 1 }
  }

  /// An action made this output.
  mutating func record(_ output: OutputRecord) {
    guard paths.root(of: output.path).isFile else { return set(output.path, output.identity) }
    if output.identity.tag == .link {
      // As an input it is what it points to.
      return forget([output.path])
    }
    learn(
      output.path,
      FileState(
        signature: output.signature, identity: output.identity,
        flags: output.isSettled ? .settled : []))
    let kind: Kind = output.identity.tag == .directory ? .directory : .file
    let time = milliseconds
    update(output.path) { sight in
      sight.lookedAt = time
      sight.kind = kind
      sight.isUnread = false
    }
  }

  /// What is known of the paths may be wrong: they are looked at when they are next asked for.
  mutating func forget(_ list: some Sequence<PathID>) {
    for path in list where paths.root(of: path).isFile {
      update(path) { sight in
        sight.lookedAt = 0
        sight.isUnread = false
        sight.kind = .unknown
      }
    }
  }

  /// The same for everything below a directory.
  mutating func forget(below directory: PathID) {
    forget(
      sights.ids.filter {
        sights[$0].lookedAt != 0 && $0 != directory && paths.isWithin($0, directory)
      })
  }

  // MARK: Outputs

  /// A link's own identity; nil if the path is no link.
  mutating func linkIdentity(_ path: PathID) -> Identity? {
    guard current(path).flags.contains(.link) else { return nil }
    guard let text = try? Files.readLink(paths.text(of: path)) else { return nil }
    return Identity(.link, Digest(of: text))
  }

  /// Removes an output that sched made.
  @discardableResult
  mutating func remove(_ path: PathID, isDirectory: Bool) -> SystemError? {
    do throws(SystemError) {
      let text = paths.text(of: path)
      if isDirectory { try Files.removeTree(text) } else { try Files.remove(text) }
    } catch {
      return error
    }
    learn(path, FileState(identity: .missing, flags: .settled))
    forget([path])
    return nil
  }
}
