import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// An evaluated project as a file of `.sched`, with the questions that its evaluation asked: used
/// instead of evaluating while all their answers are the same.
///
/// Layout: 8 bytes `schedGR6`, a checksum of all after it; the length of the head; the head, which is
/// its own checksum, the stamp, how many paths there were and their digest, and the questions as
/// `Questions` writes them; then the columns as `Graph` writes them. The stamp tells the program and the
/// state. The numbers in it are of paths: with another program, or in a table whose first paths are others, the
/// file is as if it were not there, and so is a damaged one.
///
/// Columns are taken as they lie, so only what this machine wrote here is read (`FileSeal`): not what was
/// copied or restored.
public struct KeptGraph {
  /// The file, from the root.
  public var file: [UInt8]
  /// Of the program that wrote it and the state whose path table it uses.
  public var stamp: [UInt8]

  private static let magic = Array("schedGR6".utf8)
  /// Behind the magic and the checksum.
  private static let checkedStart = 16
  private static let headerSize = 20
  /// So many graphs are kept, those that were used last.
  private static let most = 4

  public init(file: [UInt8], stamp: [UInt8]) {
    self.file = file
    self.stamp = stamp
  }

  /// Where the mark of builds with this graph is kept that found nothing to do.
  public var mark: [UInt8] { Self.mark(of: file) }

  private static func mark(of file: [UInt8]) -> [UInt8] { file + Array(".mark".utf8) }

  // MARK: Reading

  /// Tells the graph that is kept, if without a look at it all questions have the answers that they
  /// had; nil says nothing.
  ///
  /// O(questions).
  public func identityIfCertain(
    _ request: LoadRequest, _ paths: PathTable, made: some MadeFiles
  ) -> [UInt8]? {
    guard let mapped = try? MappedFile(own: file) else { return nil }
    let bytes = UnsafeRawBufferPointer(mapped.bytes)
    guard FileSeal.holds(file, mapped.signature), var head = head(of: bytes, paths) else {
      return nil
    }
    let world = World(environment: request.environment, paths: paths)
    guard let questions = try? Questions(from: &head),
      !request.allowsLeftovers || questions.leftovers.isEmpty,
      questions.isCertainlyTrue(world, paths, isLeftover: made.isMadeAndUnedited)
    else { return nil }
    return Array(bytes[..<Self.headerSize])
  }

