/// What a file, variable or value is: a tag that says in which way, and a digest.
///
/// The tags keep apart what digests alone would confuse: unset is not empty is not missing.
@frozen
public struct Identity: Hashable, Sendable, BitwiseCopyable {
  @frozen
  public enum Tag: UInt8, Sendable {
    /// Nothing is known yet.
    case unknown = 0
    /// A file that is not there.
    case missing = 1
    /// A discovered input that was not there when it was discovered.
    case absent = 2
    /// A regular file: its content.
    case file = 3
    /// A regular file that its owner may execute: its content.
    case executable = 4
    /// A symbolic link as an output: its text.
    case link = 5
    /// A directory as a whole: names, kinds, executable bits and contents below it.
    case directory = 6
    /// A directory where only its being there counts (a discovered one).
    case existing = 7
    /// An empty output: the fingerprint of its action.
    case stamp = 8
    /// An environment variable that is not set.
    case unset = 9
    /// An environment variable and its value.
    case variable = 10
    /// What a value's recipe printed.
    case value = 11
    /// A task: its facts.
    case task = 12
    /// Something that no action can take or make: a pipe, a socket, a device.
    case special = 13
    /// The system does not let it be read: the low half of the digest is its number for the reason. Equal
    /// to nothing that is recorded.
    case unreadable = 14
  }

  public var digest: Digest
  public var tag: Tag

  @inlinable
  public init(_ tag: Tag, _ digest: Digest = Digest(low: 0, high: 0)) {
    self.tag = tag
    self.digest = digest
  }

  public static let unknown = Identity(.unknown)
  public static let missing = Identity(.missing)
  public static let absent = Identity(.absent)
}

extension Identity {
  /// Of something that cannot be read; `code` is the system's errno.
  @inlinable
  public init(unreadable code: Int32) {
    self.init(.unreadable, Digest(low: UInt64(UInt32(bitPattern: code)), high: 0))
  }

  /// Why it cannot be read; nil if it can.
  public var unreadableCode: Int32? {
    tag == .unreadable ? Int32(bitPattern: UInt32(truncatingIfNeeded: digest.low)) : nil
  }
}

extension Identity.Tag {
  /// Of a regular file.
  @inlinable public var isContent: Bool { self == .file || self == .executable || self == .stamp }
}

extension Identity {
  /// Of an environment variable: what it is set to, or that it is not set.
  public init(variable value: [UInt8]?) {
    self = value.map { Identity(.variable, Digest(of: $0)) } ?? Identity(.unset)
  }
}
