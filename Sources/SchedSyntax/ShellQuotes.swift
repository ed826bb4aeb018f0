import SchedBase

/// Follows the quotes of a shell script, byte by byte, as far as sched must know them: whether a
/// hole stands in quotes, in a comment, or in a here-document.
struct ShellQuotes {
  private enum State: Equatable { case plain, single, double, comment }

  private var state = State.plain
  private var isEscaped = false
  /// The last byte was a quote that opened.
  private(set) var isJustOpened = false
  private var isAtWordStart = true
  /// Here-documents that begin after this line: their last lines.
  private var awaited: [HereDocument] = []
  private var open: [HereDocument] = []
  private var lineIsHereDocument = false
  /// `$( )` and backquotes that are open: in them quotes begin anew.
  private var substitutions: [Substitution] = []

  private struct Substitution {
    /// What it stands in.
    var outside: State
    var isBackquoted: Bool
    /// Parentheses that are open in it.
    var parentheses = 0
  }
  private var lastWasDollar = false

  private struct HereDocument {
    var delimiter: [UInt8]
    /// `<<-`: tabs before the last line do not count.
    var ignoresTabs: Bool
  }

  /// The quote that is open here.
  var openQuote: UInt8? {
    switch state {
    case .single: UInt8(ascii: "'")
    case .double: UInt8(ascii: "\"")
    case .plain, .comment: nil
    }
  }

  var isInHereDocument: Bool { lineIsHereDocument }

  mutating func beginLine(_ scanner: Scanner, _ line: Range<Int>) {
    isAtWordStart = true
    lineIsHereDocument = !open.isEmpty
    if lineIsHereDocument {
      var text = scanner.bytes[line]
      if open[0].ignoresTabs { text = text.drop { $0 == 0x09 } }
      if text.elementsEqual(open[0].delimiter) {
        open.removeFirst()
      }
    } else if state == .plain {
      findHereDocuments(scanner, line)
    }
  }

  mutating func endLine() {
    if state == .comment { state = .plain }
    isEscaped = false
    isJustOpened = false
    if open.isEmpty {
      open = awaited
      awaited = []
    }
  }

  mutating func take(_ byte: UInt8) {
    if lineIsHereDocument { return }
    isJustOpened = false
    let isAfterDollar = lastWasDollar
    lastWasDollar = false
    if isEscaped {
      isEscaped = false
      isAtWordStart = false
      return
    }
    if state == .plain || state == .double, takeSubstitution(byte, isAfterDollar) { return }
    switch state {
    case .comment: break
    case .single: if byte == UInt8(ascii: "'") { state = .plain }
    case .double:
      if byte == UInt8(ascii: "\\") { isEscaped = true }
      if byte == UInt8(ascii: "\"") { state = .plain }
    case .plain: takePlain(byte)
    }
  }

  /// Where a command in a command begins or ends.
  private mutating func takeSubstitution(_ byte: UInt8, _ isAfterDollar: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "$"):
      lastWasDollar = true
      return false
    case UInt8(ascii: "(") where isAfterDollar:
      substitutions.append(Substitution(outside: state, isBackquoted: false))
      state = .plain
    case UInt8(ascii: "(") where state == .plain && !substitutions.isEmpty:
      substitutions[substitutions.count - 1].parentheses += 1
      return false
    case UInt8(ascii: ")") where state == .plain:
      guard let last = substitutions.last, !last.isBackquoted else { return false }
      if last.parentheses > 0 {
        substitutions[substitutions.count - 1].parentheses -= 1
        return false
      }
      state = last.outside
      substitutions.removeLast()
      isAtWordStart = false
      return true
    case UInt8(ascii: "`"):
      if state == .plain, let last = substitutions.last, last.isBackquoted {
        state = last.outside
        substitutions.removeLast()
        isAtWordStart = false
        return true
      }
      substitutions.append(Substitution(outside: state, isBackquoted: true))
      state = .plain
    default: return false
    }
    isAtWordStart = true
    return true
  }

  private mutating func takePlain(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "'"):
      state = .single
      isJustOpened = true
    case UInt8(ascii: "\""):
      state = .double
      isJustOpened = true
    case UInt8(ascii: "#") where isAtWordStart: state = .comment
    default: break
    }
    isAtWordStart =
      Byte.isBlank(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "(")
      || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|")
  }

  /// The open quote closes directly behind a hole.
  mutating func close() { state = .plain }

  mutating func passHole() {
    isJustOpened = false
    isAtWordStart = false
    isEscaped = false
    lastWasDollar = false
  }

  /// `<<WORD`, `<<-WORD`, `<<'WORD'` outside quotes; `<<<` is none.
  private mutating func findHereDocuments(_ scanner: Scanner, _ line: Range<Int>) {
    var position = line.lowerBound
    while let sign = scanner.first(UInt8(ascii: "<"), from: position, to: line.upperBound) {
      position = sign + 1
      guard position < line.upperBound, scanner.byte(at: position) == UInt8(ascii: "<") else {
        continue
      }
      position += 1
      if scanner.byte(at: position) == UInt8(ascii: "<") {
        position += 1
        continue
      }
      let ignoresTabs = scanner.byte(at: position) == UInt8(ascii: "-")
      if ignoresTabs { position += 1 }
      while Byte.isBlank(scanner.byte(at: position)) { position += 1 }
      var word: [UInt8] = []
      while position < line.upperBound {
        let byte = scanner.byte(at: position)
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          position += 1
        } else if Byte.isName(byte) {
          word.append(byte)
          position += 1
        } else {
          break
        }
      }
      if let first = word.first, Byte.isNameStart(first) {
        awaited.append(HereDocument(delimiter: word, ignoresTabs: ignoresTabs))
      }
    }
  }
}
