/// Follows a shell script byte by byte, as the shell's own parser does, so that it is known what the
/// shell would make of text that is inserted in a place.
///
/// Knows POSIX sh and bash. Where these two differ and it is not known which one reads, or where a
/// construct is not followed, it has lost its way from there on, and says so.
public struct ShellQuotes {
  /// Whose grammar it is.
  public enum Dialect: UInt8, Sendable {
    /// Whatever reads it: only what all shells read alike is followed.
    case any
    /// dash, or bash as `sh`.
    case posix
    case bash
  }

  let dialect: Dialect
  var top = Frame(.commands)
  /// What `top` stands in, the outermost first.
  var outer: [Frame] = []
  /// Backquotes that are open: what stands in them is read twice.
  var layers: [Layer] = []
  var isLost = false
  var isEscaped = false
  /// The last byte was a `$` that begins something.
  var wasDollar = false
  /// `$name` ends here, or goes on with a letter.
  var isInName = false
  /// The last byte was a quote that opened.
  var isJustOpened = false
  /// The last byte was a `(` that a second one makes arithmetic.
  var isFresh = false
  /// The last byte outside quotes; 0 behind something else.
  var previous: UInt8 = 0

  /// Here-documents that begin behind the next line feed.
  var pending: [HereDocument] = []
  /// The same of what `$( )` or backquotes stand in.
  var pendingOutside: [[HereDocument]] = []
  /// Those that are read now, the first one first.
  var documents: ArraySlice<HereDocument> = []
  /// How much of the last line of the first one this line is so far; nil: it is another.
  var matched: Int? = 0
  var matchedBeforeBackslash: Int?
  /// The last byte in a document was a backslash, whatever it means there.
  var isBehindBackslash = false
  var delimiter: DelimiterReading?

  struct Layer {
    var hasBackslash = false
    /// In double quotes: there `\"` loses its backslash as well.
    var isQuoted: Bool
    var isInDocument: Bool
  }

  struct HereDocument {
    var delimiter: [UInt8] = []
    /// `<<-`: tabs before its lines do not count.
    var ignoresTabs = false
    /// `<<'END'`: nothing in it means anything.
    var isVerbatim = false
  }

  public init(_ dialect: Dialect) { self.dialect = dialect }

  // MARK: Reading

  mutating func take(_ byte: UInt8) { take(byte, behind: 0) }

