import SchedBase
import SchedDigest
import SchedEngine
import SchedSystem

/// `.sched/replaced`: what lay in the place of outputs and was not sched's, every version of it.
///
/// The first version of a path has its name there, further ones a number (`a.o.~2~`), and so has what
/// cannot stand there because another kept file or directory does. What is kept is never changed, and
/// removed only by `removeAll`.
///
/// `.sched/replaced-list` has a line for each (docs/formats.md). It is lost without harm: names that
/// are taken are seen on the disk. The working directory is the project's root.
public final class ReplacedFiles {
  static let directory = Array(".sched/replaced".utf8)
  private static let list = Array(".sched/replaced-list".utf8)

  /// Where one is.
  struct Kept {
    var place: [UInt8]
    /// That version was there already, and the new one was removed.
    var wasThere: Bool
  }

  private struct Entry {
    var kind: FileStatus.Kind
    var size: UInt64
    /// Bytes of the disk that it takes because it had to be copied.
    var copied: UInt64
    /// Below `.sched/replaced`.
    var name: [UInt8]
    var path: [UInt8]
  }

  private let mostEntries: Int
  private let mostCopied: UInt64
  private var isLoaded = false
  private var entries: [Entry] = []
  private var versions: [[UInt8]: [Int]] = [:]
  private var keptDirectories: Set<[UInt8]> = []
  private var copied: UInt64 = 0
  /// Names in the directory when it was read: no fewer are kept, whatever the list says.
  private var namesThere = 0
  private var copyNumber = 0

  /// More entries or copied bytes are not taken: somebody must look what is there.
  public init(mostEntries: Int = 10_000, mostCopied: UInt64 = 10 << 30) {
    self.mostEntries = mostEntries
    self.mostCopied = mostCopied
  }

  // MARK: Keeping

  /// Takes in what lies at `path`, which is gone from there then.
  ///
  /// A directory that something is mounted at stays, empty, if it `mayStayEmpty`.
  func keep(_ path: [UInt8], _ status: FileStatus, mayStayEmpty: Bool) throws(ClearingError) -> Kept
  {
    do {
      try load()
      if let version = try sameVersion(of: path, status) {
        try Self.remove(path, status.kind)
        return Kept(place: version, wasThere: true)
      }
      guard max(entries.count, namesThere) < mostEntries else {
        throw ClearingError.tooManyKept(path, limit: mostEntries)
      }
      return try add(path, status, mayStayEmpty)
    } catch {
      throw error as? ClearingError
        ?? .cannotMove(path, error as? SystemError ?? .cutShort(path))
    }
  }

  /// Where the same content was kept for that path before.
  private func sameVersion(of path: [UInt8], _ status: FileStatus) throws(SystemError)
    -> [UInt8]?
  {
    let alike = (versions[path] ?? []).map { entries[$0] }.filter {
      $0.kind == status.kind && (status.kind != .regular || $0.size == status.signature.size)
    }
    guard !alike.isEmpty, let new = try Self.reading(path, status) else { return nil }
    for entry in alike {
      let place = Self.place(entry.name)
      // A person may have taken or changed it since.
      guard let there = try? FileStatus.of(place, followingLinks: false), there.kind == status.kind,
        let old = try Self.reading(place, there), old.identity == new.identity,
        old.signature.isExecutable == new.signature.isExecutable
      else { continue }
      return place
    }
    return nil
  }

  /// nil: nobody can say what it is.
  private static func reading(_ path: [UInt8], _ status: FileStatus) throws(SystemError)
    -> Reading?
  {
    let reading = IdentityReader(clock: TrustClock()).readOutput(
      path, status, isDirectory: status.kind == .directory)
    if reading.isInterrupted { throw SystemError.interruption(of: path) }
    let isKnown =
      reading.identity.tag != .special && reading.problem == nil && !reading.isDisturbed
      && !reading.holdsUnseen
    return isKnown ? reading : nil
  }

  private func add(_ path: [UInt8], _ status: FileStatus, _ mayStayEmpty: Bool) throws -> Kept {
    var number = (versions[path]?.count ?? 0) + 1
    var copy: Copy?
    while true {
      let name = try makeName(for: path, number)
      let place = Self.place(name)
      do throws(SystemError) {
        try Files.moveToNew(copy?.place ?? path, place)
      } catch {
        if error.exists {
          number += 1
          continue
        }
        guard copy == nil, error.needsCopy(mayStayEmpty && status.kind == .directory) else {
          if let copy { try? Self.remove(copy.place, status.kind) }
          throw error
        }
        copy = try makeCopy(of: path, status)
        continue
      }
      note(
        Entry(
          kind: status.kind, size: status.signature.size, copied: copy?.size ?? 0, name: name,
          path: path))
      if let copy { try Self.removeCopied(path, copy) }
      return Kept(place: place, wasThere: false)
    }
  }

