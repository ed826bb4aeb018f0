import SchedBase

// Headers, recipes and scripts.
extension Parser {
  mutating func parseTarget(_ line: Line, _ statements: inout [Statement]) {
    let header = parseWordLine(inHeader: true)
    let words = header.words
    guard let colon = header.colon else {
      reportUnknown(line, words)
      return skipDeeper(than: line)
    }
    let before = WordList(first: words.first, count: UInt32(colon.wordsBefore))
    let inputs = WordList(
      first: words.first + before.count, count: words.count - before.count)
    let span = headerSpan(line, words, colon.offset)
    if before.isEmpty { report(.noOutputs(Span(colon.offset, colon.offset + 1))) }
    if colon.wordsBefore == 1, isText(tree.words(before)[before.range.lowerBound], ".PHONY") {
      report(.phony(tree.words(before)[before.range.lowerBound].span))
    }
    let recipe = parseRecipe(line)
    statements.append(
      .target(Target(header: span, outputs: before, inputs: inputs, recipe: recipe)))
  }

  private func headerSpan(_ line: Line, _ words: WordList, _ colon: Int?) -> Span {
    let last = tree.words(words).last.map { Int($0.span.upper) } ?? line.content + 1
    return Span(line.content, max(last, (colon ?? 0) + 1))
  }

  private func string(_ span: Span) -> String { String(decoding: tree.text(span), as: UTF8.self) }

  private func isText(_ word: Word, _ text: String) -> Bool {
    tree.text(word.span).elementsEqual(text.utf8)
  }

  /// A line that is no statement: a slip in a keyword, or a habit from another tool.
  private mutating func reportUnknown(_ line: Line, _ words: WordList) {
    guard let first = tree.words(words).first else {
      return report(.unknownStatement(Span(line.content, firstWordEnd(line.content)), word: []))
    }
    if let equals = tree.words(words).prefix(2).first(where: isColonEqual) {
      return report(.colonEqual(equals.span, word: Array(tree.text(equals.span))))
    }
    let text = Array(tree.text(first.span))
    if let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon < text.count - 1,
      words.count == 1 || text[colon - 1] != UInt8(ascii: ":")
    {
      return report(.glue(first.span, word: text))
    }
    report(.unknownStatement(first.span, word: text))
  }

  /// `:=` or `::=`, or a word that ends so.
  private func isColonEqual(_ word: Word) -> Bool {
    tree.text(word.span).suffix(2).elementsEqual(":=".utf8)
  }

  mutating func parseTask(_ line: Line, _ span: Span, _ statements: inout [Statement]) {
    let header = parseWordLine(inHeader: true)
    let names = header.colon?.wordsBefore ?? header.words.range.count
    guard names == 1 else {
      report(
        names == 0
          ? .expectedName(after: "task", span)
          : .taskNameNotOneWord(headerSpan(line, header.words, nil)))
      return skipDeeper(than: line)
    }
    let name = tree.words[header.words.range.lowerBound]
    let inputs = WordList(first: header.words.first + 1, count: header.words.count - 1)
    let recipe = parseRecipe(line)
    statements.append(
      .task(
        name: name,
        Target(
          header: headerSpan(line, header.words, header.colon?.offset), outputs: .empty,
          inputs: inputs, recipe: recipe)))
  }

  mutating func parseValue(_ line: Line, _ span: Span, _ statements: inout [Statement]) {
    _ = skipBlanks()
    let start = scanner.position
    guard Byte.isNameStart(scanner.current) else {
      report(.expectedName(after: "value", span))
      return skipBody(of: line)
    }
    while Byte.isName(scanner.current) { scanner.position += 1 }
    let name = Span(start, scanner.position)
    let header = parseWordLine(inHeader: true)
    if header.colon?.wordsBefore ?? header.words.range.count != 0,
      let first = tree.words(header.words).first
    {
      report(.textAfterKeyword(first.span, keyword: "value \(string(name))"))
    }
    let recipe = parseRecipe(line)
    if recipe?.script == nil { report(.valueWithoutRecipe(name, name: Array(tree.text(name)))) }
    statements.append(
      .value(
        name: name,
        Target(
          header: headerSpan(line, header.words, header.colon?.offset), outputs: .empty,
          inputs: header.words, recipe: recipe)))
  }

  // MARK: Recipes

