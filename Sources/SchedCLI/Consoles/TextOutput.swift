import SchedSystem

/// Where text goes that people or programs read.
protocol TextOutput: AnyObject {
  /// Passes bytes on as they are: what recipes printed.
  ///
  /// Writes all of them, in one go. What cannot be written is lost, and so is all that follows.
  func pass(_ bytes: [UInt8])
  /// Why something was lost.
  var failure: SystemError? { get }
}

extension TextOutput {
  var failure: SystemError? { nil }
  func write(_ text: TerminalText) { pass(Array(text.text.utf8)) }
}
