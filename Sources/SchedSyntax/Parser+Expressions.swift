import SchedBase

// What stands in braces, and on the sides of a comparison.
extension Parser {
  mutating func parseHolePart(_ quoting: Part.Quoting) {
    let start = scanner.position
    guard let expression = parseHole() else { return }
    openParts.append(
      Part(kind: .hole(expression), quoting: quoting, span: Span(start, scanner.position)))
  }

  /// Reads `{{ expression }}`; nil after an error, with the position behind the braces or at the
  /// line's end.
  mutating func parseHole() -> ExpressionID? {
    let start = scanner.position
    scanner.position += 2
    expressionDepth += 1
    defer { expressionDepth -= 1 }
    let count = errors.count
    let expression = parseExpression()
    skipBlanksInExpression()
    if scanner.starts(with: "}}", at: scanner.position) {
      scanner.position += 2
      return expression
    }
    if errors.count == count {
      report(
        isLineEnd(scanner.position)
          ? .unterminatedHole(Span(start, start + 2))
          : .unexpectedInExpression(Span(scanner.position, expressionWordEnd())))
    }
    skipToBraces()
    return nil
  }

  private mutating func skipToBraces() {
    while !isLineEnd(scanner.position) {
      if scanner.starts(with: "}}", at: scanner.position) {
        scanner.position += 2
        return
      }
      scanner.position += 1
    }
  }

  func expressionWordEnd() -> Int {
    var end = scanner.position
    while Byte.isName(scanner.byte(at: end)) { end += 1 }
    return max(end, scanner.position + 1)
  }

  mutating func skipBlanksInExpression() {
    while true {
      if Byte.isBlank(scanner.current) {
        scanner.position += 1
      } else if joinsLines, scanner.current == UInt8(ascii: "\\"),
        let next = joinedLine(scanner.position)
      {
        scanner.position = next
      } else {
        return
      }
    }
  }

  mutating func parseExpression() -> ExpressionID? {
    skipBlanksInExpression()
    expressionDepth += 1
    defer { expressionDepth -= 1 }
    guard expressionDepth < Self.deepestNesting else {
      report(.nestedTooDeep(Span(scanner.position, min(scanner.position + 1, scanner.bytes.count))))
      return nil
    }
    guard var expression = parsePrimary() else { return nil }
    skipBlanksInExpression()
    if scanner.current == UInt8(ascii: "[") {
      guard let indexed = parseIndex(of: expression) else { return nil }
      expression = indexed
    }
    return expression
  }

  private mutating func add(_ kind: Expression.Kind, _ span: Span) -> ExpressionID {
    tree.expressions.append(Expression(kind: kind, span: span))
    return ExpressionID(tree.expressions.count - 1)
  }

  private mutating func parsePrimary() -> ExpressionID? {
    let start = scanner.position
    if scanner.current == UInt8(ascii: "\"") || scanner.current == UInt8(ascii: "'") {
      let first = openParts.count
      parsePart(.bare)
      let span = Span(start, scanner.position)
      return add(.string(makeWord(span, from: first)), span)
    }
    guard Byte.isNameStart(scanner.current) else {
      report(
        .expectedExpression(Span(start, min(max(expressionWordEnd(), start), scanner.bytes.count))))
      return nil
    }
    while Byte.isName(scanner.current) { scanner.position += 1 }
    let name = Span(start, scanner.position)
    guard scanner.current == UInt8(ascii: "(") else { return add(.name, name) }
    scanner.position += 1
    guard let arguments = parseArguments(of: name) else { return nil }
    return add(.call(name: name, arguments: arguments), Span(start, scanner.position))
  }

  private mutating func parseArguments(of name: Span) -> [ExpressionID]? {
    var arguments: [ExpressionID] = []
    skipBlanksInExpression()
    if scanner.current == UInt8(ascii: ")") {
      scanner.position += 1
      return []
    }
    while true {
      guard let argument = parseExpression() else { return nil }
      arguments.append(argument)
      skipBlanksInExpression()
      switch scanner.current {
      case UInt8(ascii: ","): scanner.position += 1
      case UInt8(ascii: ")"):
        scanner.position += 1
        return arguments
      default:
        report(
          isLineEnd(scanner.position)
            ? .unterminatedCall(Span(Int(name.lower), Int(name.upper) + 1))
            : .expectedComma(Span(scanner.position, expressionWordEnd())))
        return nil
      }
    }
  }

  private mutating func parseIndex(of base: ExpressionID) -> ExpressionID? {
    let start = scanner.position
    scanner.position += 1
    skipBlanksInExpression()
    let isNegative = scanner.current == UInt8(ascii: "-")
    if isNegative { scanner.position += 1 }
    var number = 0
    var digits = 0
    while (0x30...0x39).contains(scanner.current), digits < 9 {
      number = number * 10 + Int(scanner.current - 0x30)
      digits += 1
      scanner.position += 1
    }
    skipBlanksInExpression()
    guard digits > 0, scanner.current == UInt8(ascii: "]") else {
      report(.badIndex(Span(start, max(scanner.position, start + 1))))
      return nil
    }
    scanner.position += 1
    return add(
      .index(base, isNegative ? -number : number),
      Span(Int(tree[base].span.lower), scanner.position))
  }
}
