import SchedBase

// Words, and expressions in braces.
extension Parser {
  /// The words of a logical line.
  struct WordLine {
    var words: WordList
    /// In a header: where the colon is, and how many words stand before it.
    var colon: (offset: Int, wordsBefore: Int)?
  }

  /// Reads words from the position to the end of the logical line, and goes to the next one.
  ///
  /// In a header the first colon that ends a word stands for itself.
  mutating func parseWordLine(inHeader: Bool = false) -> WordLine {
    let first = tree.words.count
    var colon: (offset: Int, wordsBefore: Int)?
    while skipBlanks() {
      if inHeader, isColonHere() {
        if let colon { report(secondColon(after: tree.words[(first + colon.wordsBefore)...])) }
        colon = colon ?? (scanner.position, tree.words.count - first)
        scanner.position += 1
        continue
      }
      parseWord(endsAtColon: inHeader)
    }
    endLine()
    return WordLine(
      words: WordList(first: UInt32(first), count: UInt32(tree.words.count - first)), colon: colon)
  }

  /// `a.o b.o: %.o: %.c` is Make's; any other second colon is a slip.
  private func secondColon(after words: ArraySlice<Word>) -> SyntaxError {
    let here = Span(scanner.position, scanner.position + 1)
    let hasPattern = words.contains { tree.text($0.span).contains(UInt8(ascii: "%")) }
    return hasPattern ? .staticPattern(here) : .secondColon(here)
  }

  /// A colon that ends a word: blanks, a comment, or the line's end come after it.
  private func isColonHere(at offset: Int? = nil) -> Bool {
    let offset = offset ?? scanner.position
    guard scanner.byte(at: offset) == UInt8(ascii: ":") else { return false }
    let next = scanner.byte(at: offset + 1)
    if Byte.isBlank(next) || isLineEnd(offset + 1) { return true }
    return next == UInt8(ascii: "\\") && joinedLine(offset + 1) != nil
  }

  /// Goes over blanks and joined line ends.
  ///
  /// Returns false at a comment or the end of the line.
  mutating func skipBlanks() -> Bool {
    while true {
      let byte = scanner.current
      if Byte.isBlank(byte) {
        scanner.position += 1
      } else if byte == UInt8(ascii: "\\"), let next = joinedLine(scanner.position) {
        scanner.position = next
      } else {
        return !isLineEnd(scanner.position) && byte != UInt8(ascii: "#")
      }
    }
  }

  func isLineEnd(_ offset: Int) -> Bool {
    let byte = scanner.byte(at: offset)
    return offset >= scanner.bytes.count || byte == UInt8(ascii: "\n")
      || (byte == UInt8(ascii: "\r") && scanner.byte(at: offset + 1) == UInt8(ascii: "\n"))
  }

  /// Where the line goes on after a backslash that joins it with the next one, or with nothing at
  /// the file's end.
  func joinedLine(_ offset: Int) -> Int? {
    if offset + 1 == scanner.bytes.count { return offset + 1 }
    if scanner.byte(at: offset + 1) == UInt8(ascii: "\n") { return offset + 2 }
    if scanner.byte(at: offset + 1) == UInt8(ascii: "\r"),
      scanner.byte(at: offset + 2) == UInt8(ascii: "\n")
    {
      return offset + 3
    }
    return nil
  }

  mutating func endLine() { scanner.position = scanner.lineEnd(from: scanner.position).next }

  // MARK: One word

  private mutating func parseWord(endsAtColon: Bool) {
    let start = scanner.position
    let first = openParts.count
    while !isWordEnd(endsAtColon: endsAtColon) { parsePart(.bare) }
    tree.words.append(makeWord(Span(start, scanner.position), from: first))
  }

  /// Lays the open parts from `first` on down together: holes have strings with parts of their own,
  /// which lie there already.
  mutating func makeWord(_ span: Span, from first: Int) -> Word {
    let word = Word(
      span: span, firstPart: UInt32(tree.parts.count), partCount: UInt32(openParts.count - first))
    if openParts.count == first + 1 {
      // As most words have.
      tree.parts.append(openParts.removeLast())
    } else {
      tree.parts.append(contentsOf: openParts[first...])
      openParts.removeSubrange(first...)
    }
    return word
  }

  private func isWordEnd(endsAtColon: Bool) -> Bool {
    let offset = scanner.position
    let byte = scanner.current
    if Byte.isBlank(byte) || isLineEnd(offset) { return true }
    if byte == UInt8(ascii: "\\"), joinedLine(offset) != nil { return true }
    return endsAtColon && isColonHere()
  }

  mutating func parsePart(_ quoting: Part.Quoting) {
    let start = scanner.position
    switch scanner.current {
    case UInt8(ascii: "\""): parseDoubleQuoted()
    case UInt8(ascii: "'"): parseSingleQuoted()
    case UInt8(ascii: "{") where isHoleHere(): parseHolePart(.bare)
    case UInt8(ascii: "\\"): parseBackslash()
    case UInt8(ascii: "$"):
      checkDollar(start)
      scanner.position += 1
      openParts.append(Part(kind: .literal, quoting: .bare, span: Span(start, scanner.position)))
    default:
      var hasPercent = scanner.current == UInt8(ascii: "%")
      scanner.position = scanner.bareEnd(from: start + 1)
      while scanner.current == UInt8(ascii: "%") {
        hasPercent = true
        scanner.position = scanner.bareEnd(from: scanner.position + 1)
      }
      openParts.append(
        Part(
          kind: .literal, quoting: .bare, hasPercent: hasPercent,
          span: Span(start, scanner.position)))
    }
  }