  // MARK: Copies

  private struct Copy {
    var place: [UInt8]
    var size: UInt64
    /// What lay at the path when it was found to be the same.
    var seen: FileStatus
  }

  private static let copyPrefix = ".copy-\(Host.name)-"

  /// On another file system than `.sched`: a copy beside what is kept, which is as what it was made from.
  private func makeCopy(of path: [UInt8], _ status: FileStatus) throws -> Copy {
    let size = try Files.size(ofTree: path)
    guard size <= mostCopied, copied <= mostCopied - size else {
      throw ClearingError.tooMuchKept(path, limit: mostCopied)
    }
    while true {
      copyNumber += 1
      let name = Self.copyPrefix + "\(Host.processID)-\(copyNumber)"
      let place = Self.place(Array(name.utf8))
      do throws(SystemError) {
        try Files.copyToNew(path, place)
        do throws(SystemError) {
          return Copy(
            place: place, size: size, seen: try Self.compare(path, status, withCopy: place))
        } catch {
          try? Self.remove(place, status.kind)
          throw error
        }
      } catch {
        if !error.exists { throw error }
      }
    }
  }

  /// An error if somebody has changed it while it was copied.
  private static func compare(_ path: [UInt8], _ status: FileStatus, withCopy place: [UInt8])
    throws(SystemError) -> FileStatus
  {
    let copy = try FileStatus.of(place, followingLinks: false)
    let now = try FileStatus.of(path, followingLinks: false)
    guard now.kind == status.kind, let old = try identity(path, now),
      old == (try identity(place, copy))
    else { throw SystemError("read", path, code: SystemError.changedMeanwhile) }
    return now
  }

  /// Removes what was copied, if nobody has changed it since.
  private static func removeCopied(_ path: [UInt8], _ copy: Copy) throws(SystemError) {
    let now = try FileStatus.of(path, followingLinks: false)
    guard now.kind == copy.seen.kind,
      now.kind == .directory || now.signature == copy.seen.signature
    else { throw SystemError("read", path, code: SystemError.changedMeanwhile) }
    try remove(path, now.kind)
  }

  /// Copies that a sched of this host was making when it was killed: what they are of is still there.
  private static func removeUnfinishedCopies(_ names: [[UInt8]]) {
    for name in names where name.starts(with: copyPrefix.utf8) {
      let process = name.dropFirst(copyPrefix.utf8.count).prefix { $0 != UInt8(ascii: "-") }
      guard let id = Int32(text(process)), LeftProcesses.isGone(id),
        let status = try? FileStatus.of(place(name), followingLinks: false)
      else { continue }
      try? remove(place(name), status.kind)
    }
  }

  private static func identity(_ path: [UInt8], _ status: FileStatus) throws(SystemError)
    -> Identity?
  {
    let reading = IdentityReader(clock: TrustClock()).readOutput(
      path, status, isDirectory: status.kind == .directory)
    if reading.isInterrupted { throw SystemError.interruption(of: path) }
    return reading.problem == nil ? reading.identity : nil
  }

  private static func remove(_ path: [UInt8], _ kind: FileStatus.Kind) throws(SystemError) {
    if kind == .directory { try Files.removeTree(path) } else { try Files.remove(path) }
  }

  // MARK: Names

  private static func place(_ name: [UInt8]) -> [UInt8] {
    directory + [UInt8(ascii: "/")] + name
  }

  /// The longest name and path that the system takes, less what `.sched/replaced` and numbers need.
  private static let longestName = 240
  private static let longestPath = 3800

  /// The name for a version of a path; the directories above it are made.
  private func makeName(for path: [UInt8], _ number: Int) throws -> [UInt8] {
    var parts = path.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
      .map { $0.elementsEqual("..".utf8) ? Array("_".utf8) : Array($0) }
    if path.count > Self.longestPath { parts = Array(parts.suffix(1)) }
    var name: [UInt8] = []
    for part in parts.dropLast() { name = try makeDirectory(part, in: name) }
    return Self.join(name, Self.numbered(parts.last ?? Array("_".utf8), number))
  }

  /// A directory for what is kept below it: not one that is itself kept.
  private func makeDirectory(_ part: [UInt8], in outer: [UInt8]) throws -> [UInt8] {
    var number = 1
    while true {
      let name = Self.join(outer, Self.numbered(part, number))
      if !keptDirectories.contains(name) {
        switch try FileStatus.of(Self.place(name), followingLinks: false).kind {
        case .directory: return name
        case .missing:
          try Files.makeDirectories(Self.place(name))
          return name
        case .regular, .link, .other, .unreachable: break
        }
      }
      number += 1
    }
  }

