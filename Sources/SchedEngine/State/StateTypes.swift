import SchedBase
import SchedDigest
import SchedSystem

public enum RecordTag {}

/// What one successful run of an action left, or that one was started.
public typealias RecordID = ID<RecordTag>

/// What a record's key says besides its outputs.
public enum RecordKind: UInt8, Sendable { case file = 0, task = 1, value = 2 }

/// What is known of one path: 64 bytes, as it lies in the snapshot (docs/formats.md).
@frozen
public struct FileState: Sendable, BitwiseCopyable {
  @frozen
  public struct Flags: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The identity can be trusted while the signature is equal.
    public static let settled = Flags(rawValue: 1)
    /// The path is a symbolic link; signature and identity are of what it points to.
    public static let link = Flags(rawValue: 2)
    /// A recipe wrote it as its depfile, and it was so.
    public static let depfile = Flags(rawValue: 4)
  }

  public var signature: Signature
  public var digest: Digest
  /// The moment at which it was last seen to have another identity.
  public var changedIn: UInt32
  public var tag: UInt8
  public var flags: Flags
  @usableFromInline var reserved: UInt16

  @inlinable
  public init(
    signature: Signature = .none, identity: Identity = .unknown, changedIn: UInt32 = 0,
    flags: Flags = []
  ) {
    self.signature = signature
    digest = identity.digest
    tag = identity.tag.rawValue
    self.changedIn = changedIn
    self.flags = flags
    reserved = 0
  }

  /// What it is, as an input: content, links followed; a stamp is the fingerprint of its action.
  @inlinable public var identity: Identity {
    get { Identity(Identity.Tag(rawValue: tag) ?? .unknown, digest) }
    set {
      digest = newValue.digest
      tag = newValue.tag.rawValue
    }
  }

  @inlinable public var isSettled: Bool { flags.contains(.settled) }
}

/// An output as an action made it.
public struct OutputRecord: Equatable, Sendable {
  public var path: PathID
  public var identity: Identity
  public var signature: Signature
  public var isSettled: Bool

  public init(path: PathID, identity: Identity, signature: Signature, isSettled: Bool) {
    self.path = path
    self.identity = identity
    self.signature = signature
    self.isSettled = isSettled
  }
}

/// What a successful run leaves.
public struct NewRecord: Sendable {
  public var kind: RecordKind
  public var outputs: [OutputRecord]
  public var fingerprint: Digest
  public var staticDigest: Digest
  public var discovered: [PathID] = []
  /// Nanoseconds.
  public var duration: UInt64 = 0
  /// Bytes.
  public var peakMemory: UInt64 = 0
  /// An input changed while it was made.
  public var isUnsettled: Bool { unsettledRuns > 0 }
  public var unsettledInput: PathID?
  /// How many runs in a row were unsettled, this one included.
  public var unsettledRuns: UInt8 = 0
  /// The facts as bytes; the state does not look into them.
  public var facts: [UInt8] = []
  /// A value's text.
  public var value: [UInt8] = []

  public init(
    kind: RecordKind, outputs: [OutputRecord], fingerprint: Digest, staticDigest: Digest
  ) {
    self.kind = kind
    self.outputs = outputs
    self.fingerprint = fingerprint
    self.staticDigest = staticDigest
  }
}

/// One record's row: 136 bytes, as it lies in the snapshot (docs/formats.md).
public struct RecordRow: Sendable, BitwiseCopyable {
  struct Flags: OptionSet, Sendable, BitwiseCopyable {
    let rawValue: UInt8

    /// Started without an outcome.
    static let void = Flags(rawValue: 1)
    static let unsettled = Flags(rawValue: 2)
    /// Removed by clean or prune: it counts for nothing any more.
    static let forgotten = Flags(rawValue: 4)
    /// A start may have been lost with a part of the journal: it counts as void.
    static let unproven = Flags(rawValue: 8)
    /// With `void`: room had been made for the outputs when it started, so that what lies there was left by
    /// that run.
    ///
    /// A run that ended has removed that, and what lies there is somebody's.
    static let cleared = Flags(rawValue: 16)
  }

