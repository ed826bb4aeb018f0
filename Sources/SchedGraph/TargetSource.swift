import SchedBase

/// Where targets come from that the graph does not name yet.
///
/// The loader implements it; the engine asks when a build meets a path that nothing makes
/// (requested, discovered, or listed by `@inputs-from`).
public protocol TargetSource {
  /// Makes a target for `path` by a rule, and for what it needs in turn, and adds them to `graph`.
  /// Returns whether `path` has a producer now. Earlier rows of the graph do not change.
  ///
  /// Throws the diagnostics of a rule that applies but is wrong (ambiguous, a bad attribute).
  mutating func makeTarget(for path: PathID, in graph: inout Graph) throws(TargetSourceError)
    -> Bool

  /// Whether an answer depended on what lies in the file system.
  var hasAskedOutside: Bool { get }

  /// The way out for a path that nothing makes and that is not there: the nearest name, or how a
  /// habit from another tool is written here.
  func hint(forMissing path: PathID, in graph: Graph) -> String?
}

extension TargetSource {
  public var hasAskedOutside: Bool { false }
  public func hint(forMissing path: PathID, in graph: Graph) -> String? { nil }
}

public struct TargetSourceError: Error {
  public var diagnostics: [Diagnostic]
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// What earlier builds made.
///
/// The engine's state implements it; the loader asks so that a glob does not match what a build
/// leaves behind.
public protocol MadeFiles {
  /// Whether an earlier build recorded `path` as an output and the file still has that content.
  func isMadeAndUnedited(_ path: PathID) -> Bool
}

/// Nothing was made yet.
public struct NoMadeFiles: MadeFiles {
  public init() {}
  public func isMadeAndUnedited(_ path: PathID) -> Bool { false }
}
