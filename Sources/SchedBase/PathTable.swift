import CXXHash

public enum PathTag {}

/// A name in the path table: a file, or a variable, value or task below a root of its own, so
/// that one id serves for everything that has an identity.
public typealias PathID = ID<PathTag>

/// What a path begins with.
///
/// The raw value is also the id of the root itself.
public enum PathRoot: UInt8, Sendable, CaseIterable {
  /// The project's root directory; `..` steps above it are names like others.
  case tree = 0
  /// Absolute paths outside the tree.
  case fileSystem = 1
  /// Environment variables.
  case variables = 2
  /// `value NAME`, below the directory of its Schedfile.
  case values = 3
  /// `task NAME`, below the directory of its Schedfile.
  case tasks = 4

  @inlinable public var id: PathID { PathID(raw: UInt32(rawValue)) }

  /// Whether names below it are those of files.
  @inlinable public var isFile: Bool { self == .tree || self == .fileSystem }
}

/// All names that the graph and the state know, interned: a name is (directory id, name), and its
/// id is stable and append-only, so that graph, state and journal are joined by number.
///
/// The table has a base, which is mapped from the state's snapshot and never changed, and what
/// this run added. It is used by one thread; it is a class because loader, engine and state
/// intern into the same one. Knows no disk.
public final class PathTable {
  /// One name.
  ///
  /// 12 bytes, as it lies in the snapshot (docs/formats.md).
  @frozen
  public struct Entry: BitwiseCopyable, Sendable {
    public var parent: UInt32
    public var nameOffset: UInt32
    /// The name's length in the low 24 bits, the root in the high 8.
    public var lengthAndRoot: UInt32

    @inlinable
    public init(parent: UInt32, nameOffset: UInt32, length: Int, root: UInt8) {
      self.parent = parent
      self.nameOffset = nameOffset
      lengthAndRoot = UInt32(length) | UInt32(root) << 24
    }

    @inlinable public var length: Int { Int(lengthAndRoot & 0xFF_FFFF) }
    @inlinable public var root: UInt8 { UInt8(lengthAndRoot >> 24) }
  }

  /// A table as it lies in a snapshot.
  ///
  /// The pointers stay good as long as `owner` lives.
  public struct Base {
    public var entries: UnsafeBufferPointer<Entry>
    public var names: UnsafeRawBufferPointer
    /// Open addressing, id + 1 or 0; the count is a power of two.
    public var slots: UnsafeBufferPointer<UInt32>
    /// The digest of all names before each multiple of `digestStep`.
    public var digests: UnsafeBufferPointer<UInt64>
    public var owner: AnyObject

    public init(
      entries: UnsafeBufferPointer<Entry>, names: UnsafeRawBufferPointer,
      slots: UnsafeBufferPointer<UInt32>, digests: UnsafeBufferPointer<UInt64>, owner: AnyObject
    ) {
      self.entries = entries
      self.names = names
      self.slots = slots
      self.digests = digests
      self.owner = owner
    }
  }

  /// The longest name that an entry can hold.
  public static let maximumNameLength = 0xFF_FFFF

  let base: Base?
  @usableFromInline let baseCount: Int
  private(set) var addedEntries = Buffer<Entry>()
  private(set) var addedNames = Buffer<UInt8>()
  /// Of the added names, as numbers from the first one.
  private var addedSlots = NameSlots()
  /// The digest of all names, and those before each multiple of `digestStep` that was passed since the base.
  private(set) var digest: UInt64 = 0
  private(set) var addedDigests: [UInt64] = []
  /// What was found last in a few directories: names are mostly asked for again in the order in which they
  /// were added, and looking there first spares the way through the hash table, which a processor's caches
  /// do not hold.
  private var streams = Buffer<Stream>(zeroed: 64)

  /// The order in which names of one directory are asked for.
  private struct Stream {
    var directory: UInt32
    /// The name that was found last, and how far behind the one before it, and that one behind its own: two
    /// names for each target, such as its output and its depfile, come at two distances in turn.
    var last: UInt32
    var distance: UInt32
    var distanceBefore: UInt32
  }
  /// Directories that were found last, by a small hash of the path that led there.
  private var recent: [RecentDirectory] = Array(
    repeating: RecentDirectory(), count: 256)