  public internal(set) var fingerprint = Digest.zero
  public internal(set) var staticDigest = Digest.zero
  /// Nanoseconds; 0: unknown.
  public internal(set) var duration: UInt64 = 0
  public internal(set) var peakMemory: UInt64 = 0
  /// A bit for each graph in the state's table that used the record.
  var graphs: UInt64 = 0
  /// Where what it printed last lies in the log.
  var logOffset: UInt64 = 0
  /// When its last attempt ended, nanoseconds since 1970.
  var ended: UInt64 = 0
  /// Of the last attempt, well or not, nanoseconds.
  var lastDuration: UInt64 = 0
  var logLength: UInt32 = 0
  /// Of the last attempt: see `encode(outcome)`.
  var lastOutcome: UInt32 = 0
  /// The moment at which a full walk or a run last confirmed it.
  public internal(set) var checkedIn: UInt32 = 0
  var unsettledInput: UInt32 = 0
  var firstOutput: UInt32 = 0
  var outputCount: UInt32 = 0
  var firstDiscovered: UInt32 = 0
  var discoveredCount: UInt32 = 0
  private var factsLow: UInt32 = 0
  private var factsLength: UInt32 = 0
  private var valueLow: UInt32 = 0
  private var valueLength: UInt32 = 0
  var kindRaw: UInt8 = 0
  var flags: Flags = []
  private var factsHigh: UInt16 = 0
  private var valueHigh: UInt16 = 0
  /// How many runs in a row were unsettled.
  var unsettledRuns: UInt16 = 0

  var facts: Blob {
    get { Blob(offset: UInt64(factsHigh) << 32 | UInt64(factsLow), count: factsLength) }
    set {
      factsLow = UInt32(truncatingIfNeeded: newValue.offset)
      factsHigh = UInt16(newValue.offset >> 32)
      factsLength = newValue.count
    }
  }

  var value: Blob {
    get { Blob(offset: UInt64(valueHigh) << 32 | UInt64(valueLow), count: valueLength) }
    set {
      valueLow = UInt32(truncatingIfNeeded: newValue.offset)
      valueHigh = UInt16(newValue.offset >> 32)
      valueLength = newValue.count
    }
  }

  public var kind: RecordKind { RecordKind(rawValue: kindRaw) ?? .file }
  public var isVoid: Bool { !flags.isDisjoint(with: [.void, .unproven]) }
  public var isUnsettled: Bool { flags.contains(.unsettled) }

  var outputRange: Range<Int> { Int(firstOutput)..<Int(firstOutput) + Int(outputCount) }
  var discoveredRange: Range<Int> {
    Int(firstDiscovered)..<Int(firstDiscovered) + Int(discoveredCount)
  }
}

/// An output's entry in the snapshot: 64 bytes.
struct OutputRow: BitwiseCopyable {
  var signature: Signature
  var digest: Digest
  var path: UInt32
  var tag: UInt8
  var isSettled: UInt8
  private var reserved: UInt16 = 0

  init(_ output: OutputRecord) {
    signature = output.signature
    digest = output.identity.digest
    path = output.path.raw
    tag = output.identity.tag.rawValue
    isSettled = output.isSettled ? 1 : 0
  }

  var record: OutputRecord {
    OutputRecord(
      path: PathID(raw: path), identity: Identity(Identity.Tag(rawValue: tag) ?? .unknown, digest),
      signature: signature, isSettled: isSettled != 0)
  }
}

/// The graph that a record belongs to: a digest of the root Schedfile's path and the overrides.
public typealias GraphKey = Digest

/// The state could not be opened, read or written.
public struct StateError: Error, Equatable, Sendable {
  public var diagnostic: Diagnostic
  public init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
  init(_ error: SystemError, hint: String? = nil) {
    // What sched does not follow or write to there, it does not take away either.
    let notOwn = error.explanation == nil ? nil : "move it out of '.sched'"
    diagnostic = .error(error.message, hint: hint ?? notOwn)
  }
}

/// What an action printed last and how it ended.
public struct LogEntry: Sendable {
  public var outcome: ActionOutcome
  /// Nanoseconds.
  public var duration: UInt64
  /// Nanoseconds since 1970.
  public var ended: UInt64
  public var printed: [UInt8]
}
