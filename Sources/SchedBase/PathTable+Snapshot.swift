// The table as a snapshot holds it.
extension PathTable {
  /// Lends all entries as one table, in pieces, as `Base` wants them.
  public func withEntries(_ body: (UnsafeRawBufferPointer) -> Void) {
    if let base { body(UnsafeRawBufferPointer(base.entries)) }
    let shift = UInt32(base?.names.count ?? 0)
    var start = 0
    while start < addedEntries.count {
      var piece = Array(
        addedEntries.elements[start..<min(start + 4096, addedEntries.count)])
      for index in piece.indices { piece[index].nameOffset += shift }
      piece.withUnsafeBytes { body($0) }
      start += piece.count
    }
  }

  /// Lends all names, in pieces.
  public func withNames(_ body: (UnsafeRawBufferPointer) -> Void) {
    if let base { body(base.names) }
    body(UnsafeRawBufferPointer(addedNames.elements))
  }

  /// The hash table of all entries.
  ///
  /// O(names).
  public func slots() -> [UInt32] {
    var size = 1024
    while size < count * 2 { size *= 2 }
    var slots = [UInt32](repeating: 0, count: size)
    for index in PathRoot.allCases.count..<max(count, PathRoot.allCases.count) {
      let id = PathID(index)
      var slot = withName(of: id) { name in
        Int(truncatingIfNeeded: Self.hash(name, parent(of: id))) & (size - 1)
      }
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = id.raw + 1
    }
    return slots
  }
}
