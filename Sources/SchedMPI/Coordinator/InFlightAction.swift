import SchedEngine
import SchedExecutors
import SchedGraph

/// An action that was given to a rank and has not ended.
struct InFlightAction {
  var attempt: UInt32
  /// Nil while no rank has it: it was taken back, and there is no room yet.
  var allocation: Placement.Allocation?
  var resources: Resources
  var payload: [UInt8]
  var madeInputs: [MadeInput]
}
