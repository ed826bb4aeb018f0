import SchedBase
import SchedGraph

/// Decides for the run loop: what an action waits for, whether it must run, what to send to the
/// executor, and what its end means.
///
/// The engine's judge does it for files; the library's for functions. Called from the loop's thread
/// only.
public protocol Judge {
  associatedtype Texts: ActionTexts
  /// What there is to tell people of the actions.
  var texts: Texts { get }

  /// Appends what must be done before `action` can be judged. Repeats are allowed.
  mutating func appendDependencies(of action: ActionID, to list: inout [Dependency])

  /// The actions of a group that `appendDependencies` named, each once.
  func makers(of group: MakerGroupID) -> [ActionID]

  /// These actions are wanted in addition: look at what they need, all at once. Returns what makes
  /// the build impossible.
  mutating func prepare(_ actions: [ActionID]) -> [Diagnostic]

  /// All that `action` waits for has ended well: must it run?
  mutating func judge(_ action: ActionID, isForced: Bool) -> Judgement

  /// What a dry run says in place of starting a stale action.
  mutating func assumeRun(_ action: ActionID)

  /// What there is to say before the first of these starts.
  mutating func announcement(of actions: [ActionID]) -> Diagnostic?

  /// The action is to start: what it is to be sent. Throws where that cannot be said, or nothing can
  /// be written.
  mutating func start(_ action: ActionID, attempt: UInt32) throws(JudgeError) -> [UInt8]

  /// The action starts now: its record is void from here on. `isCleared`: nothing lies in the place of
  /// its outputs, so that what lies there later is its. Throws when that cannot be written.
  mutating func noteStart(_ action: ActionID, isCleared: Bool) throws(JudgeError)

  /// An action that has started was given room.
  mutating func noteCleared(_ action: ActionID)

  /// No room could be made for an action, which therefore did not start.
  mutating func noteUnprepared(_ action: ActionID) throws(JudgeError)

  /// What the action reads of what this build has made; asked for after `start`, for an executor
  /// of several hosts.
  func madeInputs(of action: ActionID) -> [MadeInput]

  /// An attempt ended. On success the outputs are recorded, unless something must be waited for.
  mutating func ended(
    _ action: ActionID, attempt: UInt32, _ outcome: ActionOutcome, payload: [UInt8]
  ) -> Completion

  /// Writes what has ended so far and was not written with a start: called before the loop waits.
  /// Throws when that cannot be written; then nothing may be started any more.
  mutating func writeDown() throws(JudgeError)

  /// Actions that are done, and whose outputs an action that runs again needs and that are not there.
  mutating func makersNeeded(by action: ActionID) -> [ActionID]

  /// What `ended` wanted to wait for is done.
  mutating func settle(_ action: ActionID) -> Completion

  /// No further attempt follows: what failed, or was never reached because of that.
  mutating func gaveUp(_ action: ActionID)

  /// The action, which was done or about to run, must wait, and is judged again.
  mutating func reopened(_ action: ActionID)

  /// The action ran, and its result will never be recorded: what it made goes.
  ///
  /// Returns what there is to say of it.
  mutating func discarded(_ action: ActionID) -> ActionSummary

  /// Nothing is judged or started any more.
  mutating func finish()

  /// What the user should know and no action's end has told.
  mutating func takeNotes() -> [Diagnostic]

  /// Actions with equal attributes have the same class.
  func attributeClass(of action: ActionID) -> UInt32
  func poolLimit(_ pool: UInt32) -> UInt32
  /// How an action runs.
  func attributes(of action: ActionID) -> ActionAttributes
  /// Whether there is anything to run: targets that only name a group have nothing.
  func hasRecipe(_ action: ActionID) -> Bool
  /// Nanoseconds that it is expected to take.
  func expectedDuration(of action: ActionID) -> UInt64
  /// Whether the action computes a value that others take: dry runs may run it.
  func isValue(_ action: ActionID) -> Bool
  /// The error for a cycle: each action waits for the next one, the last for the first.
  func diagnostic(forCycle cycle: [ActionID]) -> Diagnostic
  /// The error for an action that needs what another one made twice in this build, and what is gone again.
  func diagnostic(forVanished maker: ActionID, neededBy action: ActionID) -> Diagnostic
  /// The error for an action that fits nowhere.
  func diagnostic(for refusal: ResourceRefusal, of action: ActionID) -> Diagnostic
}