  /// Of a run of more than two braces the last two open.
  private func isHoleHere() -> Bool {
    scanner.byte(at: scanner.position + 1) == UInt8(ascii: "{")
      && scanner.byte(at: scanner.position + 2) != UInt8(ascii: "{")
  }

  private mutating func parseBackslash() {
    let start = scanner.position
    scanner.position += 1
    if scanner.starts(with: "{{", at: scanner.position) {
      scanner.position += 2
      openParts.append(Part(kind: .literal, quoting: .bare, span: Span(start + 1, start + 3)))
      return
    }
    if Byte.isBlank(scanner.current) {
      var end = scanner.position
      while Byte.isBlank(scanner.byte(at: end)) { end += 1 }
      report(.backslashBeforeBlank(Span(start, start + 1), isAtLineEnd: isLineEnd(end)))
    }
    openParts.append(Part(kind: .literal, quoting: .bare, span: Span(start, start + 1)))
  }

  private mutating func checkDollar(_ start: Int) {
    let next = scanner.byte(at: start + 1)
    guard
      Byte.isNameStart(next) && next < 0x80 || next == UInt8(ascii: "(")
        || next == UInt8(ascii: "{")
    else { return }
    var end = start + 2
    if Byte.isNameStart(next) {
      while Byte.isName(scanner.byte(at: end)) { end += 1 }
    } else {
      let closing = next == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")
      while !isLineEnd(end), !Byte.isBlank(scanner.byte(at: end)),
        scanner.byte(at: end) != closing
      { end += 1 }
      while scanner.byte(at: end) == closing { end += 1 }
    }
    report(.dollar(Span(start, end), text: Array(scanner.bytes[start..<end])))
  }

  private mutating func parseSingleQuoted() {
    let start = scanner.position
    scanner.position += 1
    while !isLineEnd(scanner.position), scanner.current != UInt8(ascii: "'") {
      scanner.position += 1
    }
    openParts.append(
      Part(kind: .literal, quoting: .single, span: Span(start + 1, scanner.position)))
    guard scanner.current == UInt8(ascii: "'"), !scanner.isAtEnd else {
      return report(.unterminatedString(Span(start, scanner.position)))
    }
    scanner.position += 1
  }

  private mutating func parseDoubleQuoted() {
    let start = scanner.position
    scanner.position += 1
    var run = scanner.position
    let count = errors.count
    func literal(_ end: Int) -> Part {
      Part(
        kind: .literal, quoting: .double,
        hasPercent: scanner.first(UInt8(ascii: "%"), from: run, to: end) != nil,
        span: Span(run, end))
    }
    // An empty string is a word, too.
    if scanner.current == UInt8(ascii: "\"") { openParts.append(literal(run)) }
    while !isLineEnd(scanner.position), scanner.current != UInt8(ascii: "\"") {
      if scanner.current == UInt8(ascii: "\\") {
        if run < scanner.position { openParts.append(literal(scanner.position)) }
        parseEscape()
        run = scanner.position
      } else if scanner.current == UInt8(ascii: "{"), isHoleHere() {
        if run < scanner.position { openParts.append(literal(scanner.position)) }
        parseHolePart(.double)
        run = scanner.position
      } else {
        // In an expression the text may be a command, and `$` its shell's.
        if scanner.current == UInt8(ascii: "$"), expressionDepth == 0 {
          checkDollar(scanner.position)
        }
        scanner.position += 1
      }
    }
    if run < scanner.position { openParts.append(literal(scanner.position)) }
    guard scanner.current == UInt8(ascii: "\""), !scanner.isAtEnd else {
      // A hole that was not closed took the closing quote.
      if errors.count > count { return }
      return report(.unterminatedString(Span(start, scanner.position)))
    }
    scanner.position += 1
  }

  private mutating func parseEscape() {
    let start = scanner.position
    let span = Span(start, min(start + 2, scanner.bytes.count))
    if scanner.starts(with: "{{", at: start + 1) {
      scanner.position = start + 3
      openParts.append(Part(kind: .literal, quoting: .double, span: Span(start + 1, start + 3)))
      return
    }
    guard !isLineEnd(start + 1) else {
      scanner.position += 1
      return
    }
    scanner.position += 2
    let byte: UInt8
    switch scanner.byte(at: start + 1) {
    case UInt8(ascii: "n"): byte = 0x0A
    case UInt8(ascii: "t"): byte = 0x09
    case let same where same == UInt8(ascii: "\"") || same == UInt8(ascii: "\\"): byte = same
    case let other: return report(.unknownEscape(other, span))
    }
    openParts.append(Part(kind: .byte(byte), quoting: .double, span: span))
  }
}
