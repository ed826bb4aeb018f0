// Words, operators and reserved words: these tell which parenthesis ends what.
extension ShellQuotes {
  mutating func readCommand(_ byte: UInt8) {
    let before = previous
    let wasFresh = isFresh
    isFresh = false
    if takeEscaped() {
      // A line that goes on.
      if byte != UInt8(ascii: "\n") { top.word.spoil() }
      previous = 0
      return
    }
    if takeExpansion(byte) { return }
    previous = byte
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): endWord()
    case UInt8(ascii: "\n"):
      endWord()
      endLineOfCommands()
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "'"): open(.single)
    case UInt8(ascii: "\""): open(.double)
    case UInt8(ascii: "#") where top.word.isEmpty: push(Frame(.comment))
    case UInt8(ascii: "("): openParenthesis(before, wasFresh)
    case UInt8(ascii: ")"): closeParenthesis()
    case UInt8(ascii: ";"): semicolon(before)
    case UInt8(ascii: "&"), UInt8(ascii: "|"): ampersandOrBar(before)
    case UInt8(ascii: "<"), UInt8(ascii: ">"): redirection(byte, before)
    default: appendToWord(byte)
    }
  }

  private mutating func open(_ quote: Frame.Kind) {
    push(Frame(quote))
    isJustOpened = true
  }

  private mutating func appendToWord(_ byte: UInt8) {
    top.word.append(byte)
    switch byte {
    case UInt8(ascii: "["): top.word.brackets += 1
    case UInt8(ascii: "]"): top.word.brackets = max(0, top.word.brackets - 1)
    case UInt8(ascii: "{"): top.word.braces += 1
    case UInt8(ascii: "}"): top.word.braces = max(0, top.word.braces - 1)
    default: break
    }
  }

  /// A blank or an operator ends the word.
  private mutating func endWord() {
    guard !top.word.isEmpty else { return }
    let word = top.word.reserved
    top.word = Word()
    switch top.position {
    case .command: endFirstWord(word)
    case .argument, .pattern: break
    case .forName: top.position = .forIn
    case .forIn: top.position = word == .do_ ? .command : .argument
    case .functionName: top.position = .command
    case .caseWord: top.position = .caseIn
    case .caseIn:
      if word == .in_ { top.position = .patternStart } else { isLost = true }
    case .patternStart:
      if word == .esac { endCase() } else { top.position = .pattern }
    }
  }

  private mutating func endFirstWord(_ word: Reserved?) {
    guard let word else {
      top.position = .argument
      return
    }
    switch word {
    case .case_:
      top.position = .argument
      push(Frame(.commands, .caseWord))
      top.position = .caseWord
    case .esac where top.opener == .caseWord: endCase()
    case .for_, .select: top.position = .forName
    case .function: top.position = .functionName
    case let word where Reserved.openers.contains(word): top.position = .command
    default: top.position = .argument
    }
  }

  private mutating func endCase() {
    guard let last = outer.popLast() else { return }
    top = last
    top.word = Word()
    top.position = .command
  }

  private mutating func endLineOfCommands() {
    if top.position == .argument, top.opener != .array { top.position = .command }
    if pendingOutside.contains(where: { !$0.isEmpty }) { isLost = true }
    if !pending.isEmpty { beginDocuments() }
  }

  private mutating func openParenthesis(_ before: UInt8, _ wasFresh: Bool) {
    if wasFresh { return openArithmetic() }
    if top.position == .patternStart, top.word.isEmpty {
      top.position = .pattern
      return
    }
    let isBesideWord = !top.word.isEmpty
    let beginsCommand = top.position == .command || top.position == .forName
    switch before {
    case UInt8(ascii: "=") where isBesideWord:
      push(Frame(.commands, .array))
      top.position = .argument
      return
    case UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "@"),
      UInt8(ascii: "!"):
      // A pattern of bash's, where that is switched on.
      if isBesideWord { isLost = true }
    default: break
    }
    if top.position == .pattern || top.position == .patternStart || top.word.brackets > 0 {
      isLost = true
    }
    endWord()
    push(Frame(.commands, .group))
    isFresh = beginsCommand && !isBesideWord
  }

  /// `((`, and `$((`.
  private mutating func openArithmetic() {
    let isExpansion = top.opener == .substitution
    // In dash, two subshells.
    if !isExpansion, dialect != .bash { isLost = true }
    if isExpansion { pending = pendingOutside.popLast() ?? [] }
    top = Frame(.arithmetic, top.opener)
  }

  private mutating func closeParenthesis() {
    if top.word.brackets > 0 { isLost = true }
    endWord()
    switch top.opener {
    case .caseWord where top.position == .pattern || top.position == .patternStart:
      top.position = .command
    case .group, .array:
      pop()
      top.word = Word()
      top.position = .command
      previous = UInt8(ascii: ")")
    case .substitution: endCommands()
    case .caseWord, .script, .backquotes: isLost = true
    }
  }

  private mutating func semicolon(_ before: UInt8) {
    endWord()
    if top.opener == .caseWord, before == UInt8(ascii: ";") {
      top.position = .patternStart
    } else if top.position == .argument || top.position == .forIn {
      top.position = .command
    }
  }

  private mutating func ampersandOrBar(_ before: UInt8) {
    endWord()
    if before == UInt8(ascii: ">") || before == UInt8(ascii: "<") { return }
    if top.opener == .caseWord, before == UInt8(ascii: ";"), top.position == .command {
      top.position = .patternStart
    } else if top.position == .argument {
      top.position = .command
    }
  }

  private mutating func redirection(_ byte: UInt8, _ before: UInt8) {
    endWord()
    if top.position == .command { top.position = .argument }
    guard byte == UInt8(ascii: "<"), before == UInt8(ascii: "<") else { return }
    delimiter = DelimiterReading()
    previous = 0
  }
}
