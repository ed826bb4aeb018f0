import SchedBase
import SchedDigest
import SchedGraph
import SchedSystem

/// An input that an action of this build made, as its maker left it.
///
/// Hosts that share a file system may see a new file late: who runs the next action on another host
/// than the maker's waits until it looks like this.
public struct MadeInput: Equatable, Sendable {
  public var maker: ActionID
  /// Relative to the project's root.
  public var path: [UInt8]
  /// An empty file has the tag `stamp`, whatever its digest.
  public var identity: Identity
  public var signature: Signature

  public init(maker: ActionID, path: [UInt8], identity: Identity, signature: Signature) {
    self.maker = maker
    self.path = path
    self.identity = identity
    self.signature = signature
  }
}
