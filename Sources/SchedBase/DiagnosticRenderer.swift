/// Draws diagnostics: the first line for editors and grep, the source line with carets, the hint,
/// and second places as lines of their own.
///
/// Pure: text in, text out. Whatever is in a diagnostic, a name or a line of a file, only line feeds and
/// the renderer's own colours control the terminal.
public struct DiagnosticRenderer: Sendable {
  private let sources: SourceMap
  private let isColoured: Bool

  public init(_ sources: SourceMap, isColoured: Bool = false) {
    self.sources = sources
    self.isColoured = isColoured
  }

  /// The text of one diagnostic, with a newline at the end of each line.
  public func render(_ diagnostic: Diagnostic) -> [UInt8] {
    var text: [UInt8] = []
    let invisible = invisible(in: diagnostic)
    head(diagnostic.severity, diagnostic.message, diagnostic.range, &text)
    if let range = diagnostic.range { source(range, &text) }
    let advice = invisible.map {
      "there is a \($0.description), which is not seen: \($0.isSpace ? "write a space" : "remove it")"
    }
    for hint in [diagnostic.hint, advice].compactMap({ $0 }) {
      text.append(contentsOf: (diagnostic.range == nil ? "  = hint: " : "      = hint: ").utf8)
      text.append(contentsOf: "\(printable(InvisibleCharacter.shown(hint)))\n".utf8)
    }
    for note in diagnostic.notes {
      head(.note, note.message, note.range, &text)
      if let range = note.range { source(range, &text) }
    }
    return text
  }

  // MARK: Pieces

  /// One that nobody sees in what an error points at, and that it does not name itself.
  private func invisible(in diagnostic: Diagnostic) -> InvisibleCharacter? {
    guard diagnostic.severity == .error, let range = diagnostic.range,
      !diagnostic.message.contains("(U+")
    else { return nil }
    let bytes = sources.files[range.file].bytes
    let upper = min(Int(range.upper), bytes.count)
    return InvisibleCharacter(firstIn: bytes[min(Int(range.lower), upper)..<upper])
  }

  private func head(
    _ severity: Diagnostic.Severity, _ message: String, _ range: SourceRange?,
    _ text: inout [UInt8]
  ) {
    if let range {
      let place = place(of: range)
      let name = printable(sources.files[range.file].name)
      text.append(contentsOf: "\(name):\(place.line):\(place.column): ".utf8)
    }
    text.append(contentsOf: coloured(severity))
    text.append(contentsOf: " \(printable(InvisibleCharacter.shown(message)))\n".utf8)
  }

  private func coloured(_ severity: Diagnostic.Severity) -> [UInt8] {
    let (word, colour) =
      switch severity {
      case .error: ("error:", "31")
      case .warning: ("warning:", "35")
      case .note: ("note:", "36")
      }
    return Array((isColoured ? "\u{1B}[1;\(colour)m\(word)\u{1B}[0m" : word).utf8)
  }

  private struct Place {
    /// Both count from 1; columns count characters.
    var line: Int
    var column: Int
    var lineRange: Range<Int>
  }

  private func place(of range: SourceRange) -> Place {
    let bytes = sources.files[range.file].bytes
    let offset = min(Int(range.lower), bytes.count)
    var start = offset
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    let line = bytes[..<start].reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let isFirst = start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let begin = isFirst ? min(3, end) : start
    let column = Self.count(bytes[begin..<max(begin, min(offset, end))]) + 1
    // Nobody reads a line of megabytes.
    let first = offset - begin > Self.mostShown ? offset - Self.mostShown / 10 : begin
    return Place(
      line: line, column: column,
      lineRange: first..<max(first, min(end, offset + Self.mostShown)))
  }

  /// Bytes of a line that are shown on either side of where a range begins.
  private static let mostShown = 2000

