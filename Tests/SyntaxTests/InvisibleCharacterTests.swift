import Testing

/// Characters that nobody sees, where no statement begins.
struct InvisibleCharacterTests {
  @Test(arguments: [
    ("\u{A0}", "no-break space (U+00A0)", "write a space"),
    ("\u{202F}", "narrow no-break space (U+202F)", "write a space"),
    ("\u{3000}", "ideographic space (U+3000)", "write a space"),
    ("\u{200B}", "zero-width space (U+200B)", "remove it"),
    ("\u{FEFF}", "byte-order mark (U+FEFF)", "remove it"),
    ("\u{2060}", "word joiner (U+2060)", "remove it"),
    ("\u{AD}", "soft hyphen (U+00AD)", "remove it"),
    ("\u{202E}", "mark of a writing direction (U+202E)", "remove it"),
  ])
  func `an invisible character is named with its code`(
    _ character: String, _ name: String, _ hint: String
  ) {
    let code = name.dropFirst(name.count - 7).dropLast()
    let found = messages("x = 1\n\(character)foo bar\n")
    #expect(
      found.hasPrefix(
        "Schedfile:2:1: error: '<\(code)>foo' begins no statement: it has a \(name)\n"))
    #expect(found.hasSuffix("      = hint: \(hint)\n"))
  }

  @Test func `behind a colon, a keyword and as indentation`() {
    #expect(
      messages("a:\u{A0}b\n    cp b a\n").hasPrefix(
        "Schedfile:1:3: error: 'a:<U+00A0>b' begins no statement: it has a no-break space (U+00A0)\n"
      ))
    #expect(
      messages("default\u{A0}a\n").hasPrefix(
        "Schedfile:1:8: error: 'default<U+00A0>a' begins no statement: it has a no-break space (U+00A0)\n"
      ))
    #expect(
      messages("a: b\n\u{A0}\u{A0}cp b a\n").hasPrefix(
        "Schedfile:2:1: error: '<U+00A0><U+00A0>cp' begins no statement: it has a no-break space (U+00A0)\n"
      ))
  }

  @Test func `other characters are shown as they are`() {
    #expect(messages("größe\n").hasPrefix("Schedfile:1:1: error: 'größe' begins no statement\n"))
  }

  @Test(arguments: ["ta\u{200B}sk t\n", "task\u{200B} t\n", "\u{200B}task t\n"])
  func `in a keyword, wherever it stands`(_ line: String) {
    #expect(
      messages(line + "    true\n").contains(
        "begins no statement: it has a zero-width space (U+200B)\n"))
  }
}
