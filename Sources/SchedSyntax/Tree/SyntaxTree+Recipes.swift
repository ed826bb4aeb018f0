import SchedBase

/// The body of a header: attributes, then a script.
@frozen
public struct Recipe: Hashable, Sendable {
  public var attributes: IDRange<Attribute>
  /// Empty where there is no script (a task only).
  public var script: IDRange<Segment>
  /// The script as it lies in the file, from its first to its last line, indentation included.
  public var scriptRange: ByteRange
  /// The script's first line begins with `#!`: the interpreter's line, without `#!`.
  public var interpreter: ByteRange?

  @inlinable public var hasScript: Bool { !script.isEmpty }
}

/// One line of a recipe that begins with `@`, or a setting.
@frozen
public struct Attribute: Hashable, Sendable {
  @frozen
  public enum Value: Hashable, Sendable {
    case words(IDRange<Word>)
    /// `@env NAME=WORDS`: the variable's name, and what it is set to.
    case variable(name: ByteRange, IDRange<Word>)
    /// `@desc`: `text`, `escape` and `joined` parts side by side.
    case text(IDRange<Part>)
  }

  public var name: AttributeName
  /// The name with its `@`.
  public var nameRange: ByteRange
  public var value: Value
  /// The whole line, without blanks and comment at the end.
  public var range: ByteRange
}

/// The raw value is the name without its `@`.
public enum AttributeName: String, Hashable, Sendable, CaseIterable {
  case desc, uses, after, depfile
  case inputsFrom = "inputs-from"
  case env, shell, when, pool, cpus, mem, gpus, timeout, retries
  case console, local, cache, keep, secondary, temporary
}

/// A piece of a script. The script's text is all of them in order: the common indentation is gone,
/// lines end in LF, blank lines at the end are dropped and the last line has no line end.
@frozen
public enum Segment: Hashable, Sendable {
  /// These bytes as they stand, line ends included.
  case text(ByteRange)
  case hole(ScriptHole)
}

/// `{{ }}` in a script, and what stands around it as far as quoting needs it.
@frozen
public struct ScriptHole: Hashable, Sendable {
  /// Where the shell reads the hole.
  @frozen
  public enum Quoting: Hashable, Sendable {
    /// Outside quotes.
    case none
    /// This quote (`"` or `'`) stands directly on both sides, and belongs to no segment: to be put
    /// around the items where none needs quoting (and around `raw` and `json`), and left out where
    /// sched's own quotes replace it.
    case surrounded(UInt8)
    /// Inside a longer string in this quote: an item that needs quoting is an error.
    case inside(UInt8)
  }

  public var expression: ID<Expression>
  /// From `{{` to `}}`.
  public var range: ByteRange
  public var quoting: Quoting
  /// Touches a word character or another hole: not exactly one item is an error.
  public var mustBeOneWord: Bool
}
