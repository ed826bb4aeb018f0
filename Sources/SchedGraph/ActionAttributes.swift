import SchedBase

/// What attributes say of how an action runs.
///
/// Actions with equal attributes share one row.
public struct ActionAttributes: Hashable, Sendable {
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Runs in every build that asks: `@when always`, and tasks and values by default.
    public static let always = Flags(rawValue: 1)
    public static let console = Flags(rawValue: 2)
    /// Only on the machine of the coordinator; `@console` implies it.
    public static let local = Flags(rawValue: 4)
    public static let cacheOff = Flags(rawValue: 8)
    public static let keep = Flags(rawValue: 16)
    public static let secondary = Flags(rawValue: 32)
    /// As secondary, and removed when all that needs it has succeeded.
    public static let temporary = Flags(rawValue: 64)
  }

  public var flags: Flags = []
  /// `@shell`: the interpreter's words; empty: `/bin/sh -eu -c`.
  public var shell: [[UInt8]] = []
  public var resources = Resources()
  /// An index into `Graph.pools`.
  public var pool: UInt32?
  /// Milliseconds; 0: none.
  public var timeout: UInt64 = 0
  public var retries: UInt32 = 0
  /// `@depfile-dir`: what relative names in the depfile are relative to; nil: where the recipe runs.
  public var depfileDirectory: PathID?
  /// What that directory is called where the compiler runs, in a container for instance; empty: as here.
  public var depfileAlias: [UInt8] = []
  /// `@ignore`: patterns of names that do not count in directories that are inputs; nil: what editors
  /// leave.
  public var ignored: [[UInt8]]?

  public init() {}
}

/// What an action takes of a machine while it runs.
public struct Resources: Hashable, Sendable {
  /// Processors; `allCPUs` for as many as the machine has.
  public var cpus: UInt32 = 1
  /// Bytes.
  public var memory: UInt64 = 0
  public var gpus: UInt32 = 0

  public static let allCPUs = UInt32.max

  public init(cpus: UInt32 = 1, memory: UInt64 = 0, gpus: UInt32 = 0) {
    self.cpus = cpus
    self.memory = memory
    self.gpus = gpus
  }
}

/// A named limit on running actions.
public struct Pool: Hashable, Sendable {
  public var name: [UInt8]
  /// At most so many of its actions run at once; at least 1.
  public var limit: UInt32

  public init(name: [UInt8], limit: UInt32) {
    self.name = name
    self.limit = limit
  }
}

/// `@env NAME=WORDS`: one variable set for the recipe. (`@env NAME` is an edge of the list
/// `variables`.)
public struct EnvironmentEntry: Hashable, Sendable {
  public var name: [UInt8]
  public var value: Template

  public init(name: [UInt8], value: Template) {
    self.name = name
    self.value = value
  }
}
