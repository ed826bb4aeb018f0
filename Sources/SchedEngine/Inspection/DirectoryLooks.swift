import SchedDigest
import SchedSystem

extension IdentityReader {
  /// A look at all that counts below a directory, without reading it: an edit, an addition and a removal
  /// make it differ.
  func looks(below path: [UInt8]) -> Digest {
    var hasher = FactHasher()
    var pending: [[UInt8]] = [path]
    while let directory = pending.popLast() {
      guard let entries = try? Files.list(directory) else {
        hasher.add(1, 0)
        continue
      }
      for entry in entries where !Self.isOurs(entry.name) {
        let inner = directory + [UInt8(ascii: "/")] + entry.name
        entry.name.withUnsafeBytes { hasher.add(2, $0) }
        guard let status = try? FileStatus.of(inner, followingLinks: false) else { continue }
        hasher.add(3, UInt64(status.kind.rawValue))
        if status.kind == .directory {
          // Its own times change with what is in it, which is told by that.
          pending.append(inner)
        } else {
          let signature = status.signature
          hasher.add(4, signature.size)
          hasher.add(5, UInt64(bitPattern: signature.modified))
          hasher.add(6, UInt64(bitPattern: signature.changed))
          hasher.add(7, signature.inode)
          hasher.add(8, signature.isExecutable ? 1 : 0)
        }
      }
    }
    return hasher.digest
  }
}