  /// The questions of the file, if it is whole so far, of this stamp, and of this table's paths.
  private func head(of bytes: UnsafeRawBufferPointer, _ paths: PathTable) -> ByteReader? {
    guard bytes.count >= Self.headerSize, bytes[..<8].elementsEqual(Self.magic) else { return nil }
    let length = Int(bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    guard length >= 8, length <= bytes.count - Self.headerSize else { return nil }
    let head = bytes[Self.headerSize..<Self.headerSize + length]
    var reader = ByteReader(Array(head))
    guard let checksum = try? reader.read(UInt64.self),
      Checksum.of(UnsafeRawBufferPointer(rebasing: head.dropFirst(8))) == checksum,
      let found = try? reader.readBytes(), found.elementsEqual(stamp),
      let count = try? reader.read(UInt32.self), let digest = try? reader.read(UInt64.self),
      paths.digest(ofFirst: Int(count)) == digest
    else { return nil }
    return reader
  }

  /// The project as it was kept, if it still is that.
  func load(
    _ request: LoadRequest, _ paths: PathTable, isLeftover: @escaping (PathID) -> Bool
  ) -> Loaded? {
    guard let mapped = try? MappedFile(own: file) else { return nil }
    let bytes = UnsafeRawBufferPointer(mapped.bytes)
    guard FileSeal.holds(file, mapped.signature), var head = head(of: bytes, paths),
      Checksum.of(UnsafeRawBufferPointer(rebasing: bytes[Self.checkedStart...]))
        == bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    else { return nil }
    mapped.letGo(0..<bytes.count)
    do throws(ByteReader.Malformed) {
      var questions = try Questions(from: &head)
      let start = Self.headerSize + Int(bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
      // What was copied out need not be in memory twice.
      var reader = ColumnReader(UnsafeRawBufferPointer(rebasing: bytes[start...]), of: mapped) {
        mapped.letGo(start + $0.lowerBound..<start + $0.upperBound)
      }
      var loaded = Loaded(graph: try Graph(from: &reader), source: RuleSource(paths) { nil })
      try loaded.decode(from: &reader)
      let world = World(environment: request.environment, paths: paths)
      var isRenewed = false
      guard
        questions.isStillTrue(
          world, loaded.graph, paths, isLeftover: isLeftover, isRenewed: &isRenewed)
      else { return nil }
      guard loaded.readSources() else { return nil }
      // Rules would take what they did not see.
      if request.allowsLeftovers, !questions.leftovers.isEmpty { return nil }
      loaded.questions = questions
      loaded.wasEvaluated = false
      loaded.isWorthKeeping = isRenewed
      loaded.source.evaluate = { evaluateAll(request, paths, isLeftover).rules }
      return loaded
    } catch {
      return nil
    }
  }

  // MARK: Writing

  /// Keeps a project that was loaded, if it is not kept as it is already.
  ///
  /// The first `count` paths are in the state's files, and the project names no others. What cannot be
  /// written is no error: the next run evaluates again.
  public func save(_ loaded: Loaded, _ paths: PathTable, count: Int) {
    guard loaded.isWorthKeeping, let digest = paths.digest(ofFirst: count) else { return }
    var head = ByteWriter()
    head.write(bytes: stamp)
    head.write(UInt32(count))
    head.write(digest)
    loaded.questions.encode(to: &head)
    do throws(SystemError) {
      try Files.writeWhole(to: file) { file in write(head.bytes, loaded, to: file) }
      try FileSeal.write(for: file)
      try removeOldest()
    } catch {}
  }

  /// What is written behind the checksum, and the checksum.
  private final class Output {
    private let file: Descriptor
    private var sum = HashStream()
    private var failure: SystemError?

    init(_ file: consuming Descriptor) {
      self.file = file
      self.file.seek(to: UInt64(KeptGraph.checkedStart))
    }

    func add(_ bytes: UnsafeRawBufferPointer) {
      sum.add(bytes)
      if failure == nil { failure = file.write(bytes).error }
    }

    /// Writes what comes before; gives the error of a write that failed.
    func finish() -> SystemError? {
      var all = HashStream()
      swap(&all, &sum)
      var start = ByteWriter()
      start.bytes = KeptGraph.magic
      start.write(all.checksum())
      file.seek(to: 0)
      return failure ?? start.bytes.withUnsafeBytes { file.write($0).error }
    }
  }

  private func write(_ head: [UInt8], _ loaded: Loaded, to file: consuming Descriptor)
    -> SystemError?
  {
    let output = Output(file)
    var writer = ColumnWriter { output.add($0) }
    writer.short.write(UInt32(8 + head.count))
    writer.short.write(head.withUnsafeBytes { Checksum.of($0) })
    writer.short.bytes += head
    loaded.graph.encode(to: &writer)
    loaded.encode(to: &writer)
    writer.flush()
    return output.finish()
  }

  private func removeOldest() throws(SystemError) {
    let directory = Array(file[..<(file.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
    let names = try Files.list(directory).map(\.name).filter {
      $0.starts(with: "graph-".utf8) && !$0.contains(UInt8(ascii: "."))
    }
    guard names.count > Self.most else { return }
    let dated = names.map { name -> (path: [UInt8], time: Int64) in
      let path = directory + [UInt8(ascii: "/")] + name
      return (path, (try? FileStatus.of(path, followingLinks: false))?.signature.modified ?? 0)
    }
    for old in dated.sorted(by: { $0.time > $1.time }).dropFirst(Self.most) {
      try Files.remove(old.path)
      try? Files.remove(Self.mark(of: old.path))
      try? Files.remove(FileSeal.path(of: old.path))
    }
  }
}

/// The rules of a project: at hand, or evaluated when they are asked for the first time.
final class RuleSource {
  var evaluate: () -> RuleTable?
  private lazy var table = evaluate()
  /// What rules make; a path that fits none of them is not asked for.
  var patterns: [PercentPattern] = []

  /// Whether the rules were looked into.
  private(set) var wasAsked = false

  private let paths: PathTable

  init(_ paths: PathTable, _ evaluate: @escaping () -> RuleTable?) {
    self.paths = paths
    self.evaluate = evaluate
  }

  func rules(for path: PathID) -> RuleTable? {
    guard !patterns.isEmpty else { return nil }
    // Most names have another ending: that is seen without the whole path.
    let mayFit = paths.withName(of: path) { name in
      patterns.contains { $0.mayEnd(name) }
    }
    guard mayFit else { return nil }
    let text = paths.text(of: path)
    return patterns.contains { $0.stem(of: text[...]) != nil } ? all : nil
  }

  var all: RuleTable? {
    wasAsked = true
    return table
  }
}
