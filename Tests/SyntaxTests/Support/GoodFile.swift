import TestSupport

/// Makes a random Schedfile without errors, in as many shapes as the language allows.
struct GoodFile {
  private var generator: SplitMix
  private var text = ""

  init(seed: UInt64) { generator = SplitMix(seed: seed) }

  mutating func make() -> String {
    statements(indentation: "", depth: 0)
    return text
  }

  private mutating func one<T>(_ choices: [T]) -> T { choices.randomElement(using: &generator)! }
  private mutating func chance(_ percent: Int) -> Bool {
    Int.random(in: 0..<100, using: &generator) < percent
  }

  /// Blanks that may stand between words.
  private mutating func blanks() -> String { one([" ", " ", "  ", "\t", " \\\n  ", " \\\n\t"]) }
  private mutating func lineEnd() -> String {
    one(["\n", "\n", "\n", " \n", "\r\n", " # c\n", "  # it's {{\n"])
  }
  private mutating func deeper(_ indentation: String) -> String {
    indentation + one(["  ", "    ", "\t", " "])
  }

  private mutating func word() -> String {
    one([
      "a", "b.c", "src/x", "{{x}}", "-I{{dirs}}/{{y[0]}}", "\"a b\"", "'it {{'", "\"\"", "x#y",
      "$5",
      "\\{{", "{{ f(a, \"}}\", 'b') }}", "{{{x}}}", "C:/x", "é", "a=", "\"{{x}}\"\"y\"", "%",
      "a\\b",
    ])
  }

  private mutating func words(_ counts: ClosedRange<Int>) -> String {
    (0..<Int.random(in: counts, using: &generator)).map { _ in blanks() + word() }.joined()
  }

  private mutating func between(_ indentation: String) {
    if chance(20) { text += one(["\n", "\n\n\n", "  \n", "\r\n"]) }
    if chance(15) { text += one(["", indentation]) + "# a  comment \n" }
    if chance(10) { text += "\n" }
  }

  private mutating func statements(indentation: String, depth: Int) {
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      between(indentation)
      statement(indentation, depth)
    }
    between(indentation)
  }

  private mutating func statement(_ indentation: String, _ depth: Int) {
    text += indentation
    switch Int.random(in: 0..<9, using: &generator) {
    case 0: line(indentation, one(["a =", "a=", "b +=", "c?="]) + words(0...3))
    case 1: line(indentation, one(["default", "include", "include?", "subdir"]) + words(1...3))
    case 2: line(indentation, one(["@uses", "@env", "@shell"]) + words(1...2))
    case 3: text += "pool p =" + blanks() + "2" + lineEnd()
    case 4: line(indentation, "param p = a | b")
    case 5 where depth < 3: block(indentation, depth)
    case 6:
      text += one(["task t", "task t:u", "task t-{{x}}:"]) + lineEnd()
      if chance(60) { recipe(indentation, needsScript: false) }
    case 7:
      text += "value v:" + words(0...2) + lineEnd()
      recipe(indentation, needsScript: true)
    default:
      text +=
        one(["out", "%.o", "a b", "{{x}}", "'q:'"]) + one([":", " :"]) + words(0...3) + lineEnd()
      if chance(80) { recipe(indentation, needsScript: true) }
    }
  }

  /// A line and maybe more words below it.
  private mutating func line(_ indentation: String, _ start: String) {
    text += start + lineEnd()
    for _ in 0..<(chance(25) ? 2 : 0) {
      text += deeper(indentation) + word() + words(0...1) + lineEnd()
      if chance(20) { text += deeper(indentation) + "# c\n" }
    }
    text += one(["", "\n"])
  }

  private mutating func block(_ indentation: String, _ depth: Int) {
    let isLoop = chance(40)
    text +=
      (isLoop ? "for f in" + words(0...2) : "if a" + one([" == \"b\"", "", " in b"])) + lineEnd()
    statements(indentation: chance(20) ? indentation : deeper(indentation), depth: depth + 1)
    if !isLoop, chance(40) {
      text += indentation + "else if (b)" + lineEnd()
      statements(indentation: deeper(indentation), depth: depth + 1)
    }
    if !isLoop, chance(40) {
      text += indentation + "else" + lineEnd()
      statements(indentation: deeper(indentation), depth: depth + 1)
    }
    text += indentation + "end" + lineEnd()
  }

  private mutating func recipe(_ indentation: String, needsScript: Bool) {
    let own = deeper(indentation)
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      if chance(15) { text += one(["\n", own + "# c\n"]) }
      text += own + one(["@keep", "@uses", "@env A={{x}}", "@depfile"]) + words(0...2) + lineEnd()
      if chance(20) {
        text += own + "@desc  X {{out}}  # y " + one(["\n", "\r\n", "\\\n" + own + "z\n"])
      }
    }
    guard needsScript || chance(70) else { return }
    if chance(20) { text += own + "#!/bin/sh\n" }
    text += own + "cc\n"
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      text += one([own, own, own + "  ", own + "\t"])
      text += one([
        "cc {{in}} -o \"{{out}}\"", "# it's", "@x", "echo \"a {{x}}\"   ", "a \\",
        "cat <<E\n\(own)it's\n\(own)E",
        "\\{{", "$(x \"{{y}}\")",
      ])
      text += one(["\n", "\n", "\r\n", "\n\n", "\n  \n", "\n" + own + "   \n"])
      if chance(10) { text += indentation + "# to the left\n" }
    }
  }
}
