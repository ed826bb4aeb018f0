import SchedBase
import SchedGraph

/// What the user asked of a build, besides its targets.
public struct BuildOptions: Sendable {
  /// After so many failures nothing new starts; 0: no limit (`-k`).
  public var failureLimit = 1
  /// Every action that is asked for runs, stale or not (`-B`).
  public var runsEverything = false
  /// The words after `--`.
  public var arguments: [[UInt8]] = []
  /// A leftover that is used as a source is a warning, not an error (`--allow-leftovers`).
  public var allowsLeftovers = false
  /// Every file is read, whatever its signature says (`--rehash`).
  public var readsEverything = false

  /// For how long actions are judged before what was found stale so far is started, and what has
  /// happened is looked at, nanoseconds; nil: all that can be judged is judged first.
  public var judgingSlice: UInt64?

  /// How often a status line is redrawn, nanoseconds; nil: there is none.
  public var tickInterval: UInt64?

  public init() {}
}

/// How a build ended.
public struct BuildResult: Sendable {
  public enum End: Equatable, Sendable {
    case succeeded
    /// At least one action failed, or the state could not be written.
    case failed
    /// The graph cannot be built: an input nobody makes, a cycle, an action that fits nowhere.
    case refused
    case interrupted(signal: Int32)
  }

  public var end: End
  /// Recipes that were started, values left out: those are asked in every build.
  public var ran = 0
  /// Why it was refused, or stopped.
  public var diagnostics: [Diagnostic] = []
  /// Actions that failed, in the order in which they did.
  public var failed: [ActionID] = []
  /// Targets that were asked for and not made because of a failure.
  public var notReached = 0

  public init(end: End) { self.end = end }
}

/// What a dry run says of one action.
public enum DryAnswer: Hashable, Sendable {
  case upToDate
  case willRun(StaleReason)
  /// Depends on what changes before it.
  case mayRun
}
