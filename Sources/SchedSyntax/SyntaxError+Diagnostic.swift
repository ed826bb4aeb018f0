import SchedBase

// All wording of syntax errors.
extension SyntaxError {
  /// The message, with its place in `file`.
  public func diagnostic(in file: SourceFileID) -> Diagnostic {
    let (span, message, hint) = text
    func place(_ span: Span) -> SourceRange {
      SourceRange(file: file, lower: span.lower, upper: span.upper)
    }
    var notes: [Diagnostic.Note] = []
    if case .shallowStatement(_, let opener, let openerSpan) = self {
      notes.append(Diagnostic.Note("the '\(opener)' is here", at: place(openerSpan)))
    }
    return .error(message, at: place(span), hint: hint, notes: notes)
  }

  /// The smallest place that is wrong.
  var span: Span { text.0 }

  private var text: (Span, message: String, hint: String?) {
    switch self {
    case .nulByte(let span): (span, "a NUL byte: this is no text", nil)
    case .nobodysBody(let span):
      (
        span, "this line is indented, but nothing above it takes it",
        "move it to the left, or deeper than its header"
      )
    case .mixedIndentation(let span):
      (
        span, "tabs and spaces are mixed: this indentation and that of the lines above differ",
        "indent with spaces"
      )
    case .mixedIndentationOfBody(let span):
      (
        span, "tabs and spaces are mixed: this indentation and that of the first line differ",
        "indent with spaces"
      )
    case .unknownEscape(let byte, let span):
      (
        span, "unknown escape '\\\(Self.show([byte]))'",
        "'\\\"', '\\\\', '\\n' and '\\t' are escapes; single quotes take everything as it stands"
      )
    case .unterminatedString(let span): (span, "this quote is not closed on its line", nil)
    case .unterminatedHole(let span):
      (span, "'{{' without '}}' on the same line", "'\\{{' is a literal '{{'")
    case .backslashBeforeBlank(let span, let isAtLineEnd):
      (
        span, "a backslash before a blank",
        isAtLineEnd
          ? "it joins the next line where nothing stands behind it: remove the blanks"
          : "quote a word that has blanks: \"a b\""
      )
    case .dollar(let span, let text): dollar(span, text)
    case .expectedExpression(let span): (span, "expected a name, a string, or a call", nil)
    case .unexpectedInExpression(let span): (span, "expected the end of the expression", nil)
    case .unterminatedCall(let span): (span, "'(' without ')' on the same line", nil)
    case .expectedComma(let span): (span, "expected ',' or ')'", nil)
    case .nestedTooDeep(let span): (span, "nested too deep", nil)
    case .badIndex(let span):
      (span, "an index is one whole number: '[0]', or '[-1]' for the last", nil)
    case .expectedName(let keyword, let span): (span, "expected a name after '\(keyword)'", nil)
    case .expectedWords(let keyword, let span): (span, "expected words after '\(keyword)'", nil)
    case .expectedEqualSign(let name, let span): (span, "expected '=' after '\(name)'", nil)
    case .expectedIn(let span): (span, "expected 'in' after the name", "for NAME in WORDS")
    case .keywordAssigned(let span, let name):
      (
        span, "'\(Self.show(name))' is a keyword and cannot be assigned",
        name.elementsEqual("default".utf8) ? "default TARGET" : nil
      )
    case .secondColon(let span):
      (
        span, "a second ':' in this header",
        "a colon inside a word does not count; quote one that ends a word"
      )
    case .noOutputs(let span): (span, "a header without outputs", "task NAME: INPUTS")
    case .taskNameNotOneWord(let span): (span, "a task's name is one word", "task NAME: INPUTS")
    case .unknownStatement(let span, let word): unknown(span, word)
    case .glue(let span, let word): glue(span, word)
    case .colonEqual(let span, let word):
      (
        span, "'\(Self.show(word))' is Make's",
        "'=' assigns, here and now; '?=' where nothing is set; '+=' appends"
      )
    case .phony(let span):
      (span, "'.PHONY' is Make's", "write 'task NAME' for a target that is no file")
    case .closerIndentation(let span, let keyword, let opener):
      (span, "'\(keyword)' is not indented like its '\(opener)'", nil)
    case .shallowStatement(let span, let opener, _):
      (
        span, "this line is not indented like those before it in its '\(opener)'",
        "'end' ends a block"
      )
    case .missingEnd(let span, let keyword): (span, "'\(keyword)' without 'end'", nil)
    case .unexpectedEnd(let span, let keyword): (span, "'\(keyword)' without 'if' or 'for'", nil)
    case .elseAfterElse(let span): (span, "a second 'else'", nil)
    case .elseInLoop(let span): (span, "'else' in a 'for'", nil)
    case .textAfterKeyword(let span, let keyword): (span, "unexpected text after '\(keyword)'", nil)
    case .glueAfterAttribute(let span, let name):
      (
        span,
        name.count == 1
          ? "expected a name after '@'" : "expected a blank after '\(Self.show(name))'",
        nil
      )
    case .unknownSetting(let span, let name): unknownSetting(span, name)
    case .valueWithoutRecipe(let span, let name):
      (span, "value '\(Self.show(name))' has no recipe", "indent the commands that print it below")
    case .foreignOperator(let span, let instead):
      (span, "expected '\(instead)'", "operators are '==', '!=', 'in', 'not', 'and' and 'or'")
    case .bracesInCondition(let span):
      (span, "'{{' in a condition", "an 'if' takes its expression without braces")
    case .emptyCondition(let span): (span, "expected a condition after 'if'", nil)
    case .staticPattern(let span):
      (
        span, "a second ':' in this header",
        "a rule '%.o: %.c' and 'default' with the list, or a 'for' loop"
      )
    }
  }