  private static func join(_ outer: [UInt8], _ name: [UInt8]) -> [UInt8] {
    outer.isEmpty ? name : outer + [UInt8(ascii: "/")] + name
  }

  private static func numbered(_ name: [UInt8], _ number: Int) -> [UInt8] {
    number == 1 ? name : Array(name.prefix(longestName)) + Array(".~\(number)~".utf8)
  }

  // MARK: The list

  private func load() throws {
    guard !isLoaded else { return }
    switch try FileStatus.of(Self.directory, followingLinks: false).kind {
    case .missing: try Files.makeDirectories(Self.directory)
    case .directory: break
    case .regular, .link, .other, .unreachable: throw ClearingError.noPlace(Self.directory)
    }
    let names = try Files.list(Self.directory).map(\.name)
    Self.removeUnfinishedCopies(names)
    namesThere = names.count
    for line in Self.readList().split(separator: UInt8(ascii: "\n")) {
      guard let entry = Self.entry(line),
        let there = try? FileStatus.of(Self.place(entry.name), followingLinks: false),
        there.kind != .missing
      else { continue }
      add(entry)
    }
    isLoaded = true
  }

  private static func readList() -> [UInt8] {
    (try? Files.readOwn(list, limit: longestList)) ?? []
  }

  /// Ten thousand of the longest paths, escaped.
  private static let longestList = 512 << 20

  private func add(_ entry: Entry) {
    versions[entry.path, default: []].append(entries.count)
    entries.append(entry)
    if entry.kind == .directory { keptDirectories.insert(entry.name) }
    copied += min(entry.copied, UInt64.max - copied)
  }

  /// Written in one piece, since ranks write to the same list.
  ///
  /// What cannot be noted is kept all the same.
  private func note(_ entry: Entry) {
    add(entry)
    guard let file = try? Descriptor.openOwn(Self.list, .append) else { return }
    // One that was torn ends here.
    let line = [UInt8(ascii: "\n")] + Self.line(entry) + [UInt8(ascii: "\n")]
    _ = line.withUnsafeBytes { file.write($0) }
  }

  private static func line(_ entry: Entry) -> [UInt8] {
    Array("\(entry.kind.rawValue) \(entry.size) \(entry.copied) ".utf8) + escaped(entry.name)
      + [UInt8(ascii: " ")] + escaped(entry.path)
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.count == 5,
      let kind = UInt8(text(words[0])).flatMap(FileStatus.Kind.init(rawValue:)),
      let size = UInt64(text(words[1])), let copied = UInt64(text(words[2])),
      let name = unescaped(words[3]), let path = unescaped(words[4]), isInside(name)
    else { return nil }
    return Entry(kind: kind, size: size, copied: copied, name: name, path: path)
  }

  private static func text(_ word: ArraySlice<UInt8>) -> String {
    String(decoding: word, as: UTF8.self)
  }

  private static func isInside(_ name: [UInt8]) -> Bool {
    name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && !$0.elementsEqual("..".utf8) && !$0.elementsEqual(".".utf8) }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// Blanks, control characters and backslashes as `\` and two digits.
  private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte in
      byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "\\")
        ? [byte] : [UInt8(ascii: "\\"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  private static func unescaped(_ word: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = word
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digits.firstIndex),
        let low = rest.popFirst().flatMap(digits.firstIndex)
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }

  // MARK: Removing

  /// Removes all that is kept, which nobody but a person may ask for.
  ///
  /// Returns what it was: a line each, directories with a slash at the end.
  public static func removeAll(isDryRun: Bool) throws(SystemError) -> [[UInt8]] {
    let status = try FileStatus.of(directory, followingLinks: false)
    if status.kind == .missing { return [] }
    guard status.kind == .directory else {
      throw SystemError("list", directory, code: SystemError.notADirectory)
    }
    let kept = Set(
      readList().split(separator: UInt8(ascii: "\n")).compactMap { entry($0) }
        .filter { $0.kind == .directory }.map { place($0.name) })
    var removed: [[UInt8]] = []
    var pending = [directory]
    while let outer = pending.popLast() {
      for entry in try Files.list(outer) {
        let path = outer + [UInt8(ascii: "/")] + entry.name
        if entry.kind == .directory, !kept.contains(path) {
          pending.append(path)
        } else {
          removed.append(entry.kind == .directory ? path + [UInt8(ascii: "/")] : path)
        }
      }
    }
    if !isDryRun {
      try Files.removeTree(directory)
      try Files.remove(list)
    }
    return removed.sorted { $0.lexicographicallyPrecedes($1) }
  }
}
