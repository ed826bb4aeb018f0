/// Names in a directory input that are not looked at: `@ignore PATTERNS`.
public struct IgnoredNames: Sendable {
  /// Files that editors keep for themselves, and what NFS keeps of a file that is still open: vim's swap
  /// files, the locks and back-ups of Emacs, and `.nfs0000…`.
  public static let editors = IgnoredNames([".*.sw?", ".#*", "*~", ".nfs*"].map { Array($0.utf8) })
  public static let none = IgnoredNames([])

  private let patterns: [GlobPattern]

  public init(_ patterns: [[UInt8]]) {
    self.patterns = patterns.map { GlobPattern($0) }
  }

  public func contains(_ name: [UInt8]) -> Bool {
    patterns.contains { $0.matches(name) }
  }
}
