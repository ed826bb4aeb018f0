import SchedBase

// The condition of an `if`.
extension Parser {
  mutating func parseConditionLine(_ span: Span) -> Condition? {
    let count = errors.count
    conditionLength = 0
    // No word: `$` in a string is nobody's.
    expressionDepth += 1
    defer { expressionDepth -= 1 }
    guard skipBlanks() else {
      report(.emptyCondition(span))
      endLine()
      return nil
    }
    let condition = parseOr()
    if errors.count == count, skipBlanks() { reportUnexpectedInCondition() }
    endLine()
    return errors.count == count ? condition : nil
  }

  /// What stands where the condition should go on or end: maybe another language's operator.
  private mutating func reportUnexpectedInCondition() {
    let span = Span(scanner.position, firstWordEnd(scanner.position))
    let instead: String? =
      switch scanner.current {
      case UInt8(ascii: "="): "=="
      case UInt8(ascii: "&"): "and"
      case UInt8(ascii: "|"): "or"
      default: nil
      }
    report(
      instead.map { .foreignOperator(span, instead: $0) } ?? .unexpectedInExpression(span))
  }

  private mutating func word(_ text: StaticString) -> Bool {
    skipBlanksInExpression()
    let count = text.utf8CodeUnitCount
    guard scanner.starts(with: text, at: scanner.position),
      !Byte.isName(scanner.byte(at: scanner.position + count))
    else { return false }
    scanner.position += count
    return true
  }

  private mutating func parseOr() -> Condition? {
    guard var left = parseAnd() else { return nil }
    while word("or") {
      guard let right = isTooLong() ? nil : parseAnd() else { return nil }
      left = .or(left, right)
    }
    return left
  }

  private mutating func parseAnd() -> Condition? {
    guard var left = parseNot() else { return nil }
    while word("and") {
      guard let right = isTooLong() ? nil : parseNot() else { return nil }
      left = .and(left, right)
    }
    return left
  }

  private mutating func parseNot() -> Condition? {
    if word("not") {
      guard !isTooLong() else { return nil }
      return parseNot().map { .not($0) }
    }
    return parseTest()
  }

  /// Whether the condition has more parts than one should have: it is a tree, which is taken down
  /// by recursion.
  private mutating func isTooLong() -> Bool {
    conditionLength += 1
    guard conditionLength >= Self.longestCondition else { return false }
    report(.nestedTooDeep(Span(scanner.position, expressionWordEnd())))
    return true
  }

  private mutating func parseTest() -> Condition? {
    skipBlanksInExpression()
    if scanner.current == UInt8(ascii: "(") {
      let start = scanner.position
      scanner.position += 1
      guard let inner = isTooLong() ? nil : parseOr() else { return nil }
      skipBlanksInExpression()
      guard scanner.current == UInt8(ascii: ")") else {
        report(
          isLineEnd(scanner.position)
            ? .unterminatedCall(Span(start, start + 1))
            : .unexpectedInExpression(Span(scanner.position, expressionWordEnd())))
        return nil
      }
      scanner.position += 1
      return inner
    }
    if scanner.current == UInt8(ascii: "!") {
      report(
        .foreignOperator(Span(scanner.position, scanner.position + 1), instead: "not"))
      return nil
    }
    if scanner.starts(with: "{{", at: scanner.position) {
      report(.bracesInCondition(Span(scanner.position, scanner.position + 2)))
      return nil
    }
    guard let left = parseExpression() else { return nil }
    guard let comparison = parseComparison() else { return .value(left) }
    guard let right = parseExpression() else { return nil }
    return .comparison(left, comparison, right)
  }

  private mutating func parseComparison() -> Condition.Comparison? {
    skipBlanksInExpression()
    if scanner.starts(with: "==", at: scanner.position) {
      scanner.position += 2
      return .equal
    }
    if scanner.starts(with: "!=", at: scanner.position) {
      scanner.position += 2
      return .notEqual
    }
    if word("in") { return .isIn }
    let start = scanner.position
    if word("not") {
      if word("in") { return .isNotIn }
      scanner.position = start
    }
    return nil
  }
}
