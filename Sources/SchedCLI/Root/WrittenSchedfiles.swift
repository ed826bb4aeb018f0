import SchedBase
import SchedSyntax
import SchedSystem

/// The Schedfiles that one reads, as far as `include` and `subdir` have their names written out.
///
/// Nothing is evaluated: all branches are followed, and of names that would have to be found by running
/// or asking something it is told that they are not known.
struct WrittenSchedfiles {
  /// From the root, in the order in which they are read; the first one is the root's.
  private(set) var files: [PathID] = []
  /// Words whose files are not known.
  private(set) var unknown: [SourceRange] = []
  private(set) var sources = SourceMap()

  private let paths: PathTable
  private var seen: Set<PathID> = []
  /// Outputs with their names written out: what a recipe makes is not for people to format.
  private var outputs: Set<PathID> = []
  /// What the loops around a statement go through.
  private var loops: [[UInt8]: [[UInt8]]] = [:]

  init(from schedfile: PathID, paths: PathTable) {
    self.paths = paths
    read(schedfile, directory: paths.parent(of: schedfile))
  }

  /// `directory` is that of the Schedfile, in which its paths are.
  private mutating func read(_ file: PathID, directory: PathID) {
    guard !outputs.contains(file), seen.insert(file).inserted else { return }
    files.append(file)
    guard let bytes = try? Files.read(paths.text(of: file)) else { return }
    let id = sources.add(name: printable(paths.text(of: file)), bytes: bytes)
    let (tree, _) = parse(bytes, file: id)
    let outer = loops
    read(tree.statements, tree, Place(file: file, directory: directory))
    loops = outer
  }

  private struct Place {
    var file: PathID
    var directory: PathID
  }

  private mutating func read(_ statements: [Statement], _ tree: SyntaxTree, _ place: Place) {
    for statement in statements {
      switch statement {
      case .include(_, let words, _):
        for name in names(words, tree) {
          let file = path(name, from: paths.parent(of: place.file))
          if exists(file) { read(file, directory: place.directory) }
        }
      case .subdir(_, let words):
        for name in names(words, tree) {
          let directory = path(name, from: place.directory)
          let file = paths.intern(Array("Schedfile".utf8), in: directory)
          if exists(file) { read(file, directory: directory) }
        }
      case .conditional(let branches, let otherwise):
        for branch in branches { read(branch.statements, tree, place) }
        read(otherwise ?? [], tree, place)
      case .loop(let name, let words, let body):
        let outer = loops
        loops[Array(tree.text(name))] = literals(words, tree)
        read(body, tree, place)
        loops = outer
      case .target(let target):
        for word in tree.words(target.outputs) {
          guard let names = self.names(word, tree) else { continue }
          for name in names { outputs.insert(path(name, from: place.directory)) }
        }
      case .assignment, .param, .defaults, .adopt, .pool, .setting, .task, .value: break
      }
    }
  }

  private func exists(_ file: PathID) -> Bool {
    (try? FileStatus.of(paths.text(of: file), followingLinks: true))?.kind ?? .missing != .missing
  }

  /// `//` is the root, as everywhere in a Schedfile.
  private func path(_ name: [UInt8], from directory: PathID) -> PathID {
    name.starts(with: "//".utf8)
      ? paths.intern(path: name[2...]) : paths.intern(path: name, relativeTo: directory)
  }

  // MARK: Words

  private mutating func names(_ list: WordList, _ tree: SyntaxTree) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for word in tree.words(list) {
      if let names = names(word, tree) {
        result += names
      } else {
        unknown.append(tree.range(word.span))
      }
    }
    return result.filter { !$0.isEmpty && !$0.contains(0) }
  }

  /// What a word may be; nil: that is not written out.
  private func names(_ word: Word, _ tree: SyntaxTree) -> [[UInt8]]? {
    var names: [[UInt8]] = [[]]
    for part in tree.parts(of: word) {
      let pieces: [[UInt8]]
      switch part.kind {
      case .literal: pieces = [Array(tree.text(part.span))]
      case .byte(let byte): pieces = [[byte]]
      case .hole(let id):
        guard case .name = tree[id].kind, let known = loops[Array(tree.text(tree[id].span))]
        else { return nil }
        pieces = known
      }
      names = names.flatMap { name in pieces.map { name + $0 } }
    }
    return names
  }

  private func literals(_ list: WordList, _ tree: SyntaxTree) -> [[UInt8]]? {
    var result: [[UInt8]] = []
    for word in tree.words(list) {
      guard let names = names(word, tree) else { return nil }
      result += names
    }
    return result
  }
}