extension Judge {
  public func announcement(of actions: [ActionID]) -> Diagnostic? { nil }
  public mutating func noteStart(_ action: ActionID, isCleared: Bool) throws(JudgeError) {}
  public mutating func noteCleared(_ action: ActionID) {}
  public mutating func noteUnprepared(_ action: ActionID) throws(JudgeError) {}
  public func writeDown() throws(JudgeError) {}
  public func madeInputs(of action: ActionID) -> [MadeInput] { [] }
  public func reopened(_ action: ActionID) {}
  public func discarded(_ action: ActionID) -> ActionSummary { ActionSummary() }
  public func finish() {}
  public func makersNeeded(by action: ActionID) -> [ActionID] { [] }
  public func diagnostic(forVanished maker: ActionID, neededBy action: ActionID) -> Diagnostic {
    let (file, target) = (texts.name(of: maker), texts.name(of: action))
    return .error(
      "'\(String(decoding: file, as: UTF8.self))', which '\(String(decoding: target, as: UTF8.self))' needs, was made twice in this build and is gone again",
      hint: "something removes it, such as the recipe of another target")
  }
  public func makers(of group: MakerGroupID) -> [ActionID] {
    preconditionFailure("a judge that names no groups")
  }
}

/// One thing that an action waits for.
public enum Dependency: Hashable, Sendable {
  /// Discovered: known only from what the action's depfile named last; if it closes a cycle, it orders
  /// nothing.
  case action(ActionID, isDiscovered: Bool)
  /// All of a group, for which several actions wait.
  case group(MakerGroupID)

  public init(_ action: ActionID, isDiscovered: Bool = false) {
    self = .action(action, isDiscovered: isDiscovered)
  }
}

public enum MakerGroupTag {}

/// Actions for which several others wait, as one thing: a dense number that the judge gives out.
public typealias MakerGroupID = ID<MakerGroupTag>

public enum Judgement: Sendable {
  case upToDate
  case stale(StaleReason)
  /// It must wait for these too, which only now are known; then it is judged again.
  case waits(LateMakers)
  /// These are done, but what they make is not there and is needed now, since the action is stale for this
  /// reason: they run first.
  case needs([ActionID], StaleReason)
  /// In a dry run: depends on what changes before it.
  case uncertain
  case failed([Diagnostic])
}

/// Makers that an action turns out to wait for when it is judged.
public struct LateMakers: Sendable {
  public var required: [ActionID]
  /// Known only from what the action read last; where one of them waits for the action, it orders nothing.
  public var discovered: [ActionID]

  public init(required: [ActionID] = [], discovered: [ActionID] = []) {
    self.required = required
    self.discovered = discovered
  }

  public var isEmpty: Bool { required.isEmpty && discovered.isEmpty }
}

public enum Completion: Sendable {
  case succeeded(ActionSummary)
  /// `problem` says why where the outcome does not.
  case failed(ActionSummary)
  /// These must be done before the result can be recorded; then `settle` is called.
  case waits([ActionID])
  /// What was waited for changed an input: it runs again.
  case runsAgain(StaleReason)
  /// The result could not be recorded.
  case broken(Diagnostic)
}

/// What there is to say of one attempt.
public struct ActionSummary: Sendable {
  public var problem: RecipeReport.Problem?
  public var output: PrintedText
  public var spool: SpooledOutput?
  public var notes: [Diagnostic]

  public init(
    problem: RecipeReport.Problem? = nil, output: PrintedText = PrintedText(),
    spool: SpooledOutput? = nil, notes: [Diagnostic] = []
  ) {
    self.problem = problem
    self.output = output
    self.spool = spool
    self.notes = notes
  }
}

/// The state cannot be written, or the recipe cannot be filled in.
public struct JudgeError: Error {
  public enum Scope: Sendable { case action, build }
  public var diagnostic: Diagnostic
  /// Whether only this action fails or nothing may be started any more.
  public var scope: Scope

  public init(_ diagnostic: Diagnostic, scope: Scope) {
    self.diagnostic = diagnostic
    self.scope = scope
  }
}
