import SchedBase

/// A Schedfile as its author wrote it: statements with the place of everything in them.
///
/// Flat arrays hold what there is much of; statements point in by ranges. Nothing is evaluated. A class,
/// since everything that evaluates holds one; only the parser changes what is in it. Of a long text it
/// is a piece.
public final class SyntaxTree {
  public let file: SourceFileID
  public let bytes: [UInt8]
  public internal(set) var statements: [Statement] = []
  public internal(set) var words: [Word] = []
  public internal(set) var parts: [Part] = []
  public internal(set) var expressions: [Expression] = []
  public internal(set) var segments: [Segment] = []
  /// For who evaluates: a number for each expression that is a name, once it was asked for.
  public var nameNumbers: [UInt32] = []

  init(file: SourceFileID, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }

  public func words(_ list: WordList) -> ArraySlice<Word> { words[list.range] }
  public func parts(of word: Word) -> ArraySlice<Part> { parts[word.partRange] }
  public subscript(id: ExpressionID) -> Expression { expressions[id.index] }
  public func text(_ span: Span) -> ArraySlice<UInt8> { bytes[span.range] }

  /// Lends the same.
  @inlinable
  public func withText<R>(_ span: Span, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[span.range])) }
  }
  public func range(_ span: Span) -> SourceRange {
    SourceRange(file: file, lower: span.lower, upper: span.upper)
  }
}

/// A run of bytes in the tree's own file.
@frozen
public struct Span: Hashable, Sendable, BitwiseCopyable {
  public var lower: UInt32
  public var upper: UInt32

  @inlinable
  public init(_ lower: Int, _ upper: Int) {
    self.lower = UInt32(lower)
    self.upper = UInt32(upper)
  }

  @inlinable public var range: Range<Int> { Int(lower)..<Int(upper) }
  @inlinable public var isEmpty: Bool { lower == upper }
  public func union(_ other: Span) -> Span {
    Span(Int(min(lower, other.lower)), Int(max(upper, other.upper)))
  }
}

public enum ExpressionTag {}
public typealias ExpressionID = ID<ExpressionTag>

/// Consecutive words in `SyntaxTree.words`.
public struct WordList: Hashable, Sendable {
  var first: UInt32
  var count: UInt32

  public var range: Range<Int> { Int(first)..<Int(first) + Int(count) }
  public var isEmpty: Bool { count == 0 }
  static let empty = WordList(first: 0, count: 0)
}

/// One or more parts side by side.
public struct Word: Sendable {
  public var span: Span
  var firstPart: UInt32
  var partCount: UInt32

  public var partRange: Range<Int> { Int(firstPart)..<Int(firstPart) + Int(partCount) }
}

/// A piece of a word.
public struct Part: Sendable {
  public enum Kind: Sendable {
    /// The bytes of `span` as they stand.
    case literal
    /// One byte that an escape stands for.
    case byte(UInt8)
    case hole(ExpressionID)
  }

  public enum Quoting: UInt8, Sendable { case bare, single, double }

  public var kind: Kind
  public var quoting: Quoting
  /// Whether a `%` in it counts in a header: it stands in a literal outside single quotes.
  public var hasPercent = false
  public var span: Span
}

public struct Expression: Sendable {
  public enum Kind: Sendable {
    case name
    case call(name: Span, arguments: [ExpressionID])
    /// A quoted string: a word of one or more parts.
    case string(Word)
    case index(ExpressionID, Int)
  }

  public var kind: Kind
  public var span: Span
}

/// A condition of an `if`.
public indirect enum Condition: Sendable {
  public enum Comparison: Sendable { case equal, notEqual, isIn, isNotIn }

  case value(ExpressionID)
  case comparison(ExpressionID, Comparison, ExpressionID)
  case not(Condition)
  case and(Condition, Condition)
  case or(Condition, Condition)
}

// MARK: Statements

public enum Statement {
  public enum Operator: Sendable { case assign, append, assignIfUnset }
  public enum Setting: Sendable { case shell, environment, uses, ignore }

  case assignment(name: Span, Operator, WordList)
  /// Words; `|` as a word by itself separates choices.
  case param(name: Span, WordList)
  case defaults(Span, WordList)
  case include(Span, WordList, isOptional: Bool)
  case subdir(Span, WordList)
  case adopt(Span, WordList)
  case pool(name: Span, WordList)
  /// The name's place, and its words.
  case setting(Setting, Span, WordList)
  case conditional([Branch], otherwise: [Statement]?)
  case loop(name: Span, WordList, [Statement])
  case target(Target)
  case task(name: Word, Target)
  case value(name: Span, Target)

  public struct Branch {
    public var condition: Condition
    public var statements: [Statement]
  }
}

/// A header with its recipe.
public struct Target {
  /// The whole header, for messages.
  public var header: Span
  /// Empty for tasks and values.
  public var outputs: WordList
  public var inputs: WordList
  public var recipe: Recipe?
}

/// What stands below a header.
public final class Recipe {
  public let attributes: [Attribute]
  public let script: SharedScript?
  /// How many bytes behind the places of the script's text this one stands.
  public let shift: UInt32
  /// For who evaluates: whether it was evaluated, and what was found once for all targets that take it.
  public var isEvaluated = false
  public var prepared: AnyObject?

  public init(attributes: [Attribute], script: SharedScript?, shift: UInt32 = 0) {
    self.attributes = attributes
    self.script = script
    self.shift = shift
  }
}

/// A script, which is also that of recipes further below that read the same: whoever writes out each
/// target writes one script many times.
public final class SharedScript {
  public let text: Script
  /// For who evaluates, as that of a recipe.
  public var prepared: AnyObject?

  init(_ text: Script) { self.text = text }
}

public struct Attribute: Sendable {
  /// With the `@`.
  public var name: Span
  public var words: WordList
  /// `@desc`: the rest of the line, as segments.
  public var text: Script?
  public var span: Span
}

/// Text with holes.
public struct Script: Sendable {
  var firstSegment: UInt32
  var segmentCount: UInt32
  public var span: Span

  public var segmentRange: Range<Int> {
    Int(firstSegment)..<Int(firstSegment) + Int(segmentCount)
  }
}

/// A piece of a script or a description.
public enum Segment: Sendable {
  case literal(Span)
  case hole(ScriptHole)
}

/// `{{ }}` in a script, with what stands around it.
public struct ScriptHole: Sendable {
  public var expression: ExpressionID
  public var span: Span
  /// The quote that stands directly on both sides, and is not in the literals beside it; or 0.
  public var surroundingQuote: UInt8 = 0
  /// What the interpreter makes of text that stands here.
  public var place = HolePlace.bare
  public var cautions: HoleCautions = []
  /// A word character or another hole stands directly beside it.
  public var touchesText = false

  public init(expression: ExpressionID, span: Span) {
    self.expression = expression
    self.span = span
  }

  /// A word that needs quotes is an error.
  public var isInsideQuotes: Bool { !place.takesQuotes && place != .json }
}