  /// The byte as the readers of the backquotes from `layer` on see it.
  private mutating func take(_ byte: UInt8, behind layer: Int) {
    guard layer < layers.count else { return read(byte) }
    if layers[layer].hasBackslash {
      layers[layer].hasBackslash = false
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "$"): break
      case UInt8(ascii: "\"") where layers[layer].isQuoted:
        if layers[layer].isInDocument { isLost = true }
      default: take(UInt8(ascii: "\\"), behind: layer + 1)
      }
      take(byte, behind: layer + 1)
    } else if byte == UInt8(ascii: "\\") {
      layers[layer].hasBackslash = true
    } else if byte == UInt8(ascii: "`") {
      closeBackquotes(layer)
    } else {
      take(byte, behind: layer + 1)
    }
  }

  /// Takes bytes of words that mean nothing by themselves.
  mutating func takePlain(_ bytes: UnsafeBufferPointer<UInt8>) {
    if layers.isEmpty, documents.isEmpty, !isEscaped, !wasDollar, !isInName, delimiter == nil {
      isJustOpened = false
      isFresh = false
      switch top.kind {
      case .single, .double, .comment, .ansi: return
      case .commands:
        top.word.append(bytes)
        previous = bytes[bytes.count - 1]
        return
      case .parameter, .arithmetic, .brackets, .document: break
      }
    }
    for byte in bytes { take(byte) }
  }

  private mutating func read(_ byte: UInt8) {
    if isLost { return }
    isJustOpened = false
    if !documents.isEmpty, readDocument(byte) { return }
    if delimiter != nil, readDelimiter(byte) { return }
    switch top.kind {
    case .commands: readCommand(byte)
    case .comment: readComment(byte)
    case .single: if byte == UInt8(ascii: "'") { pop() }
    case .ansi: readANSI(byte)
    case .double: readDouble(byte)
    case .document: readDocumentText(byte)
    case .parameter: readParameter(byte)
    case .arithmetic, .brackets: readArithmetic(byte)
    }
  }

  private mutating func readComment(_ byte: UInt8) {
    guard byte == UInt8(ascii: "\n") else { return }
    pop()
    readCommand(byte)
  }

  /// `$'…'`: dash ends it at the first quote, bash behind `\'` not.
  private mutating func readANSI(_ byte: UInt8) {
    if isEscaped {
      isEscaped = false
      if byte == UInt8(ascii: "'"), dialect != .bash { isLost = true }
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "'") {
      pop()
    }
  }

  private mutating func readDouble(_ byte: UInt8) {
    if takeEscaped() || takeExpansion(byte) { return }
    switch byte {
    case UInt8(ascii: "\\"): isEscaped = true
    case UInt8(ascii: "\""): pop()
    default: break
    }
  }

  /// Whether the byte is one behind a backslash.
  mutating func takeEscaped() -> Bool {
    defer { isEscaped = false }
    return isEscaped
  }

  // MARK: Frames

  mutating func push(_ frame: Frame) {
    outer.append(top)
    top = frame
    isInName = false
    previous = 0
  }

  /// What was open ends: the word that it is part of goes on.
  mutating func pop() {
    guard let last = outer.popLast() else {
      isLost = true
      return
    }
    let wasComment = top.kind == .comment
    top = last
    if top.kind == .commands, !wasComment { top.word.spoil() }
    previous = 0
  }

  mutating func openBackquotes() {
    let isInDocument = !documents.isEmpty
    layers.append(Layer(isQuoted: top.isQuoted, isInDocument: isInDocument))
    beginCommands(.backquotes)
  }

  private mutating func closeBackquotes(_ layer: Int) {
    if top.kind == .comment { pop() }
    // What was opened in them must be closed in them.
    let isWhole =
      layer == layers.count - 1 && top.kind == .commands && top.opener == .backquotes && !isEscaped
      && delimiter == nil
    layers.removeSubrange(layer...)
    guard isWhole else {
      isLost = true
      return
    }
    endCommands()
  }

  /// Commands of their own, in `$( )` or backquotes.
  mutating func beginCommands(_ opener: Frame.Opener) {
    pendingOutside.append(pending)
    pending = []
    push(Frame(.commands, opener))
  }

  mutating func endCommands() {
    // Shells differ in where such a here-document begins.
    if !pending.isEmpty { isLost = true }
    pending = pendingOutside.popLast() ?? []
    pop()
  }

  // MARK: Holes

  /// What the shell makes of text that is inserted here.
  var place: HolePlace {
    if delimiter != nil { return .delimiter }
    if wasDollar { return .behindDollar }
    if isLost || isEscaped || layers.contains(where: \.hasBackslash) { return .unsure }
    if !documents.isEmpty { return top.kind == .document ? .hereDocument : .unsure }
    switch top.kind {
    case .commands:
      if layers.count > 1 { return .backquotes }
      if top.word.brackets > 0 { return .brackets }
      return layers.isEmpty ? .bare : .bareInBackquotes
    case .single, .double, .ansi: return .quoted
    case .comment: return .comment
    case .parameter: return top.isInParameterName ? .behindDollar : .parameter
    case .arithmetic, .brackets: return .arithmetic
    case .document: return .hereDocument
    }
  }

  /// The quote that was opened just now, if sched's own may take its place.
  var replaceableQuote: UInt8? {
    guard isJustOpened, !isLost, documents.isEmpty, layers.count <= 1,
      let last = outer.last, last.kind == .commands, last.word.brackets == 0
    else { return nil }
    switch top.kind {
    case .single: return UInt8(ascii: "'")
    case .double: return UInt8(ascii: "\"")
    default: return nil
    }
  }

  /// The quote that was opened just now closes directly behind the hole.
  mutating func close() { pop() }

  /// What matters of what stands before a hole.
  var cautions: HoleCautions {
    var cautions: HoleCautions = []
    if isInName { cautions.insert(.behindName) }
    if top.kind == .commands, top.word.braces > 0 { cautions.insert(.inBraces) }
    if layers.first?.isQuoted == true { cautions.insert(.inQuotedBackquotes) }
    if !documents.isEmpty, matched != nil { cautions.insert(.mayEndDocument) }
    return cautions
  }

  mutating func passHole() {
    if delimiter != nil { isLost = true }
    isJustOpened = false
    isFresh = false
    wasDollar = false
    isInName = false
    previous = 0
    matched = nil
    if top.kind == .commands { top.word.spoil() }
    if top.kind == .parameter { top.passHoleInParameter() }
  }
}

extension ShellQuotes {
  /// Something that is open.
  struct Frame {
    enum Kind: UInt8 {
      case commands, comment, single, ansi, double, document, parameter, arithmetic, brackets
    }

