/// One message to the user: what is wrong, where, and the way out.
///
/// Text only; the one renderer turns it and the source bytes into what is printed.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: Hashable, Sendable { case error, warning, note }

  public var severity: Severity
  /// One sentence, lower case, without a full stop.
  public var message: String
  /// The smallest range that is wrong; nil where there is no place.
  public var range: SourceRange?
  /// The way out, printed under the caret.
  public var hint: String?
  /// Second places, each a line of its own with a caret.
  public var notes: [Note]
  /// What it is one of many of.
  public var topic: Topic?

  public enum Topic: Hashable, Sendable {
    /// A file that was moved aside.
    case movedAside
  }

  public struct Note: Hashable, Sendable {
    public var message: String
    public var range: SourceRange?

    public init(_ message: String, at range: SourceRange? = nil) {
      self.message = message
      self.range = range
    }
  }

  public init(
    _ severity: Severity, _ message: String, at range: SourceRange? = nil, hint: String? = nil,
    notes: [Note] = []
  ) {
    self.severity = severity
    self.message = message
    self.range = range
    self.hint = hint
    self.notes = notes
  }

  public static func error(
    _ message: String, at range: SourceRange? = nil, hint: String? = nil, notes: [Note] = []
  ) -> Diagnostic {
    Diagnostic(.error, message, at: range, hint: hint, notes: notes)
  }
}
