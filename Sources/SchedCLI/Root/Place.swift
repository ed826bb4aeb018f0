/// Where the root is and where the user stands.
///
/// Translates between what users type and what the graph has. All paths are lexical; both directories are absolute and have no links in them.
struct Place: Equatable {
  let root: [UInt8]
  let workingDirectory: [UInt8]

  /// A path as the user typed it, relative to the root: `src/a.c`, `.`, `../x`.
  ///
  /// Absolute where it was typed so and leads outside the tree.
  func fromRoot(_ typed: [UInt8]) -> [UInt8] {
    let whole = Self.components(joined(workingDirectory, typed))
    let root = Self.components(self.root)
    let isAbsolute = typed.first == UInt8(ascii: "/")
    if isAbsolute, !whole.starts(with: root) {
      return [UInt8(ascii: "/")] + Self.text(whole[...])
    }
    return Self.relative(whole, to: root)
  }

  /// A path relative to the root, as the user would type it where they stand; a slash at the end
  /// stays.
  func asTyped(_ path: [UInt8]) -> [UInt8] {
    if path.first == UInt8(ascii: "/") { return path }
    let whole = Self.components(joined(root, path))
    let typed = Self.relative(whole, to: Self.components(workingDirectory))
    return path.last == UInt8(ascii: "/") ? typed + [UInt8(ascii: "/")] : typed
  }

  /// Where a task is looked for: from where the user stands up to the root (`lib/x`, `lib`, and an
  /// empty path).
  ///
  /// Only the root where the user stands outside.
  var directoriesUpwards: [[UInt8]] {
    let here = Self.components(workingDirectory)
    let root = Self.components(self.root)
    guard here.starts(with: root) else { return [[]] }
    let steps = here.dropFirst(root.count)
    return (0...steps.count).reversed().map { Self.text(steps.prefix($0)) }
  }

  // MARK: Lexical paths

  /// The names of an absolute path, `.` and `..` worked out.
  private static func components(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
    var names: [ArraySlice<UInt8>] = []
    for name in path.split(separator: UInt8(ascii: "/")) {
      switch text(name) {
      case ".": break
      case "..": _ = names.popLast()
      default: names.append(name)
      }
    }
    return names
  }

  private static func text(_ name: ArraySlice<UInt8>) -> String {
    String(decoding: name, as: UTF8.self)
  }

  private static func text(_ names: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] {
    Array(names.joined(separator: [UInt8(ascii: "/")]))
  }

  private static func relative(_ path: [ArraySlice<UInt8>], to base: [ArraySlice<UInt8>]) -> [UInt8]
  {
    let common = zip(path, base).prefix { $0 == $1 }.count
    let up = Array(repeating: Array("..".utf8)[...], count: base.count - common)
    let names = up + path[common...]
    return names.isEmpty ? Array(".".utf8) : text(names[...])
  }
}
