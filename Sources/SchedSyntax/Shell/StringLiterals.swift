/// Reads the strings and comments of Python or JavaScript, as far as to know which holes stand in `"{{x}}"`
/// as an ordinary string of their own.
struct StringLiterals {
  /// Bytes, and holes, which are larger numbers.
  private let text: [UInt16]
  private let isPython: Bool
  private var position = 0
  private(set) var places: [HolePlace] = []

  static let hole: UInt16 = 256

  /// The place of each hole of a text.
  static func places(in text: [UInt16], _ language: ScriptLanguage) -> [HolePlace] {
    var literals = StringLiterals(text: text, isPython: language == .python)
    if text.starts(with: "#!".utf8.map(UInt16.init)) { literals.skipLine() }
    literals.readCode(untilBrace: false)
    literals.giveUp()
    return literals.places
  }

  private init(text: [UInt16], isPython: Bool) {
    self.text = text
    self.isPython = isPython
  }

  private func element(_ offset: Int) -> UInt16 {
    let place = position + offset
    return text.indices.contains(place) ? text[place] : 0
  }

  private func isNext(_ character: Unicode.Scalar, _ offset: Int = 0) -> Bool {
    element(offset) == UInt16(character.value)
  }

  /// One element that is no hole of its own kind.
  private mutating func skip(_ place: HolePlace = .foreign) {
    if element(0) == Self.hole { places.append(place) }
    position += 1
  }

  /// All holes from here on are where sched cannot say what they are.
  private mutating func giveUp() { while position < text.count { skip() } }

  /// A comment, to the end of its line.
  private mutating func skipLine() {
    while position < text.count, !isNext("\n") { skip(.comment) }
  }

  // MARK: Code

  /// Reads code to its end, or to the brace that ends the expression of a template.
  private mutating func readCode(untilBrace: Bool) {
    var braces = 0
    while position < text.count {
      if isNext("\"") || isNext("'") {
        readString()
      } else if isPython {
        if isNext("#") { skipLine() } else { skip() }
      } else if isNext("`") {
        readTemplate()
      } else if isNext("/") {
        readSlash()
      } else if untilBrace, isNext("}"), braces == 0 {
        return
      } else {
        if isNext("{") { braces += 1 }
        if isNext("}") { braces -= 1 }
        skip()
      }
    }
  }

  private mutating func readString() {
    let quote = element(0)
    let prefix = isPython ? self.prefix : []
    let isLong = isPython && element(1) == quote && element(2) == quote
    if isNext("\""), !isLong, prefix.isEmpty, element(1) == Self.hole, isNext("\"", 2) {
      places.append(.json)
      position += 3
      return
    }
    position += isLong ? 3 : 1
    // What stands in the braces of such a string is read otherwise by each Python.
    let isFormatted = prefix.contains { "fFtT".utf16.contains($0) }
    while position < text.count {
      if isNext("\\") {
        position += 1
        skip()
      } else if element(0) == quote, !isLong || (element(1) == quote && element(2) == quote) {
        position += isLong ? 3 : 1
        return
      } else if (isNext("\n") && !isLong) || (isNext("{") && isFormatted) {
        return giveUp()
      } else {
        skip()
      }
    }
  }

  /// The letters directly before a quote, where they say what string it is.
  private var prefix: [UInt16] {
    let word = text[..<position].reversed().prefix { element in
      element == 0x5F || (0x80...0xFF).contains(element)
        || UInt8(exactly: element).map { Byte.isName($0) } == true
    }
    return word.allSatisfy { "rRbBuUfFtT".utf16.contains($0) } ? Array(word) : []
  }

  private mutating func readTemplate() {
    position += 1
    while position < text.count, !isNext("`") {
      if isNext("\\") {
        position += 1
        skip()
      } else if isNext("$"), isNext("{", 1) {
        position += 2
        readCode(untilBrace: true)
        position += 1
      } else {
        skip()
      }
    }
    position += 1
  }

  /// A comment, a division, or a pattern between slashes.
  private mutating func readSlash() {
    if isNext("/", 1) { return skipLine() }
    if isNext("*", 1) {
      position += 2
      while position < text.count, !(isNext("*") && isNext("/", 1)) { skip(.comment) }
      position += 2
      return
    }
    let before = text[..<position].last { $0 != 0x20 && $0 != 0x09 }
    let isValue = before.map { !"(,=:[!&|?{;~^%*+-<>\n".utf16.contains($0) } ?? false
    // Behind a word, `)` or `}` it is one or the other; that matters where a quote follows.
    let line = text[(position + 1)...].prefix { $0 != 0x0A }
    if isValue {
      let hasQuotes = line.contains { "\"'`".utf16.contains($0) } && line.contains(0x2F)
      return hasQuotes ? giveUp() : skip()
    }
    position += 1
    var isInClass = false
    while position < text.count, !isNext("\n"), isInClass || !isNext("/") {
      if isNext("\\") { position += 1 }
      if isNext("[") { isInClass = true }
      if isNext("]") { isInClass = false }
      skip()
    }
    position += 1
  }
}
