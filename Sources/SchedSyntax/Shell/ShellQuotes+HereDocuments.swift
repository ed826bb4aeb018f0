// Here-documents: the word that ends one, and its lines.
extension ShellQuotes {
  /// The word behind `<<`, while it is read.
  struct DelimiterReading {
    enum State { case start, blanks, word, single, double }

    var document = HereDocument()
    var state = State.start
    var isEscaped = false
  }

  /// Takes a byte of the word; false: it stands behind it.
  mutating func readDelimiter(_ byte: UInt8) -> Bool {
    guard var reading = delimiter else { return false }
    defer { if delimiter != nil { delimiter = reading } }
    switch reading.state {
    case .start:
      if byte == UInt8(ascii: "<") {
        // `<<<`: a word.
        delimiter = nil
        return true
      }
      reading.state = .blanks
      if byte == UInt8(ascii: "-") {
        reading.document.ignoresTabs = true
        return true
      }
      return readDelimiterWord(byte, &reading)
    case .blanks, .word: return readDelimiterWord(byte, &reading)
    case .single:
      if byte == UInt8(ascii: "'") { reading.state = .word } else { append(byte, &reading) }
    case .double:
      if reading.isEscaped {
        reading.isEscaped = false
        if !"\"\\$`".utf8.contains(byte) { append(UInt8(ascii: "\\"), &reading) }
        append(byte, &reading)
      } else if byte == UInt8(ascii: "\"") {
        reading.state = .word
      } else if byte == UInt8(ascii: "\\") {
        reading.isEscaped = true
      } else {
        append(byte, &reading)
      }
    }
    return true
  }

  private mutating func append(_ byte: UInt8, _ reading: inout DelimiterReading) {
    // A line cannot hold it, and what expands in quotes is read otherwise by each shell.
    if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "`") { isLost = true }
    reading.document.delimiter.append(byte)
  }

  private mutating func readDelimiterWord(_ byte: UInt8, _ reading: inout DelimiterReading) -> Bool
  {
    if reading.isEscaped {
      reading.isEscaped = false
      // A line that goes on: rare, and shells differ.
      append(byte, &reading)
      return true
    }
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"):
      if reading.state == .blanks { return true }
      return endDelimiter(reading)
    case UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"),
      UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"):
      return endDelimiter(reading)
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      // `$'END'` is read otherwise by each shell.
      if reading.document.delimiter.last == UInt8(ascii: "$") { isLost = true }
      reading.state = byte == UInt8(ascii: "'") ? .single : .double
      reading.document.isVerbatim = true
    case UInt8(ascii: "\\"):
      reading.state = .word
      reading.isEscaped = true
      reading.document.isVerbatim = true
    default:
      let isExpansion =
        (byte == UInt8(ascii: "{") && reading.document.delimiter.last == UInt8(ascii: "$"))
        || (byte == UInt8(ascii: "#") && reading.state == .blanks)
      if isExpansion { isLost = true }
      reading.state = .word
      append(byte, &reading)
    }
    return true
  }

  private mutating func endDelimiter(_ reading: DelimiterReading) -> Bool {
    delimiter = nil
    if reading.state == .blanks || reading.document.delimiter.last == UInt8(ascii: "$") {
      isLost = true
    }
    // One in the text of another.
    if !documents.isEmpty { isLost = true }
    pending.append(reading.document)
    previous = 0
    return false
  }

  mutating func beginDocuments() {
    documents = pending[...]
    pending = []
    matched = 0
    push(Frame(.document))
  }

  /// Looks for the line that ends the document; true: nothing else is to be read of the byte.
  mutating func readDocument(_ byte: UInt8) -> Bool {
    guard let document = documents.first else { return false }
    defer { isBehindBackslash = byte == UInt8(ascii: "\\") }
    if byte == UInt8(ascii: "\n") {
      // bash joins lines before it looks at what they mean, dash does not.
      if isBehindBackslash, !document.isVerbatim, top.kind != .document { isLost = true }
      if isEscaped, !document.isVerbatim {
        isEscaped = false
        matched = matchedBeforeBackslash
        return true
      }
      if matched == document.delimiter.count { return endDocument() }
      matched = 0
      return document.isVerbatim
    }
    if byte == UInt8(ascii: "\\"), !document.isVerbatim { matchedBeforeBackslash = matched }
    if let count = matched {
      if byte == UInt8(ascii: "\t"), count == 0, document.ignoresTabs {
        // A tab that does not count.
      } else if count < document.delimiter.count, document.delimiter[count] == byte {
        matched = count + 1
      } else {
        matched = nil
      }
    }
    return document.isVerbatim
  }

  private mutating func endDocument() -> Bool {
    // In a command in the document: bash ends here, dash does not.
    guard top.kind == .document else {
      isLost = true
      return true
    }
    documents.removeFirst()
    matched = 0
    isEscaped = false
    wasDollar = false
    isInName = false
    if documents.isEmpty {
      documents = []
      endDocuments()
    }
    return true
  }

  private mutating func endDocuments() {
    guard let last = outer.popLast() else { return }
    top = last
    top.word = Word()
    previous = 0
  }

  /// The text of a document in which `$` and backquotes mean something.
  mutating func readDocumentText(_ byte: UInt8) {
    if takeEscaped() || takeExpansion(byte) { return }
    if byte == UInt8(ascii: "\\") { isEscaped = true }
  }
}
