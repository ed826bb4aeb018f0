// What `$` and backquotes begin, outside quotes and in double ones.
extension ShellQuotes {
  /// Takes the byte if it begins an expansion, or tells which one.
  mutating func takeExpansion(_ byte: UInt8) -> Bool {
    if wasDollar {
      wasDollar = false
      return takeBehindDollar(byte)
    }
    if isInName, !Self.isNameByte(byte) { isInName = false }
    switch byte {
    case UInt8(ascii: "$"):
      wasDollar = true
      if top.kind == .commands { top.word.spoil() }
      return true
    case UInt8(ascii: "`"):
      openBackquotes()
      return true
    default: return false
    }
  }

  private mutating func takeBehindDollar(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("):
      beginCommands(.substitution)
      isFresh = true
    case UInt8(ascii: "{"):
      var frame = Frame(.parameter)
      frame.isQuoted = top.isQuoted
      push(frame)
    case UInt8(ascii: "["):
      // To dash a bracket like others.
      if dialect != .bash { isLost = true }
      push(Frame(.brackets))
    case UInt8(ascii: "'") where !top.isQuoted: push(Frame(.ansi))
    // `$"…"`: without its quotes the `$` would mean something else.
    case UInt8(ascii: "\"") where top.kind == .commands: push(Frame(.double))
    case UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: "*"),
      UInt8(ascii: "?"), UInt8(ascii: "-"), UInt8(ascii: "!"):
      previous = 0
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      isInName = true
      previous = 0
    default: return false
    }
    return true
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  // MARK: ${…}

  mutating func readParameter(_ byte: UInt8) {
    switch top.phase {
    case .start: readParameterStart(byte)
    case .prefix, .name: readParameterName(byte)
    case .operator_: readParameterOperator(byte)
    case .subscript_: readSubscript(byte)
    case .colon:
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "+"):
        top.phase = .word
      default:
        top.phase = .arithmetic
        readParameterText(byte)
      }
    case .arithmetic, .word, .pattern: readParameterText(byte)
    }
  }

  private mutating func readParameterStart(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "#"), UInt8(ascii: "!"): top.phase = .prefix
    case UInt8(ascii: "@"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "-"),
      UInt8(ascii: "$"):
      top.phase = .operator_
    default:
      // `${ command; }` of the newest bash, and what is no parameter.
      guard Self.isNameByte(byte) else {
        isLost = true
        return
      }
      top.phase = .name
    }
  }

  private mutating func readParameterName(_ byte: UInt8) {
    if Self.isNameByte(byte) {
      top.phase = .name
    } else if top.phase == .name {
      top.phase = .operator_
      readParameterOperator(byte)
    } else if byte == UInt8(ascii: "}") {
      pop()
    } else if byte == UInt8(ascii: "@") || byte == UInt8(ascii: "*") {
      top.phase = .operator_
    } else {
      // `${#-x}` is the length of `$-`, or `$#` with a default.
      isLost = true
    }
  }

  private mutating func readParameterOperator(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "}"): pop()
    case UInt8(ascii: "["): top.phase = .subscript_
    case UInt8(ascii: ":"): top.phase = .colon
    case UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "+"):
      top.phase = .word
    case UInt8(ascii: "#"), UInt8(ascii: "%"): top.phase = .pattern
    case UInt8(ascii: "/"), UInt8(ascii: "^"), UInt8(ascii: ","), UInt8(ascii: "~"),
      UInt8(ascii: "@"):
      if dialect == .bash { top.phase = .pattern } else { top.phase = .arithmetic }
    default: isLost = true
    }
  }

  private mutating func readSubscript(_ byte: UInt8) {
    if byte == UInt8(ascii: "]") {
      top.phase = .operator_
    } else {
      readParameterText(byte)
    }
  }

  private mutating func readParameterText(_ byte: UInt8) {
    if takeEscaped() || takeExpansion(byte) { return }
    switch byte {
    case UInt8(ascii: "}"): pop()
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "'"): singleQuoteInParameter()
    case UInt8(ascii: "\""):
      guard documents.isEmpty, top.phase == .word || top.phase == .pattern else {
        isLost = true
        return
      }
      push(Frame(.double))
    default: break
    }
  }

  private mutating func singleQuoteInParameter() {
    guard documents.isEmpty else {
      isLost = true
      return
    }
    switch top.phase {
    case .pattern: push(Frame(.single))
    case .word where !top.isQuoted: push(Frame(.single))
    case .word:
      // `"${x:-it's}"`: a quote is a letter, but to bash, unless it is `sh`, one of a pair.
      switch dialect {
      case .posix: break
      case .bash: push(Frame(.single))
      case .any: isLost = true
      }
    default: isLost = true
    }
  }

  // MARK: Arithmetic

  mutating func readArithmetic(_ byte: UInt8) {
    if takeEscaped() { return }
    // One `)` was read at its end: the second must follow.
    if top.depth < 0 {
      guard byte == UInt8(ascii: ")") else {
        isLost = true
        return
      }
      let isExpansion = top.opener == .substitution
      pop()
      if !isExpansion {
        top.word = Word()
        top.position = .command
      }
      return
    }
    if takeExpansion(byte) { return }
    switch byte {
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "'"), UInt8(ascii: "\""): isLost = true
    case UInt8(ascii: "(") where top.kind == .arithmetic: top.depth += 1
    case UInt8(ascii: ")") where top.kind == .arithmetic: top.depth -= 1
    case UInt8(ascii: "[") where top.kind == .brackets: top.depth += 1
    case UInt8(ascii: "]") where top.kind == .brackets:
      if top.depth == 0 { pop() } else { top.depth -= 1 }
    default: break
    }
  }
}
