import SchedBase

extension Streams {
  /// A diagnostic as it is printed.
  func rendered(_ diagnostic: Diagnostic) -> String {
    var text = "\(diagnostic.severity): \(diagnostic.message)\n"
    if let hint = diagnostic.hint { text += "      = hint: \(hint)\n" }
    return text
  }
}
