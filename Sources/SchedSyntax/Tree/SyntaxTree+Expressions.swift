import SchedBase

/// What stands in `{{ }}`, or on one side of a comparison.
@frozen
public struct Expression: Hashable, Sendable {
  @frozen
  public enum Kind: Hashable, Sendable {
    /// A variable, param, value or recipe name: the range is the name.
    case name
    /// A string: one word, its parts (`text`, `escape`, `joined`) side by side.
    case string(IDRange<Part>)
    case call(Function, name: ByteRange, arguments: IDRange<Expression>)
    /// `list[2]`, `list[-1]`; the range is that of the number, its sign included.
    case item(of: ID<Expression>, Int32, ByteRange)
  }

  public var kind: Kind
  public var range: ByteRange
}

/// The functions of the language. The raw value is the name.
public enum Function: String, Hashable, Sendable, CaseIterable {
  case glob, map, filter, exclude
  case dir, name, stem, ext
  case sort, unique, count
  case join, split, replace
  case lines, env, which, shell
  case json, raw

  /// How many arguments it takes; the parser has checked it.
  public var arity: ClosedRange<Int> {
    switch self {
    case .glob: 1...Int.max
    case .filter, .exclude: 2...Int.max
    case .map, .replace: 3...3
    case .join: 2...2
    case .split, .env: 1...2
    case .dir, .name, .stem, .ext, .sort, .unique, .count, .lines, .which, .shell, .json, .raw:
      1...1
    }
  }
}

/// The condition of an `if`.
@frozen
public struct Condition: Hashable, Sendable {
  @frozen
  public enum Kind: Hashable, Sendable {
    /// `a or b or c`: two or more.
    case any(IDRange<Condition>)
    /// `a and b and c`: two or more.
    case all(IDRange<Condition>)
    case not(ID<Condition>)
    /// True unless the list is empty.
    case isNotEmpty(ID<Expression>)
    case compare(ID<Expression>, Comparison, ID<Expression>)
  }

  public var kind: Kind
  public var range: ByteRange
}

public enum Comparison: UInt8, Hashable, Sendable {
  /// The same items in the same order.
  case equal, notEqual
  /// Every item on the left is one on the right; not so.
  case isIn, isNotIn
}
