import SchedBase

// Statements in an `if` or `for`, and where they end.
extension Parser {
  /// What a block of statements is in.
  struct Opener {
    var indentation: Range<Int>
    var span: Span
    var keyword: String
    /// The indentation of its first statement, which all others share.
    var firstStatement: Range<Int>?
    var hasShallowStatement = false

    init(indentation: Range<Int>, span: Span, keyword: String) {
      self.indentation = indentation
      self.span = span
      self.keyword = keyword
    }
  }

  /// Reads statements until the file ends, or an `else` or `end` that is indented as the opener.
  mutating func parseStatements(of opener: Opener?) -> [Statement] {
    if let opener {
      guard level < Self.deepestNesting else { return giveUp(opener) }
      openers.append(opener)
      level += 1
    }
    defer {
      if opener != nil {
        lastBlock = openers.removeLast()
        level -= 1
      }
    }
    var statements: [Statement] = []
    while !scanner.isAtEnd, errors.count < mostErrors {
      if opener == nil, scanner.position >= pieceEnd { break }
      let line = lineHere()
      if isBlank(line) || isComment(line) {
        scanner.position = scanner.lineEnd(from: line.start).next
        continue
      }
      if let word = keyword(at: line.content), word == "end" || word == "else",
        closes(line, opener, word)
      {
        return statements
      }
      let first = openers.last.flatMap { $0.firstStatement }
      switch depth(of: line, against: first ?? opener?.indentation ?? 0..<0) {
      case .same: break
      case .deeper where first == nil && opener != nil: break
      case .deeper:
        report(.nobodysBody(Span(line.content, firstWordEnd(line.content))))
        skipBody(of: line)
        continue
      case .mixed:
        report(.mixedIndentation(Span(line.content, firstWordEnd(line.content))))
        skipBody(of: line)
        continue
      case .shallower: reportShallow(line)
      }
      if opener != nil, first == nil { openers[level - 1].firstStatement = line.indentation }
      scanner.position = line.content
      layout?.note(line.start, .statement, level)
      parseStatement(line, into: &statements)
    }
    return statements
  }

  /// Whether an `else` or `end` ends the block here: its own, or one around it, which then lacks
  /// its `end`.
  private mutating func closes(_ line: Line, _ opener: Opener?, _ word: String) -> Bool {
    guard let opener else { return line.indentation.isEmpty }
    if depth(of: line, against: opener.indentation) == .same { return true }
    if !isClosedAround(line) {
      report(
        .closerIndentation(
          Span(line.content, line.content + word.utf8.count), keyword: word,
          opener: opener.keyword))
    }
    return true
  }

  /// Whether a block around the innermost one is indented like this `else` or `end`.
  func isClosedAround(_ line: Line) -> Bool {
    openers.contains { depth(of: line, against: $0.indentation) == .same }
  }

  /// A statement to the left of those before it: once for each block, since most often what is
  /// missing is the `end` above it.
  private mutating func reportShallow(_ line: Line) {
    guard let opener = openers.last, !opener.hasShallowStatement else { return }
    openers[level - 1].hasShallowStatement = true
    report(
      .shallowStatement(
        Span(line.content, firstWordEnd(line.content)), opener: opener.keyword,
        openerSpan: opener.span))
  }

  private mutating func giveUp(_ opener: Opener) -> [Statement] {
    report(.nestedTooDeep(opener.span))
    mostErrors = errors.count
    scanner.position = scanner.bytes.count
    return []
  }

  func firstWordEnd(_ offset: Int) -> Int {
    var end = offset
    while end < scanner.bytes.count, !Byte.isBlank(scanner.byte(at: end)),
      scanner.byte(at: end) != UInt8(ascii: "\n"), scanner.byte(at: end) != UInt8(ascii: "\r")
    { end += 1 }
    return max(end, offset + 1)
  }

  /// Leaves out a line that cannot be read, those that are joined to it, and what is indented below.
  mutating func skipBody(of line: Line) {
    var end = scanner.lineEnd(from: line.start)
    while end.content > line.start, scanner.byte(at: end.content - 1) == UInt8(ascii: "\\"),
      end.next < scanner.bytes.count
    { end = scanner.lineEnd(from: end.next) }
    scanner.position = end.next
    skipDeeper(than: line)
  }

  /// Leaves out what is indented below a line, so that nobody complains of it.
  mutating func skipDeeper(than line: Line) {
    while !scanner.isAtEnd {
      let next = lineHere()
      let isDeeper = depth(of: next, against: line.indentation) == .deeper
      guard isBlank(next) || isComment(next) || isDeeper else { return }
      scanner.position = scanner.lineEnd(from: next.start).next
    }
  }
}