  /// The source line, and carets under the range.
  private func source(_ range: SourceRange, _ text: inout [UInt8]) {
    let bytes = sources.files[range.file].bytes
    let place = place(of: range)
    let number = String(place.line)
    let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number
    text.append(contentsOf: "\(gutter) | ".utf8)
    var caretLine: [UInt8] = []
    var isFirst = true
    var position = place.lineRange.lowerBound
    let upper = max(Int(range.upper), Int(range.lower) + 1)
    for character in Self.characters(bytes[place.lineRange]) {
      let isMarked = position >= Int(range.lower) && position < upper
      text.append(contentsOf: character.shown)
      if isMarked {
        caretLine.append(
          contentsOf: repeatElement(UInt8(ascii: "~"), count: max(character.width, isFirst ? 1 : 0))
        )
        if isFirst { caretLine[caretLine.count - max(character.width, 1)] = UInt8(ascii: "^") }
        isFirst = false
      } else if isFirst {
        // Tabs stay tabs, so that the caret is true whatever their width.
        caretLine.append(
          contentsOf: character.isTab
            ? [0x09] : Array(repeating: UInt8(ascii: " "), count: character.width))
      }
      position += character.byteCount
    }
    if isFirst { caretLine.append(UInt8(ascii: "^")) }
    text.append(UInt8(ascii: "\n"))
    text.append(contentsOf: String(repeating: " ", count: gutter.count).utf8)
    text.append(contentsOf: " | ".utf8)
    text.append(contentsOf: coloured(carets: caretLine))
    text.append(UInt8(ascii: "\n"))
  }

  private func coloured(carets: [UInt8]) -> [UInt8] {
    isColoured ? Array("\u{1B}[1;32m".utf8) + carets + Array("\u{1B}[0m".utf8) : carets
  }

  // MARK: Characters

  private struct ShownCharacter {
    var byteCount: Int
    var shown: [UInt8]
    /// Columns that it takes on a terminal.
    var width: Int
    var isTab: Bool
  }

  /// The characters of a line; a byte that is no UTF-8 is one, shown as `\xNN`.
  private static func characters(_ bytes: ArraySlice<UInt8>) -> [ShownCharacter] {
    var result: [ShownCharacter] = []
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let count = byteCount(ofCharacterAt: position, bytes)
      let slice = bytes[position..<position + count]
      if count == 1 {
        result.append(single(bytes[position]))
        position += 1
      } else {
        let scalar = String(decoding: slice, as: UTF8.self).unicodeScalars.first!
        guard !scalar.isUnprintable else {
          // Bytes of a file must not command a terminal.
          let shown = slice.flatMap { single($0).shown }
          result.append(
            ShownCharacter(byteCount: count, shown: shown, width: shown.count, isTab: false))
          position += count
          continue
        }
        result.append(
          ShownCharacter(
            byteCount: count, shown: Array(slice), width: scalar.columns, isTab: false))
        position += count
      }
    }
    return result
  }

  private static func byteCount(ofCharacterAt position: Int, _ bytes: ArraySlice<UInt8>) -> Int {
    let count = length(of: bytes[position])
    if count == 1 || bytes.endIndex - position < count { return 1 }
    return String(validating: bytes[position..<position + count], as: UTF8.self) == nil ? 1 : count
  }

  /// How many characters there are.
  private static func count(_ bytes: ArraySlice<UInt8>) -> Int {
    var count = 0
    var position = bytes.startIndex
    while position < bytes.endIndex {
      position += byteCount(ofCharacterAt: position, bytes)
      count += 1
    }
    return count
  }

  private static func single(_ byte: UInt8) -> ShownCharacter {
    if byte == 0x09 { return ShownCharacter(byteCount: 1, shown: [byte], width: 1, isTab: true) }
    if byte >= 0x20, byte < 0x7F {
      return ShownCharacter(byteCount: 1, shown: [byte], width: 1, isTab: false)
    }
    let digits = Array("0123456789ABCDEF".utf8)
    let shown = Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    return ShownCharacter(byteCount: 1, shown: shown, width: 4, isTab: false)
  }

  private static func length(of first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }
}
