import SchedBase
import SchedGraph

/// Receives what happens in a build, in order, from the loop's thread.
///
/// The consoles are observers.
public protocol BuildObserver {
  /// A recipe begins. `counts` are those after this event; `texts` says what the action is.
  mutating func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts)
  /// Part of what a running action prints (serial executor only).
  mutating func actionPrinted(
    _ action: ActionID, _ bytes: [UInt8], to stream: PrintedText.Stream)
  /// A recipe ended. `output` is what it printed and was not passed on while it ran, an excerpt of it
  /// where `spool` has all; `problem` says why it failed where its status does not; `willRetry` that
  /// another attempt follows. What is spooled goes when this returns. Every action that began ends once
  /// without `willRetry`, whatever becomes of it.
  mutating func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts)
  /// A note or warning: an edited file was moved aside, an input changed while it was read.
  mutating func note(_ diagnostic: Diagnostic)
  /// Nothing happened for a while; a status line may be redrawn.
  mutating func tick(_ counts: BuildCounts)
}

/// How one attempt at an action ended.
public struct ActionEnd: Sendable {
  public var outcome: ActionOutcome
  public var problem: RecipeReport.Problem?
  public var output: PrintedText
  public var spool: SpooledOutput?
  public var willRetry: Bool
  /// Why its result counts for nothing, whatever its recipe did; nil: it counts.
  public var discarded: Discarded?

  public enum Discarded: Equatable, Sendable {
    /// It read what this action makes, which failed.
    case makerFailed(ActionID)
    /// The build ended before what it waited for.
    case stopped
  }

  public init(
    outcome: ActionOutcome, problem: RecipeReport.Problem?, output: PrintedText,
    spool: SpooledOutput? = nil, willRetry: Bool, discarded: Discarded? = nil
  ) {
    self.discarded = discarded
    self.outcome = outcome
    self.problem = problem
    self.output = output
    self.spool = spool
    self.willRetry = willRetry
  }
}

/// Where a build stands.
///
/// Counts recipes, not targets without one.
public struct BuildCounts: Equatable, Sendable {
  /// Recipes that ran to their end, well or not.
  public var ended = 0
  public var running = 0
  /// Recipes that are known to be stale and have not started, and those that may still turn out
  /// to be.
  public var remaining = 0
  public var failed = 0

  public init() {}

  /// The number of recipes that this build runs if all that may be stale is.
  public var total: Int { ended + running + remaining }
}

/// Nobody is told anything: whoever runs the loop has other ways to say what happens.
public struct SilentObserver: BuildObserver {
  public init() {}
  public func actionStarted(
    _ action: ActionID, _ reason: StaleReason, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {}
  public func actionPrinted(
    _ action: ActionID, _ bytes: [UInt8], to stream: PrintedText.Stream
  ) {}
  public func actionEnded(
    _ action: ActionID, _ end: ActionEnd, _ counts: BuildCounts, _ texts: some ActionTexts
  ) {}
  public func note(_ diagnostic: Diagnostic) {}
  public func tick(_ counts: BuildCounts) {}
}
