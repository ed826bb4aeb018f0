import SchedBase
import Testing

/// How a message is drawn: the whole text, the caret included.
struct DiagnosticRendererTests {
  /// Renders an error at the first place of `marked` in `source`.
  private func render(
    _ source: [UInt8], marked: [UInt8], hint: String? = nil, isColoured: Bool = false
  ) -> String {
    var sources = SourceMap()
    let file = sources.add(name: "Schedfile", bytes: source)
    let lower = source.indices.first { source[$0...].starts(with: marked) }!
    let diagnostic = Diagnostic.error(
      "wrong",
      at: SourceRange(file: file, lower: UInt32(lower), upper: UInt32(lower + marked.count)),
      hint: hint)
    let text = DiagnosticRenderer(sources, isColoured: isColoured).render(diagnostic)
    return String(decoding: text, as: UTF8.self)
  }

  private func render(_ source: String, marked: String) -> String {
    render(Array(source.utf8), marked: Array(marked.utf8))
  }

  @Test func `a message has a place, the line, a caret and a hint`() {
    var sources = SourceMap()
    let source = String(repeating: "\n", count: 13) + "build/app: build/mian.o\n"
    let file = sources.add(name: "Schedfile", bytes: Array(source.utf8))
    let diagnostic = Diagnostic.error(
      "no rule makes 'build/mian.o', needed by 'build/app'",
      at: SourceRange(file: file, lower: 24, upper: 36), hint: "did you mean 'build/main.o'?")
    #expect(
      String(decoding: DiagnosticRenderer(sources).render(diagnostic), as: UTF8.self) == """
        Schedfile:14:12: error: no rule makes 'build/mian.o', needed by 'build/app'
           14 | build/app: build/mian.o
              |            ^~~~~~~~~~~~
              = hint: did you mean 'build/main.o'?

        """)
  }

  @Test func `second places are notes with places of their own`() {
    var sources = SourceMap()
    let first = sources.add(name: "Schedfile", bytes: Array("a: b\n".utf8))
    let second = sources.add(name: "lib/Schedfile", bytes: Array("\n  a: c\n".utf8))
    let diagnostic = Diagnostic(
      .warning, "twice", at: SourceRange(file: second, lower: 3, upper: 4),
      notes: [
        Diagnostic.Note("first here", at: SourceRange(file: first, lower: 0, upper: 1)),
        Diagnostic.Note("and nowhere else"),
      ])
    #expect(
      String(decoding: DiagnosticRenderer(sources).render(diagnostic), as: UTF8.self) == """
        lib/Schedfile:2:3: warning: twice
            2 |   a: c
              |   ^
        Schedfile:1:1: note: first here
            1 | a: b
              | ^
        note: and nowhere else

        """)
  }

  @Test func `a message without a place has no false one`() {
    let diagnostic = Diagnostic.error("no Schedfile", hint: "sched init")
    #expect(
      String(decoding: DiagnosticRenderer(SourceMap()).render(diagnostic), as: UTF8.self) == """
        error: no Schedfile
          = hint: sched init

        """)
  }

  @Test func `tabs before the caret stay tabs`() {
    #expect(
      render("\ta:\tbc\n", marked: "bc") == """
        Schedfile:1:5: error: wrong
            1 | \ta:\tbc
              | \t  \t^~

        """)
  }

  @Test(arguments: [
    ("日本 bc", 4, "     ^~"),
    ("🚀🎉 bc", 4, "     ^~"),
    ("e\u{301} bc", 4, "  ^~"),
    ("éü bc", 4, "   ^~"),
  ])
  func `columns count characters, the caret what they take on a terminal`(
    _ line: String, _ column: Int, _ caret: String
  ) {
    #expect(
      render(line + "\n", marked: "bc") == """
        Schedfile:1:\(column): error: wrong
            1 | \(line)
              | \(caret)

        """)
  }

  @Test func `wide characters are underlined whole, marks with their letter`() {
    #expect(render("日本\n", marked: "日本").hasSuffix("| ^~~~\n"))
    #expect(render("e\u{301}e\n", marked: "e\u{301}e").hasSuffix("| ^~\n"))
  }

  @Test func `a byte that is no UTF-8 is one character, shown by its number`() {
    let source: [UInt8] = [0x61, 0xFF, 0xE2, 0x82, 0x20, 0x62, 0x1B]
    #expect(
      render(source, marked: [0x62, 0x1B]) == #"""
        Schedfile:1:6: error: wrong
            1 | a\xFF\xE2\x82 b\x1B
              |               ^~~~~

        """#)
  }

  @Test func `a carriage return at the end and a mark at the beginning are not shown`() {
    #expect(
      render("\u{FEFF}ab\r\n", marked: "b") == """
        Schedfile:1:2: error: wrong
            1 | ab
              |  ^

        """)
  }

  @Test func `what goes on over lines is marked on its first`() {
    #expect(
      render("a b\nc\n", marked: "b\nc") == """
        Schedfile:1:3: error: wrong
            1 | a b
              |   ^

        """)
  }

  @Test(arguments: [("", 1), ("a", 2), ("a\n", 2)])
  func `the end of a file has a place, too`(_ source: String, _ column: Int) {
    var sources = SourceMap()
    let file = sources.add(name: "f", bytes: Array(source.utf8))
    let end = UInt32(source.utf8.count) - (source.hasSuffix("\n") ? 1 : 0)
    let text = DiagnosticRenderer(sources).render(
      .error("wrong", at: SourceRange(file: file, lower: end, upper: end)))
    #expect(String(decoding: text, as: UTF8.self).hasPrefix("f:1:\(column): error: wrong\n"))
    #expect(String(decoding: text, as: UTF8.self).hasSuffix("^\n"))
  }

  @Test func `numbers of lines are five columns wide, or wider`() {
    let source = String(repeating: "\n", count: 123_455) + "x\n"
    #expect(
      render(source, marked: "x") == """
        Schedfile:123456:1: error: wrong
        123456 | x
               | ^

        """)
  }

  @Test func `colour is on the severity and the caret`() {
    let text = render(Array("a\n".utf8), marked: [0x61], isColoured: true)
    #expect(
      text == """
        Schedfile:1:1: \u{1B}[1;31merror:\u{1B}[0m wrong
            1 | a
              | \u{1B}[1;32m^\u{1B}[0m

        """)
  }

  @Test func `of a line of megabytes a piece is shown, and the column is true`() {
    let before = String(repeating: "é", count: 100_000)
    let text = render(before + "bad" + String(repeating: "x", count: 100_000), marked: "bad")
    #expect(text.hasPrefix("Schedfile:1:100001: error: wrong\n"))
    #expect(text.utf8.count < 10_000)
    let lines = text.split(separator: "\n")
    let caret = lines[2].firstIndex(of: "^")!
    let column = lines[2].distance(from: lines[2].startIndex, to: caret)
    #expect(lines[1].dropFirst(column).hasPrefix("bad"))
  }
}
