/// What reads a script, as far as sched must know it to insert text.
public enum ScriptLanguage: Hashable, Sendable {
  case shell(ShellQuotes.Dialect)
  case python, javaScript
  /// Nothing that sched could quote for.
  case other

  /// What an interpreter's words run: the last one that names a known program, so that wrappers
  /// (`env`, `nice`, `srun`) are passed by.
  public init<Words: BidirectionalCollection>(interpreter words: Words)
  where Words.Element: Collection<UInt8> {
    for word in words.reversed() {
      guard let known = Self.named(word) else { continue }
      let isPosix = words.contains {
        $0.elementsEqual("--posix".utf8) || $0.elementsEqual("posix".utf8)
      }
      self = isPosix && known == .shell(.bash) ? .shell(.posix) : known
      return
    }
    self = .other
  }

  /// What the first line `#!…` of a script names; nil: there is none.
  ///
  /// `line` ends where something is inserted that is not known yet.
  public init?(firstLine line: some Collection<UInt8>) {
    guard line.starts(with: "#!".utf8) else { return nil }
    let words = line.dropFirst(2).split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    self.init(interpreter: words)
  }

  private static func named(_ word: some Collection<UInt8>) -> ScriptLanguage? {
    let slash = UInt8(ascii: "/")
    var name = Array(
      word.split(separator: slash, omittingEmptySubsequences: false).last ?? word[...])
    // `python3.11`, `node20`.
    while let last = name.last, last == UInt8(ascii: ".") || (0x30...0x39).contains(last) {
      name.removeLast()
    }
    switch String(decoding: name, as: UTF8.self) {
    case "sh", "dash", "ash": return .shell(.posix)
    case "bash", "rbash": return .shell(.bash)
    // Programs that hand it to a shell of whoever uses them are among these.
    case "ksh", "mksh", "oksh", "zsh", "yash", "busybox", "ssh", "su", "runuser", "sg",
      "nix-shell":
      return .shell(.any)
    case "python", "pypy", "ipython": return .python
    case "node", "nodejs", "deno", "bun", "qjs": return .javaScript
    default: return nil
    }
  }
}
