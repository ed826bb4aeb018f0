/// The colours of messages, by what they say.
enum Color: String {
  case error = "1;31"
  case note = "1;36"
  /// What stands before a title.
  case count = "32"
  case faint = "2"

  func paint(_ text: String, if isOn: Bool) -> String {
    isOn ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
