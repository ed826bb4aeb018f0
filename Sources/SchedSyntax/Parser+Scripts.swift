import SchedBase

// Scripts and descriptions: text with holes, and what stands around these.
extension Parser {
  struct LastScript {
    var script: SharedScript
    /// The bytes from the beginning of its first line to its end.
    var range: Range<Int>
    /// Of its header, which tells what lines belong to it.
    var indentation: Range<Int>
  }

  /// The script of the body here, read anew if the one before it was another; and how far behind that one
  /// it stands.
  mutating func sharedScript(_ header: Line) -> (SharedScript?, shift: UInt32) {
    let start = body[0].start
    let range = start..<scanner.lineEnd(from: body[body.count - 1].content).content
    // The layout is of each line.
    if layout == nil, let last = lastScript, scanner.areSame(range, last.range),
      scanner.areSame(header.indentation, last.indentation)
    {
      return (last.script, UInt32(start - last.range.lowerBound))
    }
    let told = errors.count
    let script = SharedScript(parseScript())
    lastScript =
      errors.count == told
      ? LastScript(script: script, range: range, indentation: header.indentation) : nil
    return (script, 0)
  }

  /// Reads lines of the body as text with holes; their common indentation is no part of it.
  mutating func parseScript() -> Script {
    let indentation = commonIndentation(body)
    joinsLines = false
    defer { joinsLines = true }
    let first = tree.segments.count
    var quotes = ShellQuotes(.any)
    var end = 0
    for index in body.indices {
      let line = body[index]
      let next: Int
      (end, next) = scanner.lineEnd(from: line.content)
      let start = isBlank(line) ? end : line.start + indentation
      let isLast = index == body.count - 1
      scanLine(start..<end, newline: isLast ? end : next, first, &quotes, isText: false)
      layout?.note(line.start, .script(indentation), level + 1)
    }
    return script(from: first, Span(body[0].content, end))
  }

  func script(from first: Int, _ span: Span) -> Script {
    Script(
      firstSegment: UInt32(first), segmentCount: UInt32(tree.segments.count - first), span: span)
  }

  private func commonIndentation(_ lines: [Line]) -> Int {
    var common: Range<Int>?
    for line in lines where !isBlank(line) {
      guard let known = common else {
        common = line.indentation
        continue
      }
      var count = 0
      while count < min(known.count, line.indentation.count),
        scanner.byte(at: known.lowerBound + count) == scanner.byte(at: line.start + count)
      { count += 1 }
      common = known.prefix(count)
    }
    return common?.count ?? 0
  }

  /// Adds the segments of one line of a text whose segments begin with `first`.
  ///
  /// `isText`: nothing is quoted (`@desc`).
  mutating func scanLine(
    _ line: Range<Int>, newline: Int, _ first: Int, _ quotes: inout ShellQuotes, isText: Bool
  ) {
    var run = line.lowerBound
    var position = line.lowerBound
    while position < line.upperBound {
      if scanner.starts(with: "\\{{", at: position) {
        appendLiteral(run, position)
        run = position + 1
        position += 3
        quotes.take(UInt8(ascii: "{"))
        quotes.take(UInt8(ascii: "{"))
      } else if scanner.starts(with: "{{", at: position),
        scanner.byte(at: position + 2) != UInt8(ascii: "{")
      {
        appendLiteral(run, position)
        scanner.position = position
        let expression = parseHole()
        let hole = Span(position, scanner.position)
        position = min(scanner.position, line.upperBound)
        run = position
        guard let expression else { continue }
        run += addHole(expression, hole, line, first, &quotes, isText: isText)
        position = run
      } else {
        let byte = scanner.byte(at: position)
        let start = position
        position += 1
        guard WordText.isPlain(byte) else {
          quotes.take(byte)
          continue
        }
        while position < line.upperBound, WordText.isPlain(scanner.byte(at: position)) {
          position += 1
        }
        quotes.takePlain(UnsafeBufferPointer(rebasing: scanner.bytes[start..<position]))
      }
    }
    appendLiteral(run, newline)
    quotes.take(UInt8(ascii: "\n"))
  }

  mutating func appendLiteral(_ start: Int, _ end: Int) {
    if start < end { tree.segments.append(.literal(Span(start, end))) }
  }

  /// Adds a hole with what stands around it.
  ///
  /// Returns how many bytes behind it belong to it: a quote that closes directly behind.
  private mutating func addHole(
    _ expression: ExpressionID, _ span: Span, _ line: Range<Int>, _ first: Int,
    _ quotes: inout ShellQuotes, isText: Bool
  ) -> Int {
    var hole = ScriptHole(expression: expression, span: span)
    if isText {
      tree.segments.append(.hole(hole))
      return 0
    }
    var taken = 0
    if let quote = quotes.replaceableQuote, byte(before: span, in: line) == quote,
      byte(after: span, in: line) == quote, dropQuote(first, Int(span.lower))
    {
      hole.surroundingQuote = quote
      quotes.close()
      taken = 1
    }
    hole.read(
      by: quotes,
      next: byte(after: Span(span.range.lowerBound, span.range.upperBound + taken), in: line))
    if hole.place != .hereDocument {
      let whole = Span(Int(span.lower) - taken, Int(span.upper) + taken)
      let isBesideHole = touchesLast(first, Int(whole.lower))
      hole.touchesText =
        isBesideHole || scanner.starts(with: "{{", at: Int(whole.upper))
        || WordText.isPlain(byte(before: whole, in: line))
        || WordText.isPlain(byte(after: whole, in: line))
      if isBesideHole { markTouching() }
    }
    quotes.passHole()
    tree.segments.append(.hole(hole))
    return taken
  }

  private func byte(before span: Span, in line: Range<Int>) -> UInt8 {
    Int(span.lower) > line.lowerBound ? scanner.byte(at: Int(span.lower) - 1) : 0
  }

  private func byte(after span: Span, in line: Range<Int>) -> UInt8 {
    Int(span.upper) < line.upperBound ? scanner.byte(at: Int(span.upper)) : 0
  }

  /// Whether the last segment is a hole that ends at `start`, its quotes included.
  private func touchesLast(_ first: Int, _ start: Int) -> Bool {
    guard tree.segments.count > first, case .hole(let other)? = tree.segments.last else {
      return false
    }
    return Int(other.span.upper) + (other.surroundingQuote == 0 ? 0 : 1) == start
  }

  /// Takes the quote that stands before a hole out of the literal before it.
  private mutating func dropQuote(_ first: Int, _ end: Int) -> Bool {
    guard tree.segments.count > first, case .literal(let span)? = tree.segments.last,
      Int(span.upper) == end
    else { return false }
    tree.segments.removeLast()
    appendLiteral(Int(span.lower), end - 1)
    return true
  }

  private mutating func markTouching() {
    guard case .hole(var hole)? = tree.segments.last else { return }
    hole.touchesText = true
    tree.segments[tree.segments.count - 1] = .hole(hole)
  }
}