  private struct RecentDirectory {
    var path: [UInt8] = []
    var start = PathRoot.tree.id
    var directory = PathRoot.tree.id
  }

  /// The absolute path of the project's root, without a slash at the end: an absolute path below it
  /// is one of the tree.
  ///
  /// Empty: absolute paths are taken as they stand.
  public let rootPath: [UInt8]
  /// Whether a path was taken for one of the tree because it begins with `rootPath`.
  public private(set) var hasUsedRootPath = false
  /// Tells of a directory that is spelled as one outside the tree where in the tree it is, if it is the root
  /// or lies in it all the same: through a symbolic link, or mounted there.
  private let placeInTree: (_ directory: [UInt8]) -> [UInt8]?
  /// What it has told; a directory that lies outside stands for itself.
  private var places: [PathID: PathID] = [:]

  /// An empty table with its roots, or one that extends `base`.
  public init(
    base: Base? = nil, rootPath: [UInt8] = [],
    placeInTree: @escaping (_ directory: [UInt8]) -> [UInt8]? = { _ in nil }
  ) {
    self.base = base
    self.rootPath = rootPath
    self.placeInTree = placeInTree
    baseCount = base?.entries.count ?? 0
    if base != nil {
      digest = makeDigest(ofFirst: baseCount) ?? 0
    } else {
      for root in PathRoot.allCases {
        addedEntries.append(
          Entry(parent: UInt32(root.rawValue), nameOffset: 0, length: 0, root: root.rawValue))
        // No name is looked for that is empty.
        addedSlots.append(0, in: 0)
      }
    }
  }

  /// The number of ids given out, roots included.
  public var count: Int { baseCount + addedEntries.count }

  @inline(__always)
  private func entry(_ id: PathID) -> Entry {
    id.index < baseCount
      ? base.unsafelyUnwrapped.entries[id.index] : addedEntries[id.index - baseCount]
  }

  public func root(of id: PathID) -> PathRoot {
    PathRoot(rawValue: entry(id).root).unsafelyUnwrapped
  }

  /// The directory that the name stands in; a root is its own.
  public func parent(of id: PathID) -> PathID { PathID(raw: entry(id).parent) }

  public func isRoot(_ id: PathID) -> Bool { id.index < PathRoot.allCases.count }

  /// The first component of a path; a root is its own.
  ///
  /// O(depth).
  public func top(of id: PathID) -> PathID {
    var top = id
    var parent = parent(of: id)
    while !isRoot(parent) { (top, parent) = (parent, self.parent(of: parent)) }
    return top
  }

