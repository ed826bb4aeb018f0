import SchedBase

/// One statement.
@frozen
public struct Statement: Hashable, Sendable {
  @frozen
  public enum Kind: Hashable, Sendable {
    case assignment(name: ByteRange, Assignment, words: IDRange<Word>)
    /// `choices` is empty where none are written; else it holds all of them, the default (which is
    /// then one word) first.
    case param(name: ByteRange, default: IDRange<Word>, choices: IDRange<Word>)
    case `default`(IDRange<Word>)
    case include(IDRange<Word>, onlyIfThere: Bool)
    case subdir(IDRange<Word>)
    case pool(name: ByteRange, limit: ID<Word>)
    /// `if`, each `else if`, and `else` as a branch without a condition.
    case `if`(IDRange<Branch>)
    case `for`(name: ByteRange, in: IDRange<Word>, body: IDRange<Statement>)
    /// A header without `%` in its outputs. Without a recipe: more inputs for what is made elsewhere.
    case target(ID<Header>)
    /// A header with exactly one `%` in every output; it has a recipe.
    case rule(ID<Header>)
    /// `outputs` is the task's name, one word. The recipe may lack a script, and may be missing.
    case task(ID<Header>)
    /// `outputs` is the value's name, a plain word that is a name. It has a script.
    case value(ID<Header>)
    /// `@shell`, `@env` or `@uses` outside a recipe.
    case setting(ID<Attribute>)
  }

  public var kind: Kind
  /// From its first byte to the end of its first line, without blanks and comment at the end.
  public var range: ByteRange
}

public enum Assignment: UInt8, Hashable, Sendable {
  /// `=`, `+=`, `?=`.
  case set, append, setIfUnset
}

/// One part of an `if`: what must hold, and what is read then.
@frozen
public struct Branch: Hashable, Sendable {
  /// nil for the `else` at the end.
  public var condition: ID<Condition>?
  public var body: IDRange<Statement>
}

/// What is made of what: the line of a target, rule, task or value, and its recipe.
@frozen
public struct Header: Hashable, Sendable {
  /// What is made; the name of a task or value.
  public var outputs: IDRange<Word>
  public var inputs: IDRange<Word>
  /// The colon; empty, after the name, where a task or value has none.
  public var colon: ByteRange
  public var recipe: Recipe?
}