    /// What began commands.
    enum Opener: UInt8 { case script, substitution, backquotes, group, array, caseWord }

    /// Where in a command the next word stands, as far as reserved words need it.
    enum Position: UInt8 {
      case command, argument, forName, forIn, functionName
      case caseWord, caseIn, patternStart, pattern
    }

    /// How far `${…}` was read.
    enum Phase: UInt8 {
      case start, prefix, name, operator_, subscript_, colon, arithmetic, word, pattern
    }

    var kind: Kind
    var opener = Opener.script
    var position = Position.command
    var phase = Phase.start
    /// In double quotes, or `${…}` in these.
    var isQuoted = false
    /// Parentheses that are open in it.
    var depth = 0
    var word = Word()

    init(_ kind: Kind, _ opener: Opener = .script) {
      self.kind = kind
      self.opener = opener
      switch kind {
      case .double, .document, .arithmetic, .brackets: isQuoted = true
      case .commands, .comment, .single, .ansi, .parameter: break
      }
    }

    var isInParameterName: Bool { phase == .start || phase == .prefix || phase == .name }

    mutating func passHoleInParameter() { if isInParameterName { phase = .name } }
  }

  /// The word that is read.
  struct Word {
    /// Its first bytes, if it has no quotes and nothing else that means something.
    private var bytes: UInt64 = 0
    private var length = 0
    private var isPlain = true
    /// `[` and `{` that are open in it.
    var brackets = 0
    var braces = 0

    var isEmpty: Bool { length == 0 && isPlain }

    mutating func spoil() { isPlain = false }

    mutating func append(_ byte: UInt8) {
      bytes = bytes << 8 | UInt64(byte)
      length += 1
    }

    mutating func append(_ run: UnsafeBufferPointer<UInt8>) {
      // Nothing longer is reserved.
      if length + run.count <= 8 { for byte in run { bytes = bytes << 8 | UInt64(byte) } }
      length += run.count
    }

    /// What it means where a command begins.
    var reserved: Reserved? {
      isPlain && length <= 8 && length > 0 ? Reserved(rawValue: bytes) : nil
    }
  }

  /// Reserved words, as their bytes in one number.
  struct Reserved: Equatable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    private init(_ text: StaticString) {
      var value: UInt64 = 0
      text.withUTF8Buffer { for byte in $0 { value = value << 8 | UInt64(byte) } }
      rawValue = value
    }

    static let (case_, esac, in_, do_) = (Self("case"), Self("esac"), Self("in"), Self("do"))
    static let (for_, select, function) = (Self("for"), Self("select"), Self("function"))
    /// Behind these a command begins.
    static let openers: [Reserved] = [
      Self("if"), Self("then"), Self("elif"), Self("else"), Self("while"), Self("until"), do_,
      Self("{"), Self("!"), Self("time"), Self("done"), Self("fi"), Self("}"), Self("coproc"),
    ]
  }
}

/// What is to be minded of a hole beside its place.
public struct HoleCautions: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// `$name{{x}}`: a letter would go on with the name.
  public static let behindName = HoleCautions(rawValue: 1)
  /// `{a,{{x}}}`: commas would be bash's.
  public static let inBraces = HoleCautions(rawValue: 2)
  /// `{{x}}>`: digits would be the number of a descriptor.
  public static let beforeRedirection = HoleCautions(rawValue: 4)
  /// Backquotes in double quotes.
  public static let inQuotedBackquotes = HoleCautions(rawValue: 8)
  /// The line of a here-document may become its last one.
  public static let mayEndDocument = HoleCautions(rawValue: 16)
}

/// What the shell makes of text that is inserted in a place.
public enum HolePlace: UInt8, Hashable, Sendable {
  /// Outside quotes: a word may be quoted.
  case bare
  /// The same inside backquotes, where backslashes are read twice.
  case bareInBackquotes
  // In these a word that needs quotes is an error.
  case quoted, hereDocument, comment, parameter, arithmetic, brackets
  /// Backquotes in backquotes.
  case backquotes
  /// The scanner has lost its way.
  case unsure
  // In these each word is an error.
  /// `${{x}}`: it would be a variable's name.
  case behindDollar
  /// It would say where a here-document ends.
  case delimiter

  // In what another interpreter reads:
  /// In `"{{x}}"` of Python or JavaScript: the word is written as JSON, with its quotes.
  case json
  /// In code, or in another kind of string: only digits are taken.
  case foreign

  /// Whether a word may be quoted here.
  public var takesQuotes: Bool { self == .bare || self == .bareInBackquotes }
}
