import SchedBase
import SchedSyntax

// Wording of what cannot be inserted into a script.
extension LoadError {
  var insertionDiagnostic: Diagnostic {
    switch self {
    case .wordDoesNotFit(let word, let place, let range):
      let (reason, hint) = Self.refusal(in: place)
      return .error("'\(printable(word))' \(reason)", at: range, hint: hint)
    case .holeDoesNotFit(let name, let place, let range):
      let (reason, hint) = Self.refusal(in: place)
      return .error(
        "'{{\(printable(name))}}' \(reason)", at: range,
        hint: place == .behindDollar
          ? "'{{ raw(\(printable(name))) }}' inserts the name of a variable" : hint)
    case .holeBehindName(let name, let range):
      return .error(
        "'{{\(printable(name))}}' goes on with the name of the variable before it", at: range,
        hint: "braces end a name: '${name}{{\(printable(name))}}'")
    case .endsDocument(let word, let range):
      return .error(
        "'\(printable(word))' would end this here-document", at: range,
        hint: "end the here-document with another word")
    case .notOneWordInString(let count, let range):
      return .error(
        count.map { "a string takes one word, found \($0)" } ?? "a string takes one word",
        at: range,
        hint: "'{{ json(x) }}' without quotes around it is a list")
    default: return .error("internal error: a message without words")
    }
  }

  private static func refusal(in place: HolePlace) -> (reason: String, hint: String) {
    let variable = "set a variable of the shell first, as in 'name={{x}}'"
    switch place {
    case .quoted, .hereDocument, .bare, .bareInBackquotes:
      return (
        "needs quotes of its own inside this quoted text",
        "put the whole text into a variable, or insert it with 'raw'"
      )
    case .comment: return ("cannot stand in a comment", "take it out of the comment")
    case .parameter: return ("needs quotes of its own inside '${ }'", variable)
    case .arithmetic: return ("cannot stand in arithmetic", variable)
    case .brackets: return ("needs quotes of its own inside '[ ]'", variable)
    case .backquotes:
      return ("needs quotes of its own inside backquotes", "write '$( )' instead of backquotes")
    case .unsure:
      return (
        "needs quotes, and shells differ in how they read the text before it",
        "write that text in a simpler way, or name the shell: '@shell bash -euc'"
      )
    case .behindDollar: return ("would be the name of a variable", variable)
    case .delimiter:
      return ("would be what ends a here-document", "write the word out: '<<END'")
    case .json:
      return (
        "is not UTF-8, so that it cannot be written in a string",
        "set a variable with '@env NAME={{x}}', or pass an argument"
      )
    case .foreign:
      return (
        "cannot be inserted here: sched quotes for shells only, and in Python and JavaScript in '\"{{x}}\"'",
        "set a variable with '@env NAME={{x}}', pass an argument, or use 'json' or 'raw'"
      )
    }
  }
}
