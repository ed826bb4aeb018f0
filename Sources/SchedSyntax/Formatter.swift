import SchedBase

/// Writes a Schedfile as all are written: four spaces a step, attributes of a recipe aligned, one
/// blank line at most between blocks.
///
/// Comments, scripts and the words of statements stay as they are.
///
/// nil, with the errors, for what cannot be read: that is not touched. Formatting what was formatted
/// changes nothing.
public func format(_ bytes: [UInt8]) -> (formatted: [UInt8]?, errors: [SyntaxError]) {
  let file = SourceFileID(0)
  return bytes.withUnsafeBufferPointer { buffer in
    var parser = Parser(buffer, tree: SyntaxTree(file: file, bytes: bytes))
    parser.layout = Layout()
    parser.parseFile()
    guard parser.errors.isEmpty, let layout = parser.layout else { return (nil, parser.errors) }
    return (Formatter(scanner: parser.scanner, layout: layout).format(), [])
  }
}

private struct Formatter {
  let scanner: Scanner
  let layout: Layout

  private static let step = 4

  private struct Line {
    var start: Int
    var content: Int
    var end: Int
    var isBlank: Bool
    var isComment: Bool
  }

  func format() -> [UInt8] {
    let lines = physicalLines()
    var output: [UInt8] = []
    var wantsBlank = false
    var level = 0
    var isScript = false
    var column = 0
    for (index, line) in lines.enumerated() {
      let known = layout.lines[line.start]
      if line.isBlank {
        // In a script, a blank line is the script's.
        if isScript, isInScript(lines, index) {
          output.append(UInt8(ascii: "\n"))
        } else {
          wantsBlank = true
        }
        continue
      }
      if wantsBlank, !output.isEmpty { output.append(UInt8(ascii: "\n")) }
      wantsBlank = false
      var text = scanner.bytes[line.content..<line.end]
      switch known?.role {
      case .script(let indentation)?:
        isScript = true
        level = known!.level
        text = scanner.bytes[(line.start + min(indentation, line.content - line.start))..<line.end]
        append(text, level, trims: false, to: &output)
        continue
      case .attribute?:
        isScript = false
        level = known!.level
        if !isAttribute(lines, before: index) { column = widestName(lines, from: index) }
        appendAttribute(text, level, column, to: &output)
        continue
      case .statement?, .moreWords?:
        isScript = false
        level = known!.level
      case nil where line.isComment:
        level = commentLevel(lines, index, isScript ? level - 1 : level)
      case nil:
        // A line that a backslash joined to the one before.
        append(text, level + 1, trims: true, to: &output)
        continue
      }
      append(text, level, trims: true, to: &output)
    }
    // Not at the file's beginning it is a character like others, and must not become a mark there.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return output.starts(with: mark) ? mark + output : output
  }

  private func physicalLines() -> [Line] {
    var lines: [Line] = []
    var position = scanner.starts(with: "\u{FEFF}", at: 0) ? 3 : 0
    while position < scanner.bytes.count {
      let (end, next) = scanner.lineEnd(from: position)
      var content = position
      while content < end, Byte.isBlank(scanner.byte(at: content)) { content += 1 }
      lines.append(
        Line(
          start: position, content: content, end: end, isBlank: content == end,
          isComment: scanner.byte(at: content) == UInt8(ascii: "#")))
      position = next
    }
    return lines
  }

  /// Whether a blank line stands between two lines of one script.
  private func isInScript(_ lines: [Line], _ index: Int) -> Bool {
    layout.lines[lines[index].start] != nil
  }

  /// A comment stands with what comes next; one that is no part of a script stays outside it.
  private func commentLevel(_ lines: [Line], _ index: Int, _ current: Int) -> Int {
    // Deeper than its header it would begin a script.
    let isShebang = scanner.starts(with: "#!", at: lines[index].content)
    for line in lines[(index + 1)...] where !line.isBlank {
      guard let next = layout.lines[line.start] else {
        if line.isComment { continue }
        return current
      }
      if case .script = next.role {
        let isInRecipe = !isShebang && lines[index].content - lines[index].start > 0
        return isInRecipe && !isAfterScript(lines, index) ? next.level : next.level - 1
      }
      return next.role == .attribute && isShebang ? next.level - 1 : next.level
    }
    return 0
  }

  private func isAfterScript(_ lines: [Line], _ index: Int) -> Bool {
    for line in lines[..<index].reversed() where !line.isBlank && !line.isComment {
      if case .script? = layout.lines[line.start]?.role { return true }
      return false
    }
    return false
  }

  // MARK: Attributes

  private func isAttribute(_ lines: [Line], before index: Int) -> Bool {
    for line in lines[..<index].reversed() where !line.isBlank && !line.isComment {
      guard let known = layout.lines[line.start] else { continue }
      return known.role == .attribute
    }
    return false
  }

  /// The column in which the words of a recipe's attributes begin.
  private func widestName(_ lines: [Line], from index: Int) -> Int {
    var widest = 0
    for line in lines[index...] where !line.isBlank && !line.isComment {
      guard let known = layout.lines[line.start] else { continue }
      guard known.role == .attribute else { break }
      let (name, rest) = split(scanner.bytes[line.content..<line.end])
      if !rest.isEmpty { widest = max(widest, name.count) }
    }
    return widest
  }

  private func split(_ text: Slice<UnsafeBufferPointer<UInt8>>)
    -> (name: Slice<UnsafeBufferPointer<UInt8>>, rest: Slice<UnsafeBufferPointer<UInt8>>)
  {
    let name = text.prefix { !Byte.isBlank($0) }
    return (name, text.dropFirst(name.count).drop(while: Byte.isBlank))
  }

  private func appendAttribute(
    _ text: Slice<UnsafeBufferPointer<UInt8>>, _ level: Int, _ column: Int,
    to output: inout [UInt8]
  ) {
    let (name, rest) = split(text)
    var line = Array(name)
    if !rest.isEmpty {
      line += Array(repeating: UInt8(ascii: " "), count: max(0, column - name.count) + 1)
      line += rest
    }
    line.withUnsafeBufferPointer { append($0[...], level, trims: true, to: &output) }
  }

  private func append(
    _ text: Slice<UnsafeBufferPointer<UInt8>>, _ level: Int, trims: Bool, to output: inout [UInt8]
  ) {
    var text = text
    while trims, let last = text.last, Byte.isBlank(last) { text.removeLast() }
    if !text.isEmpty {
      output += Array(repeating: UInt8(ascii: " "), count: level * Self.step)
      output.append(contentsOf: text)
      // A carriage return that ended no line must not end one now. In a script it stays the last byte:
      // another one behind it belongs to the end of the line.
      if text.last == UInt8(ascii: "\r") { output.append(UInt8(ascii: trims ? " " : "\r")) }
    }
    output.append(UInt8(ascii: "\n"))
  }
}
