import SchedBase
import SchedDigest
import SchedSystem

/// Everything that whoever runs a recipe must know: all paths relative to the project's root, so
/// that it means the same on every machine that shares the tree.
public struct RecipeRequest: Equatable, Sendable {
  /// An output as it should be found before the recipe starts.
  public struct Output: Equatable, Sendable {
    public var path: [UInt8]
    public var isDirectory: Bool
    public var expected: Expected

    public init(path: [UInt8], isDirectory: Bool, expected: Expected) {
      self.path = path
      self.isDirectory = isDirectory
      self.expected = expected
    }
  }

  /// What may be removed without keeping a copy.
  public enum Expected: Equatable, Sendable {
    /// Nothing of sched's: whatever is there is moved aside, with a note unless the user was told before.
    case foreign(isTold: Bool)
    /// What a run of this action left that was killed, after room had been made for its outputs:
    /// removed whatever it is.
    case leftByUs
    /// What sched made last: removed if it still is that, else moved aside. A stamp is expected
    /// as an empty file with the same right to be executed.
    case recorded(Identity, Signature)
  }

  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Outputs and depfile stay at both ends.
    public static let keep = Flags(rawValue: 1)
    /// Has the terminal, standard input included; nothing is captured.
    public static let console = Flags(rawValue: 2)
    /// Its standard output is a value: kept apart from what it prints on standard error.
    public static let value = Flags(rawValue: 4)
  }

  /// Where the recipe runs.
  public var directory: [UInt8]
  public var script: [UInt8]
  /// The interpreter's words; empty: `/bin/sh -eu -c`.
  public var shell: [[UInt8]]
  /// Variables that differ from the environment that sched was started with; nil unsets.
  public var environment: [EnvironmentChange]
  public var outputs: [Output]
  public var depfile: Output?
  /// What relative names in the depfile are relative to; nil: `directory`.
  public var depfileDirectory: [UInt8]?
  /// What that directory is called where the compiler runs; empty: as here.
  public var depfileAlias: [UInt8] = []
  public var flags: Flags
  /// Nanoseconds; 0: none.
  public var timeout: UInt64

  public struct EnvironmentChange: Equatable, Sendable {
    public var name: [UInt8]
    public var value: [UInt8]?

    public init(name: [UInt8], value: [UInt8]?) {
      self.name = name
      self.value = value
    }
  }

  public init(
    directory: [UInt8], script: [UInt8], shell: [[UInt8]] = [],
    environment: [EnvironmentChange] = [], outputs: [Output] = [], depfile: Output? = nil,
    flags: Flags = [], timeout: UInt64 = 0
  ) {
    self.directory = directory
    self.script = script
    self.shell = shell
    self.environment = environment
    self.outputs = outputs
    self.depfile = depfile
    self.flags = flags
    self.timeout = timeout
  }
}
