import SchedBase
import SchedSystem

/// Finds files by pattern, sorted, without those that a build makes.
struct Glob {
  let world: World
  let paths: PathTable
  /// Paths that are not seen: outputs of this graph, and leftovers of earlier ones.
  let isHidden: (PathID) -> Bool

  /// The paths that match `pattern`, as written from `directory`: `src/*.c` gives `src/a.c`.
  ///
  /// A pattern that ends in a slash matches directories, which are given with it.
  func matches(_ pattern: [UInt8], from directory: PathID) -> [[UInt8]] {
    let wantsDirectories = pattern.last == UInt8(ascii: "/")
    var components = pattern.split(separator: UInt8(ascii: "/")).map(Array.init)
    let isAbsolute = pattern.first == UInt8(ascii: "/")
    components.removeAll { $0.elementsEqual(".".utf8) }
    var found: [[UInt8]] = []
    walk(
      components[...], isAbsolute ? PathRoot.fileSystem.id : directory,
      written: isAbsolute ? [UInt8(ascii: "/")] : [], wantsDirectories, &found)
    found.sort { $0.precedes($1) }
    // `**` may lead to one file on several ways.
    return found.indices.filter { $0 == 0 || found[$0] != found[$0 - 1] }.map { found[$0] }
  }

  private func walk(
    _ components: ArraySlice<[UInt8]>, _ directory: PathID, written: [UInt8],
    _ wantsDirectories: Bool, _ found: inout [[UInt8]]
  ) {
    guard let component = components.first else { return }
    let rest = components.dropFirst()
    if component.elementsEqual("**".utf8) {
      walk(
        rest.isEmpty ? [Array("*".utf8)] : rest, directory, written: written, wantsDirectories,
        &found)
      for entry in world.entries(of: directory) where entry.kind == .directory && isSeen(entry.name)
      {
        guard entry.name.first != UInt8(ascii: ".") else { continue }
        walk(
          components, paths.intern(entry.name, in: directory), written: join(written, entry.name),
          wantsDirectories, &found)
      }
      return
    }
    if component.elementsEqual("..".utf8) {
      let parent = paths.intern(path: component, relativeTo: directory)
      return walk(rest, parent, written: join(written, component), wantsDirectories, &found)
    }
    if !rest.isEmpty, !GlobPattern.isPattern(component) {
      // What lies beside it is not asked for. A directory that is not there holds nothing.
      guard isSeen(component) else { return }
      let step = paths.intern(component, in: directory)
      return walk(rest, step, written: join(written, component), wantsDirectories, &found)
    }
    let pattern = GlobPattern(component)
    for entry in world.entries(of: directory)
    where isSeen(entry.name) && pattern.matches(name: entry.name) {
      let (name, kind) = (entry.name, entry.kind)
      let path = paths.intern(name, in: directory)
      let text = join(written, name)
      if !rest.isEmpty {
        if kind == .directory || (kind == .link && world.kind(of: path) == .directory) {
          walk(rest, path, written: text, wantsDirectories, &found)
        }
        continue
      }
      let real = kind == .link ? world.kind(of: path) : kind
      if wantsDirectories {
        if real == .directory, !isHidden(path) { found.append(text + [UInt8(ascii: "/")]) }
      } else if real != .directory, real != .missing, !isHidden(path) {
        found.append(text)
      }
    }
  }

  private func isSeen(_ name: [UInt8]) -> Bool {
    !name.elementsEqual(".sched".utf8) && !name.elementsEqual(".git".utf8)
  }

  private func join(_ directory: [UInt8], _ name: [UInt8]) -> [UInt8] {
    if directory.isEmpty { return name }
    return directory.last == UInt8(ascii: "/")
      ? directory + name : directory + [UInt8(ascii: "/")] + name
  }
}
