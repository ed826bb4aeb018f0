import TestSupport

/// Makes shell scripts with holes `{{x0}}`, `{{x1}}`, … in all kinds of places, and names for these.
struct ScriptGenerator {
  private var random: SplitMix
  /// How many holes there are.
  private(set) var holes = 0

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func hole() -> String {
    defer { holes += 1 }
    return "{{x\(holes)}}"
  }

  // MARK: Names

  mutating func name() -> [UInt8] {
    let name = Array(random.pick(Self.names).utf8)
    switch random.below(5) {
    case 0: return name + Array(random.pick(Self.names).utf8)
    case 1: return name + [UInt8(128 + random.below(128))]
    default: return name
    }
  }

  private static let names = [
    " ", "a b", "it's", "q\"q", "$x", "$(echo RAN)", "`echo RAN`", "a\nb", "-rf", "*", "?[a]",
    "\\", "a\\", "\\'", "';echo RAN;'", "\";echo RAN;\"", "#c", "}", ")", "a)b", "EOF", "\n",
    "\nEOF\n", "~", "!x", "a&b", "a;echo RAN", "<x", ">y", "\t", "$'a'", "((", "]]", "x=y", "a,b",
    "{a,b}", "\\$x", "\\`", "''", "\"\"", "1", "é", "\u{1B}[2J", "x\"`'$\\",
  ]

  // MARK: Any pieces

  /// Pieces one behind the other: mostly no good script, and none that may run a name.
  mutating func soup() -> String {
    "arg s\n" + (0..<3 + random.below(14)).map { _ in piece() }.joined()
  }

  private mutating func piece() -> String {
    switch random.below(10) {
    case 0: " " + hole() + " "
    case 1: " arg " + hole() + " "
    case 2: " arg \"" + hole() + "\"\n"
    case 3: random.pick(["'", "\""]) + hole() + random.pick(["'", "\"", ""])
    default: random.pick(Self.pieces)
    }
  }

  private static let pieces = [
    "a", "b ", "x=1;", " ", "\n", "'", "\"", "'", "\"", "`", "$(", ")", "(", ")", "${x:-", "${x#",
    "${x%%", "${x+", "}", "}", "$x", "$y", "$", "\\", "\\\n", "#", " # it's\n", " #", "<<EOF\n",
    "<<-EOF\n", "<<'EOF'\n", "<<\"E O F\"\n", "<<\\EOF\n", "\nEOF\n", "\nE O F\n", "\n\tEOF\n", ";",
    "\n", "&&", "||", "|cat ", "case x in x)", "case $x in ", " esac ", ";;", "x) ", "(x) ", " in ",
    "if true; then ", " fi ", "for i in 1 2; do ", " done ", "{ ", " }", "$((", "))", "1+1", "$'",
    "$\"", "\\'", "\\\"", "\\`", "\\\\", "\\$", "echo ", "arg ", "arg ", "x=",
    "cat <<EOF; cat <<B\n",
    "\nB\n", "((", "[[ ", "]] ", "{a,", "$(case x in x) ", "esac)", "<(", "a=(", "[", "]", "=~",
    "$[",
    "\"${x:-\"", "\"}\"", "f() {", ">f ", "2>&1 ",
  ]

  // MARK: Good scripts

  mutating func script() -> String {
    "arg s\n" + (0..<1 + random.below(3)).map { _ in command(3) }.joined(separator: "\n")
  }

  private mutating func commands(_ depth: Int) -> String {
    var text = ""
    for number in 0...random.below(2) {
      let next = command(depth)
      if number > 0 {
        let needsLine = text.contains("<<") || text.contains("#")
        text += needsLine ? "\n" : random.pick([";", "\n", " && "])
      }
      text += next
    }
    return text.contains("<<") || text.contains("#") ? text + "\n" : text
  }

  private mutating func command(_ depth: Int) -> String {
    switch random.below(depth > 0 ? 12 : 8) {
    case 0: "arg " + word(depth) + random.pick([" # it's", " #\"", " # '"])
    case 1: document()
    case 8: "(" + commands(depth - 1) + ")"
    case 9: caseCommand(depth)
    case 10: "if true; then " + commands(depth - 1) + random.pick(["; ", "\n"]) + "fi"
    case 11:
      "for i in \(word(0)) 2; do " + commands(depth - 1) + random.pick(["; ", "\n"]) + "done"
    default: "arg" + (0...random.below(3)).map { _ in " " + word(depth) }.joined()
    }
  }

