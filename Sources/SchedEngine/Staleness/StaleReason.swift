import SchedBase
import SchedDigest

/// Why an action must run: the first fact that differed.
public enum StaleReason: Hashable, Sendable {
  /// Nothing was recorded for it.
  case neverMade
  /// A start without an end: sched or the machine was stopped, or it failed.
  case interrupted
  /// Another target made one of its outputs last.
  case outputsTakenOver(PathID)
  /// `@when always`, a task, or a value.
  case always
  /// `-B`.
  case forced
  /// An input changed while it was made.
  case unsettled(PathID?)
  case recipeChanged
  case interpreterChanged
  case directoryChanged
  case outputsChanged
  case environmentChanged(name: [UInt8])
  case argumentsChanged
  /// An input has another identity than when it was made.
  case inputChanged(PathID, was: Identity, now: Identity)
  case inputAdded(PathID)
  case inputRemoved(PathID)
  case variableChanged(PathID)
  case valueChanged(PathID)
  case outputMissing(PathID)
  case outputEdited(PathID)
  /// A discovered input that is made in this build changed after the action began.
  case discoveredChanged(PathID)
  /// The sched that recorded it composed fingerprints in another way.
  case formatChanged
}
