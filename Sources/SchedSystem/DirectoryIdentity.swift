/// A directory whatever it is called: by device and inode.
public struct DirectoryIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// nil: there is no directory.
  public init?(of path: [UInt8], followingLinks: Bool = true) {
    guard let status = try? FileStatus.of(path, followingLinks: followingLinks),
      status.kind == .directory
    else { return nil }
    (device, inode) = (status.device, status.signature.inode)
  }
}
