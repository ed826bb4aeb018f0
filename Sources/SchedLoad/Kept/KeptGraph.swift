import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// An evaluated project as a file of `.sched`, with the questions that its evaluation asked: used
/// instead of evaluating while all their answers are the same.
///
/// Layout: 8 bytes `schedGR1`, a checksum of the rest, the stamp, then questions and columns as
/// `Questions` and `Graph` write them. The stamp tells the program and the path table that the
/// numbers are of; with another one, or damaged, the file is as if it were not there.
public struct KeptGraph {
  /// The file, from the root.
  public var file: [UInt8]
  /// Of the program that wrote it and the state whose path table it uses.
  public var stamp: [UInt8]

  private static let magic = Array("schedGR1".utf8)
  /// So many graphs are kept, those that were used last.
  private static let most = 4

  public init(file: [UInt8], stamp: [UInt8]) {
    self.file = file
    self.stamp = stamp
  }

  // MARK: Reading

  /// The project as it was kept, if it still is that.
  func load(
    _ request: LoadRequest, _ paths: PathTable, isLeftover: @escaping (PathID) -> Bool
  ) -> Loaded? {
    guard let bytes = try? Files.read(file), bytes.count > 16, bytes[..<8].elementsEqual(Self.magic)
    else { return nil }
    do throws(ByteReader.Malformed) {
      var reader = ByteReader(bytes[8...])
      let checksum = try reader.read(UInt64.self)
      guard bytes[16...].withUnsafeBytes({ Checksum.of($0) }) == checksum,
        try reader.readBytes().elementsEqual(stamp)
      else { return nil }
      var questions = try Questions(from: &reader)
      var loaded = Loaded(graph: try Graph(from: &reader), source: RuleSource(paths) { nil })
      try loaded.decode(from: &reader)
      let world = World(environment: request.environment, paths: paths)
      var isRenewed = false
      guard
        questions.isStillTrue(
          world, loaded.graph, paths, isLeftover: isLeftover, isRenewed: &isRenewed)
      else { return nil }
      guard loaded.readSources() else { return nil }
      loaded.questions = questions
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
  /// The paths it names must be in the state by now. What cannot be written is no error: the next
  /// run evaluates again.
  public func save(_ loaded: Loaded) {
    guard loaded.isWorthKeeping else { return }
    var body = ByteWriter()
    body.write(bytes: stamp)
    loaded.questions.encode(to: &body)
    loaded.graph.encode(to: &body)
    loaded.encode(to: &body)
    var writer = ByteWriter()
    writer.bytes = Self.magic
    writer.write(body.bytes.withUnsafeBytes { Checksum.of($0) })
    writer.bytes += body.bytes
    let temporary = file + Array(".new".utf8)
    do throws(SystemError) {
      try Files.write(writer.bytes, to: temporary)
      try Files.rename(temporary, to: file)
      try removeOldest()
    } catch {
      try? Files.remove(temporary)
    }
  }

  private func removeOldest() throws(SystemError) {
    let directory = Array(file[..<(file.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
    let names = try Files.list(directory).map(\.name).filter { $0.starts(with: "graph-".utf8) }
    guard names.count > Self.most else { return }
    let dated = names.map { name -> (path: [UInt8], time: Int64) in
      let path = directory + [UInt8(ascii: "/")] + name
      return (path, (try? FileStatus.of(path, followingLinks: false))?.signature.modified ?? 0)
    }
    for old in dated.sorted(by: { $0.time > $1.time }).dropFirst(Self.most) {
      try Files.remove(old.path)
    }
  }
}

/// The rules of a project: at hand, or evaluated when they are asked for the first time.
final class RuleSource {
  var evaluate: () -> RuleTable?
  private lazy var table = evaluate()
  /// What rules make; a path that fits none of them is not asked for.
  var patterns: [PercentPattern] = []

  private let paths: PathTable

  init(_ paths: PathTable, _ evaluate: @escaping () -> RuleTable?) {
    self.paths = paths
    self.evaluate = evaluate
  }

  func rules(for path: PathID) -> RuleTable? {
    guard !patterns.isEmpty else { return nil }
    let text = paths.text(of: path)
    return patterns.contains { $0.stem(of: text) != nil } ? table : nil
  }

  var all: RuleTable? { table }
}
