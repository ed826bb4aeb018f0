import SchedBase

/// Recognises the tree under other names: the root may be reached through a symbolic link, and be mounted at
/// several places.
///
/// Directories are compared by device and inode, not by spelling.
public final class TreePlaces {
  private let rootPath: [UInt8]
  private lazy var root = DirectoryIdentity(of: rootPath)
  private var isRoot: [[UInt8]: Bool] = [:]

  /// `root` is the absolute path of the project's root, without links in it.
  public init(root: [UInt8]) { rootPath = root }

  /// The directory's path from the root, if it is the root or lies in it: `src`, or `.`; nil: it lies
  /// outside.
  ///
  /// The way below the root stays as it is spelled. One that is not there yet is where its parent is.
  public func place(of directory: [UInt8]) -> [UInt8]? {
    let slash = UInt8(ascii: "/")
    let whole = directory.first == slash ? directory : rootPath + [slash] + directory
    if directory.first == slash, let place = placeAsSpelled(whole) { return place }
    // Links are followed as far as there are directories.
    var existing = whole[...]
    while existing.count > 1 {
      if let real = Files.realPath(Array(existing)) {
        return placeAsSpelled(real + whole[existing.count...])
      }
      guard let end = existing.lastIndex(of: slash) else { return nil }
      existing = existing[..<end]
    }
    return nil
  }

  /// Where the root is on the way to an absolute path, it is the one that is met first.
  private func placeAsSpelled(_ path: [UInt8]) -> [UInt8]? {
    let slash = UInt8(ascii: "/")
    var end = path.startIndex
    while end <= path.count {
      let isWhole = end == path.count
      if isWhole || path[end] == slash, isTheRoot(end == 0 ? [slash] : Array(path[..<end])) {
        let rest = path[end...].drop { $0 == slash }
        return rest.isEmpty ? [UInt8(ascii: ".")] : Array(rest)
      }
      end += 1
    }
    return nil
  }

  private func isTheRoot(_ directory: [UInt8]) -> Bool {
    if let known = isRoot[directory] { return known }
    let answer = root != nil && DirectoryIdentity(of: directory) == root
    isRoot[directory] = answer
    return answer
  }
}

extension PathTable {
  /// The paths of a project whose root has this absolute path, without links in it.
  public convenience init(base: Base? = nil, ofTree root: [UInt8]) {
    let places = TreePlaces(root: root)
    self.init(base: base, rootPath: root) { places.place(of: $0) }
  }
}
