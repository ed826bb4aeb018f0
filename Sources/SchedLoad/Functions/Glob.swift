import SchedBase
import SchedSystem

/// Finds files by pattern, sorted, without those that a build makes.
struct Glob {
  let world: World
  let paths: PathTable
  let filter: GlobFilter

  /// The paths that match `pattern`, as written from `directory`: `src/*.c` gives `src/a.c`.
  ///
  /// A pattern that ends in a slash matches directories, which are given with it.
  func matches(_ pattern: [UInt8], from directory: PathID) throws(SystemError) -> Words {
    let wantsDirectories = pattern.last == UInt8(ascii: "/")
    var components = pattern.split(separator: UInt8(ascii: "/"))
    let isAbsolute = pattern.first == UInt8(ascii: "/")
    components.removeAll { $0.elementsEqual(".".utf8) }
    var found = Words()
    try walk(
      components[...], isAbsolute ? PathRoot.fileSystem.id : directory,
      written: isAbsolute ? [UInt8(ascii: "/")] : [], wantsDirectories, &found)
    if zip(found, found.dropFirst()).allSatisfy({ $0.precedes($1) }) { return found }
    let sorted = found.sorted { $0.precedes($1) }
    // `**` may lead to one file on several ways.
    return Words(
      list: sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] })
  }

  /// `written` is the way to `directory` as the pattern says it, with the slash at its end.
  private func walk(
    _ components: ArraySlice<ArraySlice<UInt8>>, _ directory: PathID, written: [UInt8],
    _ wantsDirectories: Bool, _ found: inout Words
  ) throws(SystemError) {
    guard let component = components.first else { return }
    let directory = paths.inTree(directory)
    let rest = components.dropFirst()
    func enter(
      _ name: ArraySlice<UInt8>, _ path: PathID, _ rest: ArraySlice<ArraySlice<UInt8>>
    ) throws(SystemError) {
      try walk(rest, path, written: written + name + [UInt8(ascii: "/")], wantsDirectories, &found)
    }
    if component.elementsEqual("**".utf8) {
      let last = rest.isEmpty ? [[UInt8(ascii: "*")][...]] : rest
      try walk(last, directory, written: written, wantsDirectories, &found)
      let listing = try world.listing(of: directory)
      for index in listing.indices where listing[index] == .directory {
        let name = listing.name(at: index)
        guard isSeen(name), name.first != UInt8(ascii: ".") else { continue }
        try enter(name, paths.intern(path: name, relativeTo: directory), components)
      }
      return
    }
    if component.elementsEqual("..".utf8) {
      return try enter(component, paths.intern(path: component, relativeTo: directory), rest)
    }
    if !rest.isEmpty, !GlobPattern.isPattern(component) {
      // What lies beside it is not asked for. A directory that is not there holds nothing.
      guard isSeen(component) else { return }
      return try enter(component, paths.intern(path: component, relativeTo: directory), rest)
    }
    let pattern = GlobPattern(component)
    let listing = try world.listing(of: directory)
    for index in listing.indices {
      let (name, kind) = (listing.name(at: index), listing[index])
      guard pattern.matches(name: name), isSeen(name) else { continue }
      let path = paths.intern(path: name, relativeTo: directory)
      world.noteFound(path)
      let real = kind == .link ? world.kind(of: path) : kind
      if !rest.isEmpty {
        if real == .directory { try enter(name, path, rest) }
      } else if (real == .directory) == wantsDirectories, real != .missing, !filter.hides(path) {
        found.extend(with: written)
        found.extend(with: name)
        if wantsDirectories { found.extend(with: UInt8(ascii: "/")) }
        found.endWord()
      }
    }
  }

  private func isSeen(_ name: ArraySlice<UInt8>) -> Bool {
    name.first != UInt8(ascii: ".")
      || !name.elementsEqual(".sched".utf8) && !name.elementsEqual(".git".utf8)
  }
}

/// Which files globs do not give: outputs of this graph, and leftovers of earlier ones.
final class GlobFilter {
  /// Paths that globs found in this evaluation.
  var asked: [PathID] = []
  /// Leftovers that they did not give.
  private(set) var hiddenLeftovers: [PathID] = []
  private let world: World
  private let hidden: Set<PathID>
  private let isLeftover: (PathID) -> Bool

  init(world: World, hidden: Set<PathID>, isLeftover: @escaping (PathID) -> Bool) {
    self.world = world
    self.hidden = hidden
    self.isLeftover = isLeftover
  }

  func hides(_ path: PathID) -> Bool {
    asked.append(path)
    if !hidden.isEmpty, hidden.contains(path) { return true }
    guard isLeftover(path) else {
      world.noteShown(path)
      return false
    }
    world.noteLeftover(path)
    hiddenLeftovers.append(path)
    return true
  }
}
