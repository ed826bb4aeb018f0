// What somebody else may have written as a path table is looked at before it is believed.
extension PathTable {
  /// Whether entries that somebody else may have written are paths: each in a directory before it, with a
  /// name that a directory can hold.
  public static func areSound(
    entries: UnsafeBufferPointer<Entry>, names: UnsafeRawBufferPointer
  ) -> Bool {
    guard entries.count >= PathRoot.allCases.count else { return false }
    return entries.indices.allSatisfy { index in
      let entry = entries[index]
      if let root = PathRoot.allCases.first(where: { $0.id.index == index }) {
        return entry.root == root.rawValue && Int(entry.parent) == index && entry.length == 0
      }
      let end = Int(entry.nameOffset) + entry.length
      guard Int(entry.parent) < index, end <= names.count else { return false }
      let parent = entries[Int(entry.parent)]
      let name = UnsafeRawBufferPointer(rebasing: names[Int(entry.nameOffset)..<end])
      let parentEnd = Int(parent.nameOffset) + parent.length
      return entry.root == parent.root
        && isSound(
          name, in: PathID(raw: entry.parent),
          called: UnsafeRawBufferPointer(rebasing: names[Int(parent.nameOffset)..<parentEnd]),
          isFile: PathRoot(rawValue: entry.root)?.isFile ?? true)
    }
  }

  /// Whether a name can be one in this directory: one component, and `..` only where nothing is above.
  public func isSound(_ name: UnsafeRawBufferPointer, in parent: PathID) -> Bool {
    withName(of: parent) {
      Self.isSound(name, in: parent, called: $0, isFile: root(of: parent).isFile)
    }
  }

  private static func isSound(
    _ name: UnsafeRawBufferPointer, in parent: PathID, called parentName: UnsafeRawBufferPointer,
    isFile: Bool
  ) -> Bool {
    guard !name.isEmpty, !name.contains(0) else { return false }
    guard isFile else { return true }
    if name.contains(UInt8(ascii: "/")) || name.elementsEqual(".".utf8) { return false }
    return !isParentStep(name) || parent == PathRoot.tree.id || isParentStep(parentName)
  }
}
