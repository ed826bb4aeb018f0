/// Where text goes that people or programs read.
protocol TextOutput: AnyObject {
  /// Writes all of it, in one go. A reader that is gone is no error.
  func write(_ bytes: [UInt8])
}

extension TextOutput {
  func write(_ text: String) { write(Array(text.utf8)) }
}
