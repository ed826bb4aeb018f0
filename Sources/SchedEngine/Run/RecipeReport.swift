import SchedBase
import SchedDigest
import SchedSystem

/// What came of one attempt at a recipe, from whoever ran it.
public struct RecipeReport: Equatable, Sendable {
  /// An output as it was found after the recipe ended.
  public struct Output: Equatable, Sendable {
    /// An empty regular file has the tag `stamp` and no digest: the engine gives it the
    /// fingerprint.
    public var identity: Identity
    public var signature: Signature
    /// False: the clock cannot tell whether it was written again after it was read.
    public var isSettled: Bool

    public init(identity: Identity, signature: Signature, isSettled: Bool) {
      self.identity = identity
      self.signature = signature
      self.isSettled = isSettled
    }
  }

  /// Why an action failed that its exit status does not tell.
  public enum Problem: Equatable, Sendable {
    /// An index into the request's outputs.
    case missingOutput(UInt32)
    /// A directory where a file is promised, or the other way round.
    case wrongKind(UInt32)
    /// An output cannot be read, or holds something that is no file.
    case unreadableOutput(UInt32, reason: [UInt8])
    case depfileNotWritten
    case depfileUnreadable(reason: [UInt8])
    /// No rule stands in it, not even one without prerequisites.
    case depfileEmpty
    /// None of the files is there that the depfile names.
    case depfileNamesNothing(UnseenNames)
    /// It read what an earlier build made and nothing makes now; the cause says what became of its source.
    case readLeftover([UInt8], cause: [UInt8])
    /// The interpreter or program could not be started; the text names it and the cause.
    case cannotStart(reason: [UInt8])
    /// Old outputs could not be moved, or directories not be made.
    case cannotPrepare(reason: [UInt8])
    /// The script is longer than the system takes as an argument and the interpreter cannot read
    /// it from a file.
    case scriptTooLong(limit: UInt64)
    /// An input cannot be read after the recipe has ended: what it made is recorded nowhere.
    case unreadableInput(reason: [UInt8])
    /// What another host has made is not seen on the host where it was to be read.
    case inputNotSeen(LateInput)
  }

  /// Prerequisites that lead nowhere.
  public struct UnseenNames: Equatable, Sendable {
    public var count: UInt32
    /// As the depfile spells it.
    public var first: [UInt8]
    /// What names were taken as relative to.
    public var directory: [UInt8]
    /// Another directory, in which the first one is there.
    public var foundIn: [UInt8]?
    /// What that directory seems to be called where the compiler ran; empty: as here.
    public var alias: [UInt8] = []

    public init(count: UInt32, first: [UInt8], directory: [UInt8], foundIn: [UInt8]? = nil) {
      self.count = count
      self.first = first
      self.directory = directory
      self.foundIn = foundIn
    }

    /// What to do about a name that leads nowhere because it is more than a name; nil: there is nothing
    /// about it.
    public static func advice(on name: [UInt8]) -> String? {
      if name.contains(UInt8(ascii: "\"")) || name.contains(UInt8(ascii: "'")) {
        return "quotes are part of a name in a depfile: write names without them, and '\\ ' for a "
          + "blank"
      }
      return name.contains(UInt8(ascii: "$"))
        ? "no expression is expanded in a depfile: write the names themselves, and '$$' for a '$'"
        : nil
    }
  }

  /// An input that a host did not see in time as its maker's host had reported it.
  public struct LateInput: Equatable, Sendable {
    public enum Found: UInt8, Sendable {
      case nothing = 0
      /// A file of another size.
      case otherSize = 1
      /// The size is right, the content is another.
      case otherContent = 2
      /// It is there and cannot be read, or is something of another kind.
      case otherKind = 3
    }

    public var path: [UInt8]
    public var makersHost: [UInt8]
    public var readersHost: [UInt8]
    /// Bytes.
    public var expectedSize: UInt64
    public var found: Found
    public var foundSize: UInt64
    /// Nanoseconds that were waited.
    public var waited: UInt64

    public init(
      path: [UInt8], makersHost: [UInt8], readersHost: [UInt8], expectedSize: UInt64,
      found: Found, foundSize: UInt64, waited: UInt64
    ) {
      self.path = path
      self.makersHost = makersHost
      self.readersHost = readersHost
      self.expectedSize = expectedSize
      self.found = found
      self.foundSize = foundSize
      self.waited = waited
    }
  }

  public var problem: Problem?
  /// What it printed; with `spool` an excerpt of it, and an excerpt too where it was shown already.
  public var output: PrintedText
  /// All that it printed, where that is much.
  public var spool: SpooledOutput?
  /// It was passed on while the recipe ran.
  public var wasShown: Bool
  /// A value's standard output.
  public var value: [UInt8]
  /// Those of the request, in its order; empty unless it succeeded.
  public var outputs: [Output]
  /// The depfile as the recipe left it; nil: it has none, or failed.
  public var depfile: Output?
  /// Prerequisites that the depfile names, relative to the root, repeats included.
  public var discovered: TextList
  /// What was moved aside, and was not told yet: a note each.
  public var moved: [[UInt8]]
  /// What else the user should know.
  public var notes: [[UInt8]]
  /// The file system's time just before the recipe was spawned, nanoseconds since 1970.
  public var started: UInt64
  /// Wall time, nanoseconds.
  public var duration: UInt64
  /// Processor time, user and system, nanoseconds.
  public var processorTime: UInt64
  /// Peak resident memory of the largest process, bytes.
  public var peakMemory: UInt64

  public init() {
    output = PrintedText()
    wasShown = false
    value = []
    outputs = []
    depfile = nil
    discovered = TextList()
    moved = []
    notes = []
    started = 0
    duration = 0
    processorTime = 0
    peakMemory = 0
  }
}
