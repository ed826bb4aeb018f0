import SchedBase
import SchedSystem

/// Which paths lie in the tree, wherever links in it lead: what a state says of others is not enough to touch
/// them, since a state may come from another machine, or from anybody.
///
/// Neither the root itself is among them nor what sched and git keep in it. The working directory is the root.
struct TreeBounds {
  private let root = Files.realPath(Array(".".utf8))
  /// Of directories that were looked at, where they are, from the root; nil: outside, or nowhere.
  private var places: [PathID: [UInt8]?] = [:]

  mutating func hold(_ path: PathID, _ paths: PathTable) -> Bool {
    guard paths.root(of: path) == .tree, !paths.isRoot(path) else { return false }
    guard let directory = place(of: paths.parent(of: path), paths) else { return false }
    let name = paths.name(of: path)
    if name.elementsEqual("..".utf8) { return false }
    let top = directory.isEmpty ? name : Array(directory.prefix { $0 != UInt8(ascii: "/") })
    return !top.elementsEqual(".sched".utf8) && !top.elementsEqual(".git".utf8)
  }

  private mutating func place(of directory: PathID, _ paths: PathTable) -> [UInt8]? {
    if let known = places[directory] { return known }
    let place = find(paths.text(of: directory))
    places[directory] = place
    return place
  }

  private func find(_ directory: [UInt8]) -> [UInt8]? {
    guard let root, let real = Files.realPath(directory) else { return nil }
    if real == root { return [] }
    let above = root.last == UInt8(ascii: "/") ? root : root + [UInt8(ascii: "/")]
    return real.starts(with: above) ? Array(real.dropFirst(above.count)) : nil
  }
}
