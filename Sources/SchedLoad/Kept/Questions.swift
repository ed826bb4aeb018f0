import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// What an evaluation asked the outside, with the answers: while all are the same, the graph is.
struct Questions {
  /// A file or directory that was read, and what identified it.
  struct Source {
    var path: PathID
    var signature: Signature
    /// Old enough that an equal signature means an equal content.
    var isSettled: Bool
    /// Of a file its content; of a directory the names and kinds in it, less what the graph makes.
    var digest: Digest
    /// The same with what the graph makes.
    var wholeDigest: Digest
  }

  var files: [Source] = []
  var directories: [Source] = []
  var variables: [[UInt8]: [UInt8]?] = [:]
  var programs: [[UInt8]: [UInt8]?] = [:]
  var commands: [(command: [UInt8], directory: PathID, output: Digest)] = []
  /// What links led to.
  var kinds: [(path: PathID, kind: FileStatus.Kind)] = []
  /// Leftovers of earlier graphs that globs did not show.
  var leftovers: [PathID] = []
  /// Files that globs showed; one that is made by another graph, or becomes again what a build made,
  /// is shown no more.
  var shown: [PathID] = []
  /// Where directories were in the tree, or that they lay outside, that are spelled as outside.
  var places: [(directory: PathID, place: PathID)] = []
  /// The root's path, where a path was told by it to be one of the tree; else empty.
  var rootPath: [UInt8] = []

  /// A time of change this far back cannot hide a later one, whatever the clock of the file system:
  /// nanoseconds.
  static let margin: Int64 = 2_100_000_000

  static func isSettled(_ signature: Signature) -> Bool {
    signature.changed != .min
      && signature.changed.addingClamped(margin) < Int64(clamping: Clock.wall())
  }

  // MARK: Directories

  /// The names and kinds in a directory.
  static func digest(of listing: DirectoryListing) -> Digest {
    var hasher = FactHasher()
    for index in listing.indices {
      listing.name(at: index).withUnsafeBytes { hasher.add(listing[index].rawValue, $0) }
    }
    return hasher.digest
  }

  /// The same, less what `graph` makes.
  static func digest(
    of listing: DirectoryListing, in directory: PathID, _ graph: Graph, _ paths: PathTable
  ) -> Digest {
    var hasher = FactHasher()
    for index in listing.indices {
      listing.name(at: index).withUnsafeBytes { name in
        if let path = paths.find(name, in: directory), isMade(path, graph, paths) { return }
        hasher.add(listing[index].rawValue, name)
      }
    }
    return hasher.digest
  }

  /// Made by the graph, a directory that holds something made, or a depfile.
  private static func isMade(_ path: PathID, _ graph: Graph, _ paths: PathTable) -> Bool {
    graph.producer(of: path) != nil || paths.withName(of: path) { $0.elementsEqual(ownDirectory) }
  }

  static let ownDirectory = Array(".sched".utf8)

  // MARK: Asking again

  /// Whether all answers are still the same.
  ///
  /// Sources whose signature is another but whose content is the same get the new signature;
  /// `isRenewed` says that there were any.
  mutating func isStillTrue(
    _ world: World, _ graph: Graph, _ paths: PathTable, isLeftover: (PathID) -> Bool,
    isRenewed: inout Bool
  ) -> Bool {
    guard answersAreSame(world, paths, isLeftover: isLeftover) else { return false }
    for index in files.indices {
      guard
        check(
          &files[index], paths, &isRenewed,
          Self.contentDigest)
      else { return false }
    }
    for index in directories.indices {
      let path = directories[index].path
      guard
        check(
          &directories[index], paths, &isRenewed,
          { text in
            Self.digest(of: Self.list(text), in: path, graph, paths)
          })
      else { return false }
    }
    return commandsPrintTheSame(world)
  }

