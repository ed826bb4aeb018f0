import SchedBase

extension InvisibleCharacter {
  /// The place, the message and the hint for a line that begins with the word, which is at `span`.
  func text(in word: [UInt8], _ span: Span) -> (Span, String, String?) {
    let shown = Self.shown(String(decoding: word, as: UTF8.self))
    let start = Int(span.lower) + offset
    return (
      Span(start, start + length), "'\(shown)' begins no statement: it has a \(description)",
      isSpace ? "write a space" : "remove it"
    )
  }
}
