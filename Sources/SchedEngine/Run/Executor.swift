import SchedBase
import SchedGraph

/// Runs actions: serially, on processes, on MPI ranks, or in virtual time.
///
/// Knows no graph and no staleness: it gets ids and bytes, and gives back ids and bytes.
///
/// The run loop is its only caller, from one thread:
/// `fits` for every action before the build starts; then, again and again, `canTake`, `prepare` and
/// `start` until nothing more can be started, and `nextEvent` until something happened.
public protocol Executor {
  /// Whether actions run one at a time in Schedfile order, and not by the longest remaining path.
  var isSerial: Bool { get }

  /// The processors that an action with these resources is given (`{{cpus}}`): what it asks for,
  /// cut to what a machine of this executor has.
  func grantedCPUs(_ resources: Resources) -> Int

  /// Why an action with these resources can never run here, or nil: more memory or GPUs than any
  /// machine has. More processors than there are is no reason: they are cut.
  func refusal(_ resources: Resources, isLocal: Bool) -> ResourceRefusal?

  /// Whether an action with these resources can be started now.
  func canTake(_ resources: Resources, isLocal: Bool) -> Bool

  /// Makes room for what the action makes, before its start is written down: who owns nothing yet
  /// must not be taken for the owner of what lies there. `canTake` was true, and `start` follows
  /// unless this fails.
  mutating func prepare(_ request: ActionRequest) -> Preparation

  /// Starts an action (or puts it into a worker's short queue). Its end comes as an event, also when
  /// it could not be spawned.
  mutating func start(_ request: ActionRequest)

  /// Waits for the next event, at most `timeout` nanoseconds (nil: without limit; then something
  /// is running). Events that are there already are given without waiting.
  mutating func nextEvent(timeout: UInt64?) -> ExecutorEvent

  /// Whether `nextEvent` gives an event without looking for more.
  var hasEvents: Bool { get }

  /// Begins to end all that runs: TERM to each process group, after the grace KILL. Each running
  /// action still ends with an event. Called at most once.
  mutating func cancel()

  /// The user will not wait for the grace: what `cancel` began to end is killed at once, where the
  /// executor can do that.
  mutating func kill()

  /// Called once, when the loop is done and nothing runs any more.
  mutating func shutDown()

  /// Whether actions run on several hosts, of which one may see late what another has made.
  var hasSeveralHosts: Bool { get }
}

extension Executor {
  public mutating func prepare(_ request: ActionRequest) -> Preparation { .done(notes: []) }
  public var hasSeveralHosts: Bool { false }
  public var hasEvents: Bool { false }
  public mutating func kill() {}
}

/// Whether there is room for what an action makes.
public enum Preparation: Sendable {
  /// Nothing lies in the place of its outputs; the notes say what was moved aside for that.
  case done(notes: [[UInt8]])
  /// Whoever runs it makes room just before, and `cleared` tells of it.
  case later
  /// Something is in the way: it is not started, and this is its end's payload.
  case failed(payload: [UInt8])
}

/// More than any machine of the executor has.
public struct ResourceRefusal: Equatable, Sendable {
  public enum Kind: Equatable, Sendable { case memory, gpus }
  public var kind: Kind
  public var asked: UInt64
  public var available: UInt64

  public init(kind: Kind, asked: UInt64, available: UInt64) {
    self.kind = kind
    self.asked = asked
    self.available = available
  }
}

/// Why there is no executor: its machines do not fit together.
public struct ExecutorUnavailable: Error {
  public var diagnostic: Diagnostic

  public init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}

/// One attempt at one action, as it travels to whatever runs it.
public struct ActionRequest: Sendable {
  public var id: ActionID
  /// Counts from 1 over retries, second runs, and lost ranks.
  public var attempt: UInt32
  public var resources: Resources
  public var isLocal: Bool
  /// A `RecipeRequest`, or a function's name and arguments.
  public var payload: [UInt8]
  /// What it reads of what this build has made; empty for an executor of one host.
  public var madeInputs: [MadeInput]

  public init(
    id: ActionID, attempt: UInt32, resources: Resources, isLocal: Bool, payload: [UInt8],
    madeInputs: [MadeInput] = []
  ) {
    self.id = id
    self.attempt = attempt
    self.resources = resources
    self.isLocal = isLocal
    self.payload = payload
    self.madeInputs = madeInputs
  }
}

public enum ExecutorEvent: Sendable {
  /// Part of what the action printed to one of its streams, passed on while it runs (serial
  /// executor, and `@console` never: it has the terminal).
  case output(ActionID, [UInt8], PrintedText.Stream)
  /// The action's process has ended well, and there is room for another action; its own end comes
  /// when what it left was looked at. May be left out.
  case slotFreed(ActionID)
  /// Room was made for what the attempt makes, and it runs: what lies there from now on is its. Left
  /// out for those that end soon.
  case cleared(ActionID, attempt: UInt32, notes: [[UInt8]])
  /// The attempt is over. The payload is a `RecipeReport` or a function's result.
  case ended(ActionID, attempt: UInt32, ActionOutcome, payload: [UInt8])
  /// SIGINT, SIGTERM or SIGHUP came.
  case interrupted(signal: Int32)
  /// The time given to `nextEvent` is over.
  case timeout
  /// The terminal has another width now.
  case resized
}

public enum ActionOutcome: Hashable, Sendable {
  case succeeded
  /// Exited with this status, or could not be started (the report says why).
  case failed(status: Int32)
  case killed(signal: Int32)
  case timedOut
  /// The rank it ran on is gone.
  case lost(rank: UInt32)
}
