import SchedBase
import SchedDigest

/// Why an action must run: a fact that differs between its record and now.
public enum StaleReason: Hashable, Sendable {
  /// Nothing was recorded for it.
  case neverMade
  /// A start without an end: sched or the machine was stopped, or the recipe failed.
  case interrupted
  /// Another target made one of its outputs last.
  case outputTakenOver(PathID)
  /// `@when always`, a task, or a value.
  case always
  /// `-B`.
  case forced
  /// An input changed while it was made.
  case unsettled(PathID?)
  /// The sched that recorded it composed fingerprints in another way.
  case formatChanged
  /// The recipe's text, with named holes for what is filled in when it starts.
  case recipeChanged(was: [UInt8], now: [UInt8])
  case interpreterChanged(was: [UInt8], now: [UInt8])
  case directoryChanged(was: [UInt8], now: [UInt8])
  /// The list of outputs, or the depfile's place.
  case outputsChanged
  /// What `@depfile-dir` names.
  case depfileDirectoryChanged(was: [UInt8], now: [UInt8])
  /// A variable that `@env NAME=…` sets.
  case environmentChanged(name: [UInt8], was: [UInt8]?, now: [UInt8]?)
  /// A variable that `@env NAME` tracks; nil: not set.
  case variableChanged(name: [UInt8], was: [UInt8]?, now: [UInt8]?)
  case valueChanged(name: [UInt8], was: [UInt8]?, now: [UInt8]?)
  /// The words after `--`.
  case argumentsChanged(was: [UInt8], now: [UInt8])
  /// An input has another identity than when it was made.
  case inputChanged(PathID, was: Identity, now: Identity)
  case inputAdded(PathID)
  case inputRemoved(PathID)
  /// The same inputs in another order.
  case inputsReordered
  case outputMissing(PathID)
  case outputEdited(PathID)
  /// A secondary or temporary output that is not there is needed.
  case outputNeeded(PathID)
  /// A discovered input that is made in this build changed after the action began.
  case discoveredChanged(PathID)
  /// Another attempt after one that failed.
  case retry
  /// The rank that ran it is gone.
  case rankLost(UInt32)
}