  /// Whether all answers are the same, as far as that can be told without the graph: in a directory
  /// that was looked into, what the graph makes must be there as it was, too.
  func isCertainlyTrue(_ world: World, _ paths: PathTable, isLeftover: (PathID) -> Bool) -> Bool {
    func isUnchanged(_ source: Source, _ digest: ([UInt8]) -> Digest?) -> Bool {
      let text = paths.text(of: source.path)
      let status = (try? FileStatus.of(text, followingLinks: true)) ?? .missing
      if source.isSettled, status.signature == source.signature { return true }
      return digest(text) == source.wholeDigest
    }
    return answersAreSame(world, paths, isLeftover: isLeftover)
      && files.allSatisfy { isUnchanged($0, Self.contentDigest) }
      && directories.allSatisfy { isUnchanged($0) { Self.digest(of: Self.list($0)) } }
      && commandsPrintTheSame(world)
  }

  private static func contentDigest(_ file: [UInt8]) -> Digest? {
    (try? Files.read(file)).map { Digest(of: $0) }
  }

  /// Nothing where there is no directory.
  private static func list(_ directory: [UInt8]) -> DirectoryListing {
    (try? DirectoryListing(of: directory)) ?? DirectoryListing()
  }

  private func answersAreSame(
    _ world: World, _ paths: PathTable, isLeftover: (PathID) -> Bool
  ) -> Bool {
    guard rootPath.isEmpty || rootPath == paths.rootPath else { return false }
    for (directory, place) in places where paths.inTree(directory) != place { return false }
    for (name, value) in variables where world.environment[name] != value { return false }
    for (name, value) in programs where world.program(name) != value { return false }
    for (path, kind) in kinds where world.kind(of: path) != kind { return false }
    return leftovers.allSatisfy(isLeftover) && !shown.contains(where: isLeftover)
  }

  private func commandsPrintTheSame(_ world: World) -> Bool {
    for (command, directory, output) in commands {
      guard let text = try? world.output(ofCommand: command, in: directory),
        Digest(of: text) == output
      else { return false }
    }
    return true
  }

  private func check(
    _ source: inout Source, _ paths: PathTable, _ isRenewed: inout Bool,
    _ digest: ([UInt8]) -> Digest?
  ) -> Bool {
    let text = paths.text(of: source.path)
    let status = (try? FileStatus.of(text, followingLinks: true)) ?? .missing
    if status.signature == source.signature, source.isSettled { return true }
    let isSettled = Self.isSettled(status.signature)
    guard digest(text) == source.digest else { return false }
    if status.signature != source.signature || isSettled {
      source.signature = status.signature
      source.isSettled = isSettled
      isRenewed = true
    }
    return true
  }
}

extension Questions {
  func encode(to writer: inout ByteWriter) {
    writer.write(column: files)
    writer.write(column: directories)
    writer.write(map: variables)
    writer.write(map: programs)
    writer.write(UInt32(commands.count))
    for (command, directory, output) in commands {
      writer.write(bytes: command)
      writer.write(column: [directory])
      writer.write(column: [output])
    }
    writer.write(column: kinds)
    writer.write(column: leftovers)
    writer.write(column: shown)
    writer.write(column: places)
    writer.write(bytes: rootPath)
  }

  init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
    files = try reader.readColumn()
    directories = try reader.readColumn()
    variables = try reader.readMap()
    programs = try reader.readMap()
    for _ in 0..<(try reader.readCount(ofSize: 12)) {
      let command = Array(try reader.readBytes())
      guard let directory = try reader.readColumn(of: PathID.self).first,
        let output = try reader.readColumn(of: Digest.self).first
      else { throw ByteReader.Malformed() }
      commands.append((command, directory, output))
    }
    kinds = try reader.readColumn()
    leftovers = try reader.readColumn()
    shown = try reader.readColumn()
    places = try reader.readColumn()
    rootPath = Array(try reader.readBytes())
  }
}

extension ByteWriter {
  fileprivate mutating func write(map: [[UInt8]: [UInt8]?]) {
    write(UInt32(map.count))
    for (name, value) in map {
      write(bytes: name)
      write(value != nil)
      if let value { write(bytes: value) }
    }
  }
}

extension ByteReader {
  fileprivate mutating func readMap() throws(Malformed) -> [[UInt8]: [UInt8]?] {
    var map: [[UInt8]: [UInt8]?] = [:]
    for _ in 0..<(try readCount(ofSize: 5)) {
      let name = Array(try readBytes())
      map.updateValue(try readFlag() ? Array(try readBytes()) : nil, forKey: name)
    }
    return map
  }
}
