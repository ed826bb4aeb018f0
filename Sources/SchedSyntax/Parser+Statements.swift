import SchedBase

// Which statement a line is, and its parts.
extension Parser {
  static let keywords = [
    "param", "default", "include", "include?", "subdir", "adopt", "pool", "if", "for", "task",
    "value", "else", "end",
  ]

  mutating func parseStatement(_ line: Line, into statements: inout [Statement]) {
    if scanner.current == UInt8(ascii: "@") { return parseSetting(line, &statements) }
    if let keyword = keyword(at: line.content), Self.keywords.contains(keyword),
      !isColonAfter(line.content + keyword.utf8.count)
    {
      return parse(keyword, line, &statements)
    }
    if let (name, op, end) = assignmentHere() {
      let text = String(decoding: tree.text(name), as: UTF8.self)
      if Self.keywords.contains(text) {
        // `default=x`, without a blank.
        report(.keywordAssigned(name, name: Array(text.utf8)))
        return skipBody(of: line)
      }
      scanner.position = end
      let words = parseWordLine()
      let all = withMore(words.words, line)
      statements.append(.assignment(name: name, op, all))
      return
    }
    parseTarget(line, &statements)
  }

  private func isColonAfter(_ offset: Int) -> Bool { scanner.byte(at: offset) == UInt8(ascii: ":") }

  /// `NAME =`, `NAME +=` or `NAME ?=`, and where the words begin.
  private func assignmentHere() -> (Span, Statement.Operator, Int)? {
    var end = scanner.position
    guard Byte.isNameStart(scanner.byte(at: end)) else { return nil }
    while Byte.isName(scanner.byte(at: end)) { end += 1 }
    let name = Span(scanner.position, end)
    while Byte.isBlank(scanner.byte(at: end)) { end += 1 }
    if scanner.byte(at: end) == UInt8(ascii: "=") { return (name, .assign, end + 1) }
    if scanner.starts(with: "+=", at: end) { return (name, .append, end + 2) }
    if scanner.starts(with: "?=", at: end) { return (name, .assignIfUnset, end + 2) }
    return nil
  }

  /// More words in the lines below that are indented deeper, until a blank line.
  private mutating func withMore(_ words: WordList, _ line: Line) -> WordList {
    var words = words
    while !scanner.isAtEnd {
      let next = lineHere()
      guard !isBlank(next) else { break }
      switch depth(of: next, against: line.indentation) {
      case .deeper: break
      case .same, .shallower, .mixed: return words
      }
      scanner.position = next.content
      layout?.note(next.start, .moreWords, level + 1)
      words.count += parseWordLine().words.count
    }
    return words
  }

  private mutating func parse(_ keyword: String, _ line: Line, _ statements: inout [Statement]) {
    let span = Span(line.content, line.content + keyword.utf8.count)
    scanner.position = Int(span.upper)
    if isAssigned(keyword, span) { return skipBody(of: line) }
    switch keyword {
    case "param": parseParam(line, span, &statements)
    case "default":
      if let words = someWords(after: keyword, line, span) {
        statements.append(.defaults(span, words))
      }
    case "include", "include?":
      if let words = someWords(after: keyword, line, span) {
        statements.append(.include(span, words, isOptional: keyword == "include?"))
      }
    case "subdir":
      if let words = someWords(after: keyword, line, span) {
        statements.append(.subdir(span, words))
      }
    case "adopt":
      if let words = someWords(after: keyword, line, span) {
        statements.append(.adopt(span, words))
      }
    case "pool": parsePool(line, span, &statements)
    case "if": parseIf(line, span, &statements)
    case "for": parseFor(line, span, &statements)
    case "task": parseTask(line, span, &statements)
    case "value": parseValue(line, span, &statements)
    default:
      report(.unexpectedEnd(span, keyword: keyword))
      skipBody(of: line)
    }
  }

  /// `default = x` is no assignment and no statement.
  private mutating func isAssigned(_ keyword: String, _ span: Span) -> Bool {
    var offset = Int(span.upper)
    while Byte.isBlank(scanner.byte(at: offset)) { offset += 1 }
    let isSign =
      scanner.byte(at: offset) == UInt8(ascii: "=") || scanner.starts(with: "+=", at: offset)
      || scanner.starts(with: "?=", at: offset)
    guard isSign else { return false }
    report(.keywordAssigned(span, name: Array(keyword.utf8)))
    return true
  }

  private mutating func someWords(after keyword: String, _ line: Line, _ span: Span) -> WordList? {
    let words = withMore(parseWordLine().words, line)
    if !words.isEmpty { return words }
    report(.expectedWords(after: keyword, span))
    return nil
  }

  private mutating func name(after keyword: String, _ span: Span) -> Span? {
    _ = skipBlanks()
    let start = scanner.position
    guard Byte.isNameStart(scanner.current) else {
      let end = isLineEnd(start) ? start : firstWordEnd(start)
      report(.expectedName(after: keyword, end == start ? span : Span(start, end)))
      return nil
    }
    while Byte.isName(scanner.current) { scanner.position += 1 }
    return Span(start, scanner.position)
  }

