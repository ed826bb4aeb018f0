import SchedBase

extension SyntaxTree {
  /// The segments of a script as its own interpreter reads them: the parser, which does not know it, takes
  /// it for any shell.
  public func segments(of script: Script, readAs language: ScriptLanguage) -> [Segment] {
    let whole = withQuotes(segments[script.segmentRange])
    switch language {
    case .shell(let dialect): return read(whole, ShellQuotes(dialect))
    case .python, .javaScript:
      var places = StringLiterals.places(in: elements(whole), language)[...]
      return placed(whole) { _ in places.popFirst() ?? .foreign }
    case .other:
      return placed(whole) {
        $0.place == .comment && isFirstLine($0, of: script) ? .comment : .foreign
      }
    }
  }

  /// `#!` is read by the system.
  private func isFirstLine(_ hole: ScriptHole, of script: Script) -> Bool {
    let text = bytes[script.span.range.lowerBound..<Int(hole.span.lower)]
    return text.starts(with: "#!".utf8) && !text.contains(UInt8(ascii: "\n"))
  }

  /// The segments with the quotes that the parser took away.
  private func withQuotes(_ segments: ArraySlice<Segment>) -> [Segment] {
    segments.flatMap { segment -> [Segment] in
      guard case .hole(var hole) = segment, hole.surroundingQuote != 0 else { return [segment] }
      hole.surroundingQuote = 0
      let (lower, upper) = (Int(hole.span.lower), Int(hole.span.upper))
      return [
        .literal(Span(lower - 1, lower)), .hole(hole), .literal(Span(upper, upper + 1)),
      ]
    }
  }

  private func elements(_ segments: [Segment]) -> [UInt16] {
    segments.flatMap { segment -> [UInt16] in
      switch segment {
      case .literal(let span): text(span).map(UInt16.init)
      case .hole: [StringLiterals.hole]
      }
    }
  }

  private func placed(_ segments: [Segment], _ place: (ScriptHole) -> HolePlace) -> [Segment] {
    var result: [Segment] = []
    var isBehindString = false
    for segment in segments {
      switch segment {
      case .literal(let span):
        result.append(.literal(isBehindString ? Span(Int(span.lower) + 1, Int(span.upper)) : span))
        isBehindString = false
      case .hole(var hole):
        hole.place = place(hole)
        hole.cautions = []
        isBehindString = hole.place == .json
        if isBehindString { dropQuote(&result) }
        result.append(.hole(hole))
      }
    }
    return result
  }

  /// Takes away the quote directly before a hole.
  private func dropQuote(_ segments: inout [Segment]) {
    guard case .literal(let span)? = segments.popLast() else { return }
    if span.range.count > 1 {
      segments.append(.literal(Span(Int(span.lower), Int(span.upper) - 1)))
    }
  }

  private func read(_ segments: [Segment], _ start: ShellQuotes) -> [Segment] {
    var quotes = start
    var result: [Segment] = []
    /// A quote that belongs to the hole before it.
    var taken = 0
    for (index, segment) in segments.enumerated() {
      switch segment {
      case .literal(let span):
        let rest = Span(Int(span.lower) + taken, Int(span.upper))
        taken = 0
        for byte in text(rest) { quotes.take(byte) }
        if !rest.isEmpty { result.append(.literal(rest)) }
      case .hole(var hole):
        if let quote = quotes.replaceableQuote,
          case .literal(let next)? = segments[index...].dropFirst().first,
          text(next).first == quote
        {
          hole.surroundingQuote = quote
          quotes.close()
          dropQuote(&result)
          taken = 1
        }
        hole.read(by: quotes, next: byte(at: Int(hole.span.upper) + taken))
        quotes.passHole()
        result.append(.hole(hole))
      }
    }
    return result
  }

  private func byte(at offset: Int) -> UInt8 { bytes.indices.contains(offset) ? bytes[offset] : 0 }
}

extension ScriptHole {
  /// Takes over where the hole stands; `next` is the byte behind it.
  mutating func read(by quotes: ShellQuotes, next: UInt8) {
    place = quotes.place
    cautions = quotes.cautions
    if place.takesQuotes, surroundingQuote == 0,
      next == UInt8(ascii: "<") || next == UInt8(ascii: ">")
    {
      cautions.insert(.beforeRedirection)
    }
  }
}
