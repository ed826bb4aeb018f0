import SchedBase

/// A Schedfile as written: statements, words and scripts as ranges of its bytes, in flat arrays.
///
/// Nodes of one kind lie in one array; what belongs to a node is an `IDRange` of another array, so
/// that a file of 100,000 targets is some ten allocations. `tree[id]` gives a node, `tree[range]`
/// the nodes of a range, `tree.text(range)` bytes. Holds no meaning: what a name stands for is the
/// evaluator's affair.
@frozen
public struct SyntaxTree: Sendable {
  public let file: SourceFileID
  /// The text that all ranges point into.
  public let bytes: [UInt8]
  /// The statements of the file itself; those in an `if` or `for` hang below it.
  public internal(set) var root = IDRange<Statement>(from: 0, to: 0)

  public internal(set) var statements: [Statement] = []
  public internal(set) var branches: [Branch] = []
  public internal(set) var headers: [Header] = []
  public internal(set) var attributes: [Attribute] = []
  public internal(set) var segments: [Segment] = []
  public internal(set) var words: [Word] = []
  public internal(set) var parts: [Part] = []
  public internal(set) var expressions: [Expression] = []
  public internal(set) var conditions: [Condition] = []

  init(file: SourceFileID, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }
}

/// A run of bytes of the tree's own file.
@frozen
public struct ByteRange: Hashable, Sendable, BitwiseCopyable {
  public var lower: UInt32
  public var upper: UInt32

  @inlinable
  public init(_ lower: UInt32, _ upper: UInt32) {
    self.lower = lower
    self.upper = upper
  }

  @inlinable
  public init(_ lower: Int, _ upper: Int) {
    self.lower = UInt32(truncatingIfNeeded: lower)
    self.upper = UInt32(truncatingIfNeeded: upper)
  }

  @inlinable public var count: Int { Int(upper) - Int(lower) }
  @inlinable public var isEmpty: Bool { upper == lower }
  @inlinable public var indices: Range<Int> { Int(lower)..<Int(upper) }
}

extension SyntaxTree {
  @inlinable public func text(_ range: ByteRange) -> ArraySlice<UInt8> { bytes[range.indices] }

  /// The text as a String, for messages and for names that are looked up rarely.
  public func string(_ range: ByteRange) -> String { String(decoding: text(range), as: UTF8.self) }

  /// The place of a node, as diagnostics want it.
  @inlinable
  public func place(_ range: ByteRange) -> SourceRange {
    SourceRange(file: file, lower: range.lower, upper: range.upper)
  }

  @inlinable public subscript(id: ID<Statement>) -> Statement { statements[id.index] }
  @inlinable public subscript(id: ID<Branch>) -> Branch { branches[id.index] }
  @inlinable public subscript(id: ID<Header>) -> Header { headers[id.index] }
  @inlinable public subscript(id: ID<Attribute>) -> Attribute { attributes[id.index] }
  @inlinable public subscript(id: ID<Segment>) -> Segment { segments[id.index] }
  @inlinable public subscript(id: ID<Word>) -> Word { words[id.index] }
  @inlinable public subscript(id: ID<Part>) -> Part { parts[id.index] }
  @inlinable public subscript(id: ID<Expression>) -> Expression { expressions[id.index] }
  @inlinable public subscript(id: ID<Condition>) -> Condition { conditions[id.index] }

  @inlinable public subscript(range: IDRange<Statement>) -> ArraySlice<Statement> {
    statements[range.positions]
  }
  @inlinable public subscript(range: IDRange<Branch>) -> ArraySlice<Branch> {
    branches[range.positions]
  }
  @inlinable public subscript(range: IDRange<Attribute>) -> ArraySlice<Attribute> {
    attributes[range.positions]
  }
  @inlinable public subscript(range: IDRange<Segment>) -> ArraySlice<Segment> {
    segments[range.positions]
  }
  @inlinable public subscript(range: IDRange<Word>) -> ArraySlice<Word> { words[range.positions] }
  @inlinable public subscript(range: IDRange<Part>) -> ArraySlice<Part> { parts[range.positions] }
  @inlinable public subscript(range: IDRange<Expression>) -> ArraySlice<Expression> {
    expressions[range.positions]
  }
  @inlinable public subscript(range: IDRange<Condition>) -> ArraySlice<Condition> {
    conditions[range.positions]
  }
}

extension IDRange {
  @inlinable var positions: Range<Int> { Int(startIndex)..<Int(endIndex) }
}