  private mutating func caseCommand(_ depth: Int) -> String {
    "case " + random.pick(["x", "$x", hole()]) + " in " + random.pick(["", "("])
      + random.pick(["x", "*", "a|b|*", "\"x y\"|*", hole() + "|*"]) + ")" + commands(depth - 1)
      + random.pick([";;", "\n;;", " ;; y) arg z;;"])
      + random.pick([" esac", " *) esac", "\nesac"])
  }

  private mutating func document() -> String {
    let word = random.pick(["EOF", "E", "E O F"])
    let quotes = word == "E O F" ? ["'", "\""] : ["", "'", "\"", "\\"]
    let quote = random.pick(quotes)
    let closing = quote == "\\" ? "" : quote
    let inside =
      quote.isEmpty
      ? ["it's", "\"", "`echo a`", "$(arg \(hole()))", "#", "${x:-a}", "\\$x", "a\\\nb"]
      : ["it's", "\"", "`", "$(", "#", "a\\", "${"]
    let dash = random.pick(["", "-"])
    return "cat <<\(dash)\(quote)\(word)\(closing)" + random.pick(["", "", " | cat"]) + "\n"
      + random.pick(inside + [hole(), " " + hole(), "a" + hole()]) + "\n"
      + (dash.isEmpty ? "" : "\t") + word
  }

  private mutating func word(_ depth: Int) -> String {
    switch random.below(depth > 0 ? 18 : 16) {
    case 0: random.pick(["a", "x=1", "it\\'s", "\\\"", "a\\\nb", "\\`", "case", "esac", "do"])
    case 1, 2, 3: hole()
    case 4: "\"" + quoted(depth) + "\""
    case 5:
      "'" + random.pick(["", "\"", "`", "$(", "#", "\\", "}", hole(), "a " + hole(), "\n"]) + "'"
    case 6: "\"" + hole() + "\""
    case 7: "'" + hole() + "'"
    case 8:
      "${x" + random.pick([":-", ":+", "-", "+", "=", "#", "%", "##", "%%"])
        + random.pick([
          "", "a", hole(), "'}'", "\"}\"", "\"it's\"", "\\}", "$(arg \(hole()))", "\"\(hole())\"",
        ]) + "}"
    case 9: "$((" + random.pick(["1+1", "(1)+2", "x", "$(echo 1)", "1<<2", hole()]) + "))"
    case 10: "$" + random.pick(["x", "1", "#", "?", "-", "x" + hole()])
    case 11: random.pick(["$'a'", "$'a\\n'", "$'it\\'s'", "$\"a\"", "$\"\(hole())\"", "a#b"])
    case 12: random.pick(["a" + hole(), hole() + "/b", "{a,\(hole())}", "[a\(hole())]"])
    case 16: "$(" + commands(depth - 1) + ")"
    case 17: "`" + inBackquotes(commands(depth - 1), areQuoted: false) + "`"
    default: random.pick(["a", "b", "-c", "in"])
    }
  }

  private mutating func quoted(_ depth: Int) -> String {
    (0..<random.below(5)).map { _ in quotedPiece(depth) }.joined()
  }

  private mutating func quotedPiece(_ depth: Int) -> String {
    switch random.below(10) {
    case 0, 1: random.pick(["a", " ", "'", "\\\"", "\\\\", "\\`", "\\$", "#", ";", ")", "\n", "}"])
    case 2 where depth > 0: "$(" + commands(depth - 1) + ")"
    case 3 where depth > 0: "`" + inBackquotes(commands(depth - 1), areQuoted: true) + "`"
    case 4:
      "${x" + random.pick([":-", ":+", "#", "%"])
        + random.pick([
          "", "a", "\"it's\"", "it's", "'}'", "\"}\"", "\\}", "\"\(hole())\"",
          "$(arg \"a b\" \(hole()))",
        ]) + "}"
    case 5: hole()
    default: random.pick(["$x", "$((1+1))", "b"])
    }
  }

  private mutating func inBackquotes(_ text: String, areQuoted: Bool) -> String {
    var text = text.replacing("\\", with: "\\\\").replacing("`", with: "\\`")
    if random.below(2) == 0 { text = text.replacing("$", with: "\\$") }
    if areQuoted, random.below(3) > 0 { text = text.replacing("\"", with: "\\\"") }
    return text
  }
}