  /// Reads the body of a header: lines that are indented deeper, over blank lines and over comments
  /// that are not.
  ///
  /// Attributes stand first; what else stands there first begins the script.
  mutating func parseRecipe(_ header: Line) -> Recipe? {
    var attributes: [Attribute] = []
    var firstLine: Line?
    var scriptLines = 0
    var end = scanner.position
    body.removeAll(keepingCapacity: true)
    while !scanner.isAtEnd {
      let line = lineHere()
      if isBlank(line) {
        if !body.isEmpty { body.append(line) }
        scanner.position = scanner.lineEnd(from: line.content).next
        continue
      }
      let depth = depth(of: line, against: header.indentation)
      guard depth == .deeper else {
        // A mixed one is told where it is read as a statement.
        guard depth != .mixed, isComment(line) else { break }
        scanner.position = scanner.lineEnd(from: line.content).next
        continue
      }
      // Deeper than the header, but maybe with other blanks than the body has.
      if let firstLine, self.depth(of: line, against: firstLine.indentation) == .mixed {
        report(.mixedIndentationOfBody(Span(line.content, firstWordEnd(line.content))))
      }
      firstLine = firstLine ?? line
      if body.isEmpty, scanner.byte(at: line.content) == UInt8(ascii: "@") {
        scanner.position = line.content
        layout?.note(line.start, .attribute, level + 1)
        attributes.append(parseAttribute())
      } else {
        if !body.isEmpty || !isComment(line) || scanner.starts(with: "#!", at: line.content) {
          body.append(line)
          scriptLines = body.count
        }
        scanner.position = scanner.lineEnd(from: line.content).next
      }
      end = scanner.position
    }
    body.removeLast(body.count - scriptLines)
    scanner.position = end
    let (script, shift) = body.isEmpty ? (nil, 0) : sharedScript(header)
    scanner.position = end
    return attributes.isEmpty && script == nil
      ? nil : Recipe(attributes: attributes, script: script, shift: shift)
  }

  private mutating func parseAttribute() -> Attribute {
    let start = scanner.position
    scanner.position += 1
    while Byte.isName(scanner.current) { scanner.position += 1 }
    let name = Span(start, scanner.position)
    guard isAttributeNameEnd(name) else {
      endLine()
      return Attribute(name: name, words: .empty, text: nil, span: name)
    }
    if name.range.count == 5, scanner.starts(with: "@desc", at: start) {
      let text = parseDescription(name)
      return Attribute(
        name: name, words: .empty, text: text, span: name.union(text.span))
    }
    let words = parseWordLine().words
    let last = tree.words(words).last.map { Int($0.span.upper) } ?? Int(name.upper)
    return Attribute(name: name, words: words, text: nil, span: Span(start, last))
  }

  /// Whether a blank or the line's end comes after `@name`; reports it if not.
  mutating func isAttributeNameEnd(_ name: Span) -> Bool {
    let end = firstWordEnd(Int(name.lower))
    let isJoined = scanner.current == UInt8(ascii: "\\") && joinedLine(scanner.position) != nil
    if name.range.count > 1, Int(name.upper) == end || isJoined { return true }
    report(.glueAfterAttribute(Span(Int(name.lower), end), name: Array(tree.text(name))))
    return false
  }

  /// The rest of the line as text with holes, without the blanks around it; lines that a backslash
  /// joins are one, with a blank between.
  private mutating func parseDescription(_ name: Span) -> Script {
    let first = tree.segments.count
    var quotes = ShellQuotes(.any)
    var span = Span(scanner.position, scanner.position)
    while true {
      while Byte.isBlank(scanner.current) { scanner.position += 1 }
      let start = scanner.position
      let (lineEnd, next) = scanner.lineEnd(from: start)
      let isJoined = lineEnd > start && scanner.byte(at: lineEnd - 1) == UInt8(ascii: "\\")
      var end = isJoined ? lineEnd - 1 : lineEnd
      while end > start, Byte.isBlank(scanner.byte(at: end - 1)) { end -= 1 }
      if tree.segments.count > first, end > start {
        // The blank between two lines is the last one of the attribute's indentation.
        appendLiteral(Int(name.lower) - 1, Int(name.lower))
      }
      scanLine(start..<end, newline: end, first, &quotes, isText: true)
      if end > start { span = span.isEmpty ? Span(start, end) : span.union(Span(start, end)) }
      scanner.position = next
      if !isJoined || scanner.isAtEnd { break }
    }
    return script(from: first, span)
  }
}