  /// Lends the last component of the name, without its directories.
  public func withName<R>(of id: PathID, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
  {
    let entry = entry(id)
    let range = Int(entry.nameOffset)..<Int(entry.nameOffset) + entry.length
    if id.index < baseCount {
      return try body(UnsafeRawBufferPointer(rebasing: base.unsafelyUnwrapped.names[range]))
    }
    return try body(
      UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: addedNames.elements[range])))
  }

  public func name(of id: PathID) -> [UInt8] { withName(of: id) { Array($0) } }

  // MARK: Looking up and adding

  /// The id of `name` in the directory `parent`, if it has one.
  public func find(_ name: UnsafeRawBufferPointer, in parent: PathID) -> PathID? {
    if let id = findNext(name, parent) { return id }
    let hash = Self.hash(name, parent)
    if let id = findInBase(name, parent, hash) { return id }
    guard case .number(let number) = findAdded(name, parent, hash) else { return nil }
    noteFound(PathID(baseCount + number), in: parent)
    return PathID(baseCount + number)
  }

  /// The id of `name` (one component, no slash) in the directory `parent`; added if it is new.
  ///
  /// O(1). A name of more than `maximumNameLength` bytes is cut.
  public func intern(_ name: UnsafeRawBufferPointer, in parent: PathID) -> PathID {
    if let id = findNext(name, parent) { return id }
    let hash = Self.hash(name, parent)
    if let id = findInBase(name, parent, hash) { return id }
    switch findAdded(name, parent, hash) {
    case .number(let number):
      noteFound(PathID(baseCount + number), in: parent)
      return PathID(baseCount + number)
    case .group(let group): return add(name, parent, hash, in: group)
    }
  }

  public func intern(_ name: [UInt8], in parent: PathID) -> PathID {
    name.withUnsafeBytes { intern($0, in: parent) }
  }

  /// The id of a whole path, normalised lexically (`./a//b/../c` is `a/c`), relative to
  /// `directory`.
  ///
  /// A slash at the end is dropped.
  public func intern(path: UnsafeRawBufferPointer, relativeTo directory: PathID = PathRoot.tree.id)
    -> PathID
  {
    if !rootPath.isEmpty, path.count == rootPath.count, Self.isBelow(rootPath, path) {
      hasUsedRootPath = true
      return PathRoot.tree.id
    }
    var nameStart = path.count
    while nameStart > 0, path[nameStart - 1] != UInt8(ascii: "/") { nameStart -= 1 }
    let name = UnsafeRawBufferPointer(rebasing: path[nameStart...])
    if nameStart == 0 { return step(from: directory, name) }
    return step(
      from: internDirectory(UnsafeRawBufferPointer(rebasing: path[..<nameStart]), directory), name)
  }

  /// Paths that follow each other are mostly of few directories.
  ///
  /// `path` ends in a slash.
  private func internDirectory(_ path: UnsafeRawBufferPointer, _ start: PathID) -> PathID {
    // Directories that are used in turn differ mostly in their last bytes.
    var tail = UInt64(path.count)
    for index in max(path.count - 5, 0)..<path.count { tail = tail << 8 | UInt64(path[index]) }
    let index = Int((tail &* 0x9E37_79B9_7F4A_7C15) >> 56)
    if recent[index].start == start, recent[index].path.count == path.count,
      recent[index].path.withUnsafeBytes({ areEqual($0, path) })
    {
      return recent[index].directory
    }
    let directory = inTree(walk(path, from: start))
    recent[index].path.removeAll(keepingCapacity: true)
    recent[index].path.append(contentsOf: path)
    recent[index].start = start
    recent[index].directory = directory
    return directory
  }

  private func walk(_ path: UnsafeRawBufferPointer, from directory: PathID) -> PathID {
    var current = directory
    var position = 0
    if path.first == UInt8(ascii: "/") {
      if !rootPath.isEmpty, Self.isBelow(rootPath, path) {
        hasUsedRootPath = true
        current = PathRoot.tree.id
        position = rootPath.count
      } else {
        current = PathRoot.fileSystem.id
      }
    }
    while position < path.count {
      var end = position
      while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
      current = step(from: current, UnsafeRawBufferPointer(rebasing: path[position..<end]))
      position = end + 1
    }
    return current
  }

  // MARK: Other names of the tree

  /// The directory as one of the tree, where it is one that is spelled otherwise: by the way through a
  /// symbolic link, by the place where it is mounted too, or as `../project/src`.
  public func inTree(_ directory: PathID) -> PathID {
    guard isSpelledOutside(directory) else { return directory }
    if let known = places[directory] { return known }
    let place = placeInTree(text(of: directory)).map { intern(path: $0) } ?? directory
    places[directory] = place
    return place
  }

  /// What `inTree` was asked so far, with its answers.
  public var placesAsked: [(directory: PathID, place: PathID)] {
    places.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// O(depth).
  private func isSpelledOutside(_ path: PathID) -> Bool {
    if isRoot(path) { return path == PathRoot.fileSystem.id }
    let top = top(of: path)
    return parent(of: top) == PathRoot.fileSystem.id
      || parent(of: top) == PathRoot.tree.id && withName(of: top, Self.isParentStep)
  }

  public func intern(path: [UInt8], relativeTo directory: PathID = PathRoot.tree.id) -> PathID {
    path.withUnsafeBytes { intern(path: $0, relativeTo: directory) }
  }

  public func intern(path: ArraySlice<UInt8>, relativeTo directory: PathID = PathRoot.tree.id)
    -> PathID
  {
    path.withUnsafeBytes { intern(path: $0, relativeTo: directory) }
  }

  private func step(from directory: PathID, _ component: UnsafeRawBufferPointer) -> PathID {
    if component.isEmpty || (component.count == 1 && component[0] == UInt8(ascii: ".")) {
      return directory
    }
    guard Self.isParentStep(component) else { return intern(component, in: directory) }
    if directory == PathRoot.tree.id { return intern(component, in: directory) }
    if isRoot(directory) { return directory }
    if withName(of: directory, Self.isParentStep) { return intern(component, in: directory) }
    return parent(of: directory)
  }

  public static func isParentStep(_ name: UnsafeRawBufferPointer) -> Bool {
    name.count == 2 && name[0] == UInt8(ascii: ".") && name[1] == UInt8(ascii: ".")
  }

  private static func isBelow(_ directory: [UInt8], _ path: UnsafeRawBufferPointer) -> Bool {
    guard path.count >= directory.count else { return false }
    guard path.count == directory.count || path[directory.count] == UInt8(ascii: "/") else {
      return false
    }
    return directory.elementsEqual(path[0..<directory.count])
  }

  // MARK: Text

  /// Appends the path as a user reads it: `src/a.c`, `/usr/bin/cc`, `..`/`x`, `.` for the root; a
  /// variable, value or task as its name below its Schedfile's directory.
  public func append(_ id: PathID, to text: inout [UInt8]) {
    withText(of: id) { text.append(contentsOf: $0) }
  }

  public func append(_ id: PathID, to text: inout Buffer<UInt8>) {
    text.append(count: length(of: id)) { write(id, to: UnsafeMutableRawBufferPointer($0)) }
  }

  /// Lends the text that `append` adds, with a NUL behind its last byte, as the system reads it.
  ///
  /// Nothing is allocated.
  public func withText(of id: PathID, _ body: (UnsafeRawBufferPointer) -> Void) {
    let length = length(of: id)
    withUnsafeTemporaryAllocation(byteCount: length + 1, alignment: 1) { memory in
      let text = UnsafeMutableRawBufferPointer(rebasing: memory[..<length])
      write(id, to: text)
      memory[length] = 0
      body(UnsafeRawBufferPointer(text))
    }
  }

  /// How long the path's text is.
  private func length(of id: PathID) -> Int {
    if isRoot(id) { return id == PathRoot.tree.id || id == PathRoot.fileSystem.id ? 1 : 0 }
    var length = 0
    var ancestor = id
    while !isRoot(ancestor) {
      let entry = entry(ancestor)
      length += entry.length + 1
      ancestor = PathID(raw: entry.parent)
    }
    return ancestor == PathRoot.fileSystem.id ? length : length - 1
  }

  /// Writes the path's text, which is as long as `text`, from the back, so that no list of the ancestors
  /// is needed.
  private func write(_ id: PathID, to text: UnsafeMutableRawBufferPointer) {
    if id == PathRoot.tree.id { text[0] = UInt8(ascii: ".") }
    if id == PathRoot.fileSystem.id { text[0] = UInt8(ascii: "/") }
    var end = text.count
    var ancestor = id
    while !isRoot(ancestor) {
      let entry = entry(ancestor)
      end -= entry.length
      let names =
        ancestor.index < baseCount
        ? base.unsafelyUnwrapped.names : UnsafeRawBufferPointer(addedNames.elements)
      let start = Int(entry.nameOffset)
      UnsafeMutableRawBufferPointer(rebasing: text[end..<end + entry.length])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: names[start..<start + entry.length]))
      if end > 0 {
        end -= 1
        text[end] = UInt8(ascii: "/")
      }
      ancestor = PathID(raw: entry.parent)
    }
  }

  public func text(of id: PathID) -> [UInt8] {
    var text: [UInt8] = []
    append(id, to: &text)
    return text
  }

  /// For messages: bytes that are no UTF-8 are replaced.
  public func string(of id: PathID) -> String { printable(text(of: id)) }

  /// Whether `id` is `directory` or lies below it.
  ///
  /// O(depth).
  public func isWithin(_ id: PathID, _ directory: PathID) -> Bool {
    var ancestor = id
    while ancestor != directory {
      if isRoot(ancestor) { return false }
      ancestor = parent(of: ancestor)
    }
    return true
  }

  /// The directories that the name lies in, the nearest first, roots left out.
  public func forEachAncestor(of id: PathID, _ body: (PathID) -> Void) {
    var ancestor = parent(of: id)
    while !isRoot(ancestor) {
      body(ancestor)
      ancestor = parent(of: ancestor)
    }
  }

  /// The nearest directory above `id` that is wanted.
  ///
  /// O(depth).
  public func ancestor(of id: PathID, where isWanted: (PathID) -> Bool) -> PathID? {
    var ancestor = parent(of: id)
    while !isRoot(ancestor) {
      if isWanted(ancestor) { return ancestor }
      ancestor = parent(of: ancestor)
    }
    return nil
  }

  // MARK: The hash table

  @inline(__always)
  static func hash(_ name: UnsafeRawBufferPointer, _ parent: PathID) -> UInt64 {
    XXH3_64bits_withSeed(name.baseAddress, name.count, UInt64(parent.raw))
  }

  /// Looks where the name is if names are asked for in the order of their ids.
  @inline(__always)
  private func findNext(_ name: UnsafeRawBufferPointer, _ parent: PathID) -> PathID? {
    let index = parent.index & 63
    let stream = streams[index]
    let next = stream.last &+ stream.distanceBefore
    guard stream.directory == parent.raw, Int(next) < count,
      equals(PathID(raw: next), name, parent)
    else { return nil }
    streams[index] = Stream(
      directory: parent.raw, last: next, distance: stream.distanceBefore,
      distanceBefore: stream.distance)
    return PathID(raw: next)
  }

  /// Found by its hash.
  private func noteFound(_ id: PathID, in parent: PathID) {
    let index = parent.index & 63
    let stream = streams[index]
    let isSame = stream.directory == parent.raw
    streams[index] = Stream(
      directory: parent.raw, last: id.raw, distance: isSame ? id.raw &- stream.last : 1,
      distanceBefore: isSame ? stream.distance : 1)
  }

  private func findInBase(_ name: UnsafeRawBufferPointer, _ parent: PathID, _ hash: UInt64)
    -> PathID?
  {
    guard let base, !base.slots.isEmpty, parent.index < baseCount else { return nil }
    let mask = base.slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while base.slots[slot] != 0 {
      let id = PathID(raw: base.slots[slot] - 1)
      if equals(id, name, parent) {
        noteFound(id, in: parent)
        return id
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private func findAdded(_ name: UnsafeRawBufferPointer, _ parent: PathID, _ hash: UInt64)
    -> NameSlots.Place
  {
    addedSlots.find(UInt32(truncatingIfNeeded: hash)) {
      equals(PathID(baseCount + $0), name, parent)
    }
  }

  @inline(__always)
  private func equals(_ id: PathID, _ name: UnsafeRawBufferPointer, _ parent: PathID) -> Bool {
    let entry = entry(id)
    guard entry.parent == parent.raw, entry.length == name.count else { return false }
    return withName(of: id) { areEqual($0, name) }
  }

  private func add(
    _ name: UnsafeRawBufferPointer, _ parent: PathID, _ hash: UInt64, in group: Int
  ) -> PathID {
    // No file has such a name: who looks for one by the part that is kept is told so by the system.
    guard name.count <= Self.maximumNameLength else {
      return intern(UnsafeRawBufferPointer(rebasing: name[..<Self.maximumNameLength]), in: parent)
    }
    let id = PathID(count)
    addedEntries.append(
      Entry(
        parent: parent.raw, nameOffset: UInt32(addedNames.count), length: name.count,
        root: entry(parent).root))
    addedNames.append(contentsOf: name.assumingMemoryBound(to: UInt8.self))
    addedSlots.append(UInt32(truncatingIfNeeded: hash), in: group)
    digest = Self.extend(digest, by: hash)
    if count % Self.digestStep == 0 { addedDigests.append(digest) }
    return id
  }
}
