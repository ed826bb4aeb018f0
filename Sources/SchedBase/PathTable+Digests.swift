// Digests tell tables apart: what names paths by number means something only in the table that it was made with.
extension PathTable {
  /// A digest of the names before the id `count`: tables with the same one mean the same by these ids.
  ///
  /// nil: there are fewer names. O(1).
  public func digest(ofFirst count: Int) -> UInt64? {
    count == self.count ? digest : makeDigest(ofFirst: count)
  }

  func makeDigest(ofFirst count: Int) -> UInt64? {
    guard count >= PathRoot.allCases.count, count <= self.count else { return nil }
    let step = count / Self.digestStep
    var digest: UInt64 = 0
    if step > 0 {
      let baseSteps = base?.digests.count ?? 0
      guard step <= baseSteps + addedDigests.count else { return nil }
      digest =
        step <= baseSteps
        ? base.unsafelyUnwrapped.digests[step - 1] : addedDigests[step - 1 - baseSteps]
    }
    let first = max(step * Self.digestStep, PathRoot.allCases.count)
    for index in first..<max(count, first) {
      let id = PathID(index)
      digest = Self.extend(digest, by: withName(of: id) { Self.hash($0, parent(of: id)) })
    }
    return digest
  }

  /// The digest is kept at each multiple of this.
  public static let digestStep = 256

  @inline(__always)
  static func extend(_ digest: UInt64, by hash: UInt64) -> UInt64 {
    let mixed = ((digest << 23 | digest >> 41) ^ hash) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 32
  }

  /// Lends the digests of the names before each multiple of `digestStep`, in pieces.
  public func withDigests(_ body: (UnsafeRawBufferPointer) -> Void) {
    if let base { body(UnsafeRawBufferPointer(base.digests)) }
    addedDigests.withUnsafeBytes(body)
  }
}
