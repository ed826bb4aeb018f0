import SchedSystem

/// Where text goes that people or programs read.
protocol TextOutput: AnyObject {
  /// Writes all of it, in one go. What cannot be written is lost, and so is all that follows.
  func write(_ bytes: [UInt8])
  /// Why something was lost.
  var failure: SystemError? { get }
}

extension TextOutput {
  var failure: SystemError? { nil }
  func write(_ text: String) { write(Array(text.utf8)) }
}
