import SchedBase

/// Reads a Schedfile: lines first, one look ahead, no backtracking.
///
/// After an error it goes on with the next statement, so that one run tells several.
///
/// The tree holds what could be read; it is whole if there are no errors. Linear.
public func parse(_ bytes: [UInt8], file: SourceFileID) -> (tree: SyntaxTree, errors: [SyntaxError])
{
  // The buffer outlives the parser; the tree keeps its own reference to the same bytes.
  bytes.withUnsafeBufferPointer { buffer in
    var parser = Parser(buffer, tree: SyntaxTree(file: file, bytes: bytes))
    parser.parseFile()
    return (parser.tree, parser.errors)
  }
}

/// The same, a tree for about `length` bytes of whole statements at a time: a tree takes several times
/// the memory of its text, and need not outlive its evaluation.
///
/// Gives `body` each tree as long as there is no error.
public func parse(
  _ bytes: [UInt8], file: SourceFileID, inPiecesOf length: Int, _ body: (SyntaxTree) -> Void
) -> [SyntaxError] {
  bytes.withUnsafeBufferPointer { buffer in
    var parser = Parser(
      buffer, tree: SyntaxTree(file: file, bytes: bytes), pieceLength: length)
    while true {
      parser.parsePiece()
      if parser.errors.isEmpty { body(parser.tree) }
      if parser.isAtEnd { return parser.errors }
      parser.tree = SyntaxTree(file: file, bytes: bytes)
      parser.lastScript = nil
    }
  }
}

struct Parser {
  var scanner: Scanner
  var tree: SyntaxTree {
    didSet { reserveCapacity() }
  }
  /// So many bytes are read at a time.
  private let pieceLength: Int
  /// Where the piece here ends: behind the statement that begins before this.
  private(set) var pieceEnd = 0
  var errors: [SyntaxError] = []
  /// More than so many are not told.
  var mostErrors = 20
  /// What each line is, for the formatter; nothing is noted where nobody asks.
  var layout: Layout?
  /// Parts of words that are not ended yet, the innermost word's last.
  var openParts: [Part] = []
  /// The lines of the script here, without comments that are not deeper than its header.
  var body: [Line] = []
  /// The script that was read last, without errors: the next one may read the same.
  var lastScript: LastScript?
  /// The blocks that the statement here is in, the innermost last.
  var openers: [Opener] = []
  /// The block that ended last.
  var lastBlock: Opener?
  /// How many blocks are open.
  var level = 0
  /// How deep the expression here is nested in others.
  var expressionDepth = 0
  /// Blocks, and expressions in one another, are read by recursion; deeper ones are an error.
  static let deepestNesting = 100
  /// How many `and`, `or`, `not` and parentheses the condition here has had.
  var conditionLength = 0
  static let longestCondition = 500
  /// In a script a backslash at the end of a line is the shell's, and joins nothing.
  var joinsLines = true

  init(_ bytes: UnsafeBufferPointer<UInt8>, tree: SyntaxTree, pieceLength: Int = .max) {
    scanner = Scanner(bytes: bytes)
    self.tree = tree
    self.pieceLength = pieceLength
    reserveCapacity()
  }

  /// More than real files need: pages that are never touched cost nothing, moving does.
  private func reserveCapacity() {
    let count = min(scanner.bytes.count - scanner.position, pieceLength)
    tree.words.reserveCapacity(count / 16)
    tree.parts.reserveCapacity(count / 12)
    tree.expressions.reserveCapacity(count / 16)
    tree.segments.reserveCapacity(count / 12)
  }

  mutating func report(_ error: SyntaxError) {
    if errors.count < mostErrors { errors.append(error) }
  }

  /// Whether all was read, or enough errors were found.
  var isAtEnd: Bool { scanner.isAtEnd || errors.count >= mostErrors }

  mutating func parseFile() {
    while true {
      parsePiece()
      if isAtEnd { return }
    }
  }

  /// Reads statements into the tree, until a piece is read or the file ends.
  mutating func parsePiece() {
    if scanner.position == 0 {
      if scanner.starts(with: "\u{FEFF}", at: 0) { scanner.position = 3 }
      if let nul = scanner.first(0, from: 0) {
        scanner.position = scanner.bytes.count
        return report(.nulByte(Span(nul, nul + 1)))
      }
    }
    pieceEnd = scanner.position + min(pieceLength, scanner.bytes.count - scanner.position)
    tree.statements += parseStatements(of: nil)
    while scanner.position < pieceEnd, errors.count < mostErrors {
      // What ended the block at the top level: an `else` or `end` without an opener.
      let line = lineHere()
      let keyword = keyword(at: line.content) ?? ""
      report(
        .unexpectedEnd(Span(line.content, line.content + keyword.utf8.count), keyword: keyword))
      scanner.position = scanner.lineEnd(from: line.start).next
      tree.statements += parseStatements(of: nil)
    }
    // A missing `end` is known at the file's end only, and told where its opener is.
    errors.sort { $0.span.lower < $1.span.lower }
  }

  // MARK: Lines

  /// A line: where it begins, and where its first byte that is no blank is.
  struct Line {
    var start: Int
    var content: Int
    var indentation: Range<Int> { start..<content }
  }

  func line(at start: Int) -> Line {
    var content = start
    while Byte.isBlank(scanner.byte(at: content)) { content += 1 }
    return Line(start: start, content: content)
  }

  func lineHere() -> Line { line(at: scanner.position) }

  func isBlank(_ line: Line) -> Bool {
    let byte = scanner.byte(at: line.content)
    return line.content >= scanner.bytes.count || byte == UInt8(ascii: "\n")
      || (byte == UInt8(ascii: "\r") && scanner.byte(at: line.content + 1) == UInt8(ascii: "\n"))
  }

  func isComment(_ line: Line) -> Bool { scanner.byte(at: line.content) == UInt8(ascii: "#") }

  enum Depth { case deeper, same, shallower, mixed }

  /// How `line` is indented against `other`.
  func depth(of line: Line, against other: Range<Int>) -> Depth {
    let common = min(line.indentation.count, other.count)
    for offset in 0..<common
    where scanner.byte(at: line.start + offset) != scanner.byte(at: other.lowerBound + offset) {
      return .mixed
    }
    if line.indentation.count == other.count { return .same }
    return line.indentation.count > other.count ? .deeper : .shallower
  }

  /// The keyword that a line begins with: a bare word of letters before a blank, or the line's end.
  func keyword(at offset: Int) -> String? {
    var end = offset
    while (0x61...0x7A).contains(scanner.byte(at: end)) { end += 1 }
    if scanner.byte(at: end) == UInt8(ascii: "?") { end += 1 }
    let next = scanner.byte(at: end)
    let ends =
      end >= scanner.bytes.count || Byte.isBlank(next) || next == UInt8(ascii: "\n")
      || next == UInt8(ascii: "\r") || next == UInt8(ascii: "\\")
    guard ends, end > offset else { return nil }
    return String(decoding: scanner.bytes[offset..<end], as: UTF8.self)
  }
}