  private func dollar(_ span: Span, _ text: [UInt8]) -> (Span, String, String?) {
    let shown = Self.show(text)
    let name = String(
      shown.drop { $0 == "$" || $0 == "(" || $0 == "{" }.prefix {
        $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-"
      })
    return (
      span, "'\(shown)' is not written like this here",
      name.isEmpty
        ? "'{{name}}' is a variable; single quotes take '$' as it stands"
        : "'{{\(name)}}' is a variable; single quotes take '$' as it stands"
    )
  }

  private func unknown(_ span: Span, _ word: [UInt8]) -> (Span, String, String?) {
    if let invisible = InvisibleCharacter(firstIn: word) { return invisible.text(in: word, span) }
    let shown = Self.show(word)
    let near = Self.habits[shown] ?? nearestName(to: shown, among: Parser.keywords)
    return (
      span, "'\(shown)' begins no statement",
      near.map { "did you mean '\($0)'?" }
        ?? "a target is 'OUTPUT: INPUTS', a variable 'NAME = WORDS'"
    )
  }

  /// What other tools call the statements.
  private static let habits = [
    "-include": "include?", "sinclude": "include?", "import": "include", "ifeq": "if",
    "ifneq": "if", "ifdef": "if", "ifndef": "if", "elif": "else if", "elseif": "else if",
    "endif": "end", "fi": "end", "endfor": "end", "done": "end", "foreach": "for",
  ]

  private func glue(_ span: Span, _ word: [UInt8]) -> (Span, String, String?) {
    if let invisible = InvisibleCharacter(firstIn: word) { return invisible.text(in: word, span) }
    let shown = Self.show(word)
    let separated = shown.split(separator: ":", maxSplits: 1).joined(separator: ": ")
    return (
      span, "'\(shown)' begins no statement",
      "a header's colon ends a word: '\(separated)'"
    )
  }

  private func unknownSetting(_ span: Span, _ name: [UInt8]) -> (Span, String, String?) {
    let shown = Self.show(name)
    let near = nearestName(to: shown, among: ["@shell", "@env", "@uses", "@ignore"])
    return (
      span, "'\(shown)' is not a setting",
      near.map { "did you mean '\($0)'?" }
        ?? "settings are '@shell', '@env', '@uses' and '@ignore'; other attributes stand in a recipe"
    )
  }

  private static func show(_ bytes: [UInt8]) -> String { printable(bytes) }
}