  private mutating func equalSign(after name: Span) -> Bool {
    _ = skipBlanks()
    guard scanner.current == UInt8(ascii: "=") else {
      report(.expectedEqualSign(after: String(decoding: tree.text(name), as: UTF8.self), name))
      return false
    }
    scanner.position += 1
    return true
  }

  private mutating func parseParam(_ line: Line, _ span: Span, _ statements: inout [Statement]) {
    guard let name = name(after: "param", span), equalSign(after: name) else {
      return skipBody(of: line)
    }
    let words = withMore(parseWordLine().words, line)
    statements.append(.param(name: name, words))
  }

  private mutating func parsePool(_ line: Line, _ span: Span, _ statements: inout [Statement]) {
    guard let name = name(after: "pool", span), equalSign(after: name) else {
      return skipBody(of: line)
    }
    let words = parseWordLine().words
    statements.append(.pool(name: name, words))
  }

  private mutating func parseSetting(_ line: Line, _ statements: inout [Statement]) {
    let start = scanner.position
    scanner.position += 1
    while Byte.isName(scanner.current) { scanner.position += 1 }
    let name = Span(start, scanner.position)
    guard isAttributeNameEnd(name) else { return skipBody(of: line) }
    let setting: Statement.Setting
    switch String(decoding: tree.text(name), as: UTF8.self) {
    case "@shell": setting = .shell
    case "@env": setting = .environment
    case "@uses": setting = .uses
    case "@ignore": setting = .ignore
    case let other:
      report(.unknownSetting(name, name: Array(other.utf8)))
      return skipBody(of: line)
    }
    statements.append(.setting(setting, name, withMore(parseWordLine().words, line)))
  }

  // MARK: if and for

  private mutating func parseIf(_ line: Line, _ span: Span, _ statements: inout [Statement]) {
    let opener = Opener(indentation: line.indentation, span: span, keyword: "if")
    var branches: [Statement.Branch] = []
    var otherwise: [Statement]?
    guard let condition = parseConditionLine(span) else {
      _ = parseStatements(of: opener)
      return skipToEnd(opener)
    }
    branches.append(Statement.Branch(condition: condition, statements: parseStatements(of: opener)))
    while let word = closingKeyword(opener) {
      let place = Span(scanner.position, scanner.position + word.utf8.count)
      scanner.position = Int(place.upper)
      if word == "end" {
        endKeywordLine("end")
        return statements.append(.conditional(branches, otherwise: otherwise))
      }
      if otherwise != nil { report(.elseAfterElse(place)) }
      _ = skipBlanks()
      if keyword(at: scanner.position) == "if" {
        let inner = Span(scanner.position, scanner.position + 2)
        scanner.position += 2
        let condition = parseConditionLine(inner)
        let body = parseStatements(of: opener)
        if let condition {
          branches.append(Statement.Branch(condition: condition, statements: body))
        }
      } else {
        endKeywordLine("else")
        otherwise = parseStatements(of: opener)
      }
    }
    reportMissingEnd(opener)
  }

  private mutating func reportMissingEnd(_ opener: Opener) {
    // Told already, at the first statement behind it.
    if lastBlock?.hasShallowStatement == true { return }
    report(.missingEnd(opener: opener.span, keyword: opener.keyword))
  }

  /// The `else` or `end` at the position's line, with the position moved to it; nil at the file's
  /// end, and where it belongs to a block around this one.
  private mutating func closingKeyword(_ opener: Opener) -> String? {
    guard !scanner.isAtEnd else { return nil }
    let line = lineHere()
    guard let word = keyword(at: line.content), word == "end" || word == "else",
      depth(of: line, against: opener.indentation) == .same || !isClosedAround(line)
    else { return nil }
    layout?.note(line.start, .statement, level)
    scanner.position = line.content
    return word
  }

  private mutating func skipToEnd(_ opener: Opener) {
    while let word = closingKeyword(opener) {
      scanner.position = scanner.lineEnd(from: scanner.position).next
      if word == "end" { return }
      _ = parseStatements(of: opener)
    }
  }

  private mutating func endKeywordLine(_ keyword: String) {
    if skipBlanks() {
      report(
        .textAfterKeyword(
          Span(scanner.position, firstWordEnd(scanner.position)), keyword: keyword))
    }
    endLine()
  }

  private mutating func parseFor(_ line: Line, _ span: Span, _ statements: inout [Statement]) {
    let opener = Opener(indentation: line.indentation, span: span, keyword: "for")
    var head: (name: Span, words: WordList)?
    if let name = name(after: "for", span) {
      _ = skipBlanks()
      if keyword(at: scanner.position) == "in" {
        scanner.position += 2
        head = (name, parseWordLine().words)
      } else {
        report(.expectedIn(name))
      }
    }
    if head == nil { scanner.position = scanner.lineEnd(from: scanner.position).next }
    let body = parseStatements(of: opener)
    guard let word = closingKeyword(opener) else {
      return reportMissingEnd(opener)
    }
    let place = Span(scanner.position, scanner.position + word.utf8.count)
    scanner.position = Int(place.upper)
    if word == "else" {
      report(.elseInLoop(place))
      endLine()
      _ = parseStatements(of: opener)
      return skipToEnd(opener)
    }
    endKeywordLine("end")
    if let head { statements.append(.loop(name: head.name, head.words, body)) }
  }
}
