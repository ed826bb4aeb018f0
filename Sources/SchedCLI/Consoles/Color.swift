/// The colours of messages, by what they say.
enum Color: String {
  case error = "1;31"
  case note = "1;36"
  /// What stands before a title.
  case count = "32"
  case faint = "2"

  func paint(_ text: TerminalText, if isOn: Bool) -> TerminalText {
    TerminalText(text, in: self, if: isOn)
  }
}
