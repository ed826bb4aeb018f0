import SchedBase

/// One word as written: parts side by side.
@frozen
public struct Word: Hashable, Sendable {
  /// The whole word, quotes included; for a header's last output without its colon.
  public var range: ByteRange
  /// Empty for a plain word, whose text is its range as it stands.
  public var parts: IDRange<Part>

  /// No quotes, escapes, holes or `%` of a pattern: the text is the range as it stands.
  @inlinable public var isPlain: Bool { parts.isEmpty }
}

/// A piece of a word, of a string in an expression, or of the text of `@desc`.
///
/// Quotes are resolved: what stands between them is `text` too. `""` is one empty `text`.
@frozen
public enum Part: Hashable, Sendable {
  /// These bytes as they stand.
  case text(ByteRange)
  /// One byte that is written as these: `\n`, `\t`, or a line end joined by `\`, a blank.
  case escape(UInt8, ByteRange)
  /// A `%` of a pattern, in a header and outside single quotes. Elsewhere `%` is text.
  case stem(ByteRange)
  /// `{{ }}` outside quotes: the list, one word for each item; with neighbours it distributes, the
  /// left one varying slowest.
  case list(ID<Expression>, ByteRange)
  /// `{{ }}` in double quotes, in a string of an expression, or in `@desc`: the items joined by one
  /// space.
  case joined(ID<Expression>, ByteRange)

  @inlinable public var range: ByteRange {
    switch self {
    case .text(let range), .escape(_, let range), .stem(let range), .list(_, let range),
      .joined(_, let range):
      range
    }
  }
}
