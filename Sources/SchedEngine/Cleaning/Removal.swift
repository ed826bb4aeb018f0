import SchedBase
import SchedGraph
import SchedSystem

/// Takes away what earlier builds made, and nothing else: outputs that are as they were made, their
/// depfiles, and the directories that this leaves empty.
///
/// What was edited stays, and so does what lies outside the tree, unless the graph says itself that it is made there.
///
/// The working directory is the project's root.
public struct Removal {
  /// What was removed, or would be: in order, directories with a slash at the end.
  public private(set) var removed: [[UInt8]] = []
  /// What lies in the place of outputs and is not as sched made it: it was edited since, or somebody
  /// put it there.
  public private(set) var kept: [[UInt8]] = []
  /// What only the state says, and lies outside the tree or is not for sched to touch.
  public private(set) var outside: [[UInt8]] = []
  public private(set) var problems: [Diagnostic] = []

  private let state: State
  private let isDryRun: Bool
  /// Without the slash of directories.
  private var gone: Set<[UInt8]> = []
  private var parents: Set<PathID> = []
  private var bounds = TreeBounds()

  public init(state: State, isDryRun: Bool = false) {
    self.state = state
    self.isDryRun = isDryRun
  }

  /// Removes what the records' actions made.
  ///
  /// A record of which nothing is left is forgotten.
  public mutating func remove(_ records: [RecordID], declaredBy graph: borrowing Graph) {
    for record in records {
      var isWhole = true
      for output in state.outputs(of: record) {
        let isDeclared = graph.producer(of: output.path) != nil
        isWhole = remove(output, of: record, isDeclared: isDeclared) && isWhole
      }
      if let depfile = depfile(of: record) {
        let makers = state.outputs(of: record).compactMap { graph.producer(of: $0.path) }
        removeDepfile(
          depfile, of: record,
          isDeclared: makers.contains { graph.actions[$0].depfile == depfile })
      }
      if isWhole, !isDryRun { state.forget(record) }
    }
    removeEmptyDirectories()
  }

  /// Returns whether nothing of the output is left.
  private mutating func remove(_ output: OutputRecord, of record: RecordID, isDeclared: Bool)
    -> Bool
  {
    guard state.owner(of: output.path) == record else { return true }
    let path = state.paths.text(of: output.path)
    do throws(SystemError) {
      let kind = try FileStatus.of(path, followingLinks: false).kind
      if kind == .missing { return true }
      guard isDeclared || bounds.hold(output.path, state.paths) else {
        outside.append(path)
        return false
      }
      guard state.isOurs(output.path, state.ownership(of: output.path)) else {
        kept.append(path)
        return false
      }
      try take(path, output.path, isDirectory: kind == .directory)
      return true
    } catch {
      problems.append(.error(error.message))
      return false
    }
  }

  private mutating func removeDepfile(
    _ depfile: PathID, of record: RecordID, isDeclared: Bool
  ) {
    let path = state.paths.text(of: depfile)
    do throws(SystemError) {
      guard try FileStatus.of(path, followingLinks: false).kind == .regular, !gone.contains(path)
      else { return }
      guard isDeclared || bounds.hold(depfile, state.paths) else {
        outside.append(path)
        return
      }
      guard state.isOurs(depfile, state.ownership(ofDepfile: depfile, record)) else {
        kept.append(path)
        return
      }
      try take(path, depfile, isDirectory: false)
    } catch {
      problems.append(.error(error.message))
    }
  }

  private mutating func take(_ path: [UInt8], _ id: PathID, isDirectory: Bool)
    throws(SystemError)
  {
    if !isDryRun {
      if isDirectory { try Files.removeTree(path) } else { try Files.remove(path) }
    }
    note(path, isDirectory: isDirectory)
    parents.insert(state.paths.parent(of: id))
  }

  private mutating func note(_ path: [UInt8], isDirectory: Bool) {
    gone.insert(path)
    removed.append(isDirectory ? path + [UInt8(ascii: "/")] : path)
  }

  private func depfile(of record: RecordID) -> PathID? {
    (try? FactRecord(decoding: state.facts(of: record)))?.depfile
  }

  // MARK: Directories

  /// Removes directories of the tree that held what is gone and hold nothing now, inner ones first.
  private mutating func removeEmptyDirectories() {
    var pending = parents.filter(isInTree).sorted { depth($0) > depth($1) }
    parents.removeAll()
    while !pending.isEmpty {
      let directory = pending.removeFirst()
      let path = state.paths.text(of: directory)
      guard !gone.contains(path), isEmpty(path) else { continue }
      if !isDryRun, (try? Files.removeDirectory(path)) == nil { continue }
      note(path, isDirectory: true)
      let parent = state.paths.parent(of: directory)
      guard isInTree(parent), !pending.contains(parent) else { continue }
      let place = pending.firstIndex { depth($0) < depth(parent) } ?? pending.endIndex
      pending.insert(parent, at: place)
    }
  }

  /// Below the root: not the root itself, and nothing outside.
  private func isInTree(_ path: PathID) -> Bool {
    guard state.paths.root(of: path) == .tree, !state.paths.isRoot(path) else { return false }
    return !state.paths.text(of: path).starts(with: Array("../".utf8))
      && state.paths.name(of: path) != Array("..".utf8)
  }

  private func depth(_ path: PathID) -> Int {
    state.paths.text(of: path).count { $0 == UInt8(ascii: "/") }
  }

  private func isEmpty(_ directory: [UInt8]) -> Bool {
    // A link to a directory is not sched's.
    guard (try? FileStatus.of(directory, followingLinks: false))?.kind == .directory,
      let entries = try? Files.list(directory)
    else { return false }
    return entries.allSatisfy { gone.contains(directory + [UInt8(ascii: "/")] + $0.name) }
  }
}
