import SchedBase
import SchedGraph

/// What is executed for a script: directly, by the shell, or by the interpreter that it names.
enum RecipeCommand: Equatable {
  /// A program and its words, without a shell.
  case direct([[UInt8]])
  /// An interpreter with the script as its last word.
  case interpreted([[UInt8]])
  /// An interpreter that reads the script from a file, which is its last word.
  case fromFile([[UInt8]])
  /// Too long for an argument, and the interpreter cannot take a file.
  case tooLong

  /// The longest single argument the system takes, its final NUL included.
  static let argumentLimit = 128 << 10

  private static let defaultShell = ["/bin/sh", "-eu", "-c"].map { Array($0.utf8) }

  init(script: [UInt8], shell: [[UInt8]]) {
    if script.starts(with: "#!".utf8) {
      self = .fromFile(Self.interpreter(of: script))
    } else if script.count >= Self.argumentLimit {
      self = Self.readingFile(shell)
    } else if shell.isEmpty, let words = Self.simpleWords(of: script) {
      self = .direct(words)
    } else {
      self = .interpreted(
        (shell.isEmpty ? Self.defaultShell : shell) + [Self.shielded(script, shell)])
    }
  }

  /// The same by the shell, which answers as it does where a program cannot be found or run.
  static func byShell(_ script: [UInt8]) -> RecipeCommand {
    .interpreted(defaultShell + [shielded(script, [])])
  }

  /// A script that begins as an option does, with a blank before it: an interpreter would take it for one.
  ///
  /// To shells a blank means nothing, to others an empty line does.
  private static func shielded(_ script: [UInt8], _ shell: [[UInt8]]) -> [UInt8] {
    guard let first = script.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
      return script
    }
    let isShell = shell.isEmpty || shell.contains { shells.contains(name(ofProgram: $0)) }
    return [UInt8(ascii: isShell ? " " : "\n")] + script
  }

  private static let shells: Set<String> = [
    "sh", "ash", "bash", "busybox", "dash", "ksh", "ksh93", "mksh", "yash", "zsh",
  ]

  private static func name(ofProgram word: [UInt8]) -> String {
    let start = word.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return String(decoding: word[start...], as: UTF8.self)
  }

  /// The words of a first line `#!PROGRAM ARGUMENT`, as the system reads it: one argument at most.
  private static func interpreter(of script: [UInt8]) -> [[UInt8]] {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let line = script.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }.drop(while: isBlank)
    let program = line.prefix { !isBlank($0) }
    var argument = line.dropFirst(program.count).drop(while: isBlank)
    while let last = argument.last, isBlank(last) || last == UInt8(ascii: "\r") {
      argument.removeLast()
    }
    return argument.isEmpty ? [Array(program)] : [Array(program), Array(argument)]
  }

  /// An interpreter whose last word is a cluster of options that ends in `c`, as in `bash -euc`,
  /// takes a file without that `c`.
  private static func readingFile(_ shell: [[UInt8]]) -> RecipeCommand {
    var words = shell.isEmpty ? defaultShell : shell
    guard let last = words.last, last.count >= 2, last[0] == UInt8(ascii: "-"),
      last[1] != UInt8(ascii: "-"), last.last == UInt8(ascii: "c")
    else { return .tooLong }
    words.removeLast()
    if last.count > 2 { words.append(Array(last.dropLast())) }
    return .fromFile(words)
  }

  // MARK: Without a shell

  /// The words of a script that is one command of plain words and words in single quotes, and means
  /// to the shell just that; nil for all others.
  static func simpleWords(of script: [UInt8]) -> [[UInt8]]? {
    guard let words = script.withUnsafeBytes(plainWords), let first = words.first, !first.isEmpty,
      !first.contains(UInt8(ascii: "=")), !isShellWord(first)
    else { return nil }
    return words
  }

  /// nil: there is a byte that means something to the shell.
  private static func plainWords(of script: UnsafeRawBufferPointer) -> [[UInt8]]? {
    let (blank, quote) = (UInt8(ascii: " "), UInt8(ascii: "'"))
    var end = script.count
    while end > 0, script[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    var words: [[UInt8]] = []
    words.reserveCapacity(8)
    /// The word so far where it is not one run of bytes.
    var word: [UInt8] = []
    var isInWord = false
    var position = 0
    while position < end {
      let start = position
      while position < end, WordText.isPlain(script[position]) { position += 1 }
      if position > start {
        let run = UnsafeRawBufferPointer(rebasing: script[start..<position])
        if !isInWord, position == end || script[position] == blank {
          words.append(Array(run))
          position += 1
        } else {
          word.append(contentsOf: run)
          isInWord = true
        }
        continue
      }
      switch script[position] {
      case blank:
        if isInWord { words.append(word) }
        word = []
        isInWord = false
        position += 1
      case quote:
        position += 1
        let start = position
        while position < end, script[position] != quote { position += 1 }
        guard position < end else { return nil }
        word.append(contentsOf: UnsafeRawBufferPointer(rebasing: script[start..<position]))
        isInWord = true
        position += 1
      case UInt8(ascii: "\\") where script[position..<end].starts(with: #"\''"#.utf8):
        // sched's own way to write a quote: `'\''`.
        word.append(quote)
        isInWord = true
        position += 2
      default: return nil
      }
    }
    if isInWord { words.append(word) }
    return words
  }

  private static func isShellWord(_ word: [UInt8]) -> Bool {
    !word.contains(UInt8(ascii: "/")) && shellWords.contains(String(decoding: word, as: UTF8.self))
  }

  /// Builtins and reserved words of dash and bash.
  ///
  /// `true`, `false`, `echo`, `printf`, `test`, `kill` and `pwd` are programs too, but another
  /// program of the same name may print otherwise.
  private static let shellWords: Set<String> = [
    ".", ":", "[", "alias", "bg", "bind", "break", "builtin", "caller", "case", "cd", "chdir",
    "command", "compgen", "complete", "continue", "coproc", "declare", "dirs", "disown", "do",
    "done", "echo", "elif", "else", "enable", "esac", "eval", "exec", "exit", "export", "false",
    "fc", "fg", "fi", "for", "function", "getopts", "hash", "help", "history", "if", "in", "jobs",
    "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read",
    "readarray", "readonly", "return", "select", "set", "shift", "shopt", "source", "suspend",
    "test", "then", "time", "times", "trap", "true", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "until", "wait", "while",
  ]
}
