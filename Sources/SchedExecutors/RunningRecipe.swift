import SchedBase
import SchedEngine
import SchedGraph
import SchedSystem

/// One recipe while it runs: its process, and what it has printed.
final class RunningRecipe {
  /// The reading end of one of its pipes, and what came through it.
  final class Stream {
    let reader: Descriptor
    /// The loop tells when there is something to read.
    var isWatched = false
    var isAtEnd = false
    init(_ reader: consuming Descriptor) { self.reader = reader }
  }

  let attempt: ActionRunner.Attempt
  let child: ChildProcess
  /// Its standard output, and its standard error too where that has no channel of its own.
  ///
  /// nil with `@console`.
  let output: Stream?
  /// Its standard error: of a value, and where the streams are told apart.
  let errors: Stream?
  var printed: KeptOutput
  /// What a value printed on standard output.
  var value: [UInt8] = []
  /// By the monotonic clock, and by the file system's just before it was spawned.
  ///
  /// The first goes on with the time for which it was stopped.
  var startedAt = Clock.monotonic()
  let began: UInt64
  /// When it is ended for taking too long; monotonic nanoseconds.
  var deadline: UInt64?
  var isTimedOut = false
  /// It was said that it is not over soon, and its notes with that.
  var isLasting = false
  /// It was given the terminal.
  var hasForeground = false
  /// How often in a row it stopped and could only be continued at once.
  var vainStops = 0
  /// From when on its pipes are watched; monotonic nanoseconds, nil: they are.
  var watchesPipesAt: UInt64?

  var id: ActionID { attempt.id }
  var request: RecipeRequest { attempt.request }

  init(
    _ attempt: ActionRunner.Attempt, _ child: consuming ChildProcess, output: Stream?,
    errors: Stream?, isShown: Bool, began: UInt64
  ) {
    self.attempt = attempt
    self.child = child
    self.output = output
    self.errors = errors
    self.began = began
    printed = KeptOutput(isShown: isShown)
    if request.timeout > 0 { deadline = startedAt.addingClamped(request.timeout) }
  }
}
