import SchedBase
import SchedSyntax

/// What a Schedfile says, as text without places: equal for two files that mean the same.
func meaning(_ tree: SyntaxTree) -> String {
  var writer = MeaningWriter(tree: tree)
  writer.write(tree.statements, depth: 0)
  return writer.text
}

private struct MeaningWriter {
  let tree: SyntaxTree
  var text = ""

  mutating func write(_ statements: [Statement], depth: Int) {
    for statement in statements { write(statement, depth: depth) }
  }

  private mutating func line(_ depth: Int, _ line: String) {
    text += String(repeating: "  ", count: depth) + line + "\n"
  }

  private mutating func write(_ statement: Statement, depth: Int) {
    switch statement {
    case .assignment(let name, let op, let words):
      line(depth, "\(op) \(string(name)) \(list(words))")
    case .param(let name, let words): line(depth, "param \(string(name)) \(list(words))")
    case .defaults(_, let words): line(depth, "default \(list(words))")
    case .include(_, let words, let isOptional):
      line(depth, "include\(isOptional ? "?" : "") \(list(words))")
    case .subdir(_, let words): line(depth, "subdir \(list(words))")
    case .adopt(_, let words): line(depth, "adopt \(list(words))")
    case .pool(let name, let words): line(depth, "pool \(string(name)) \(list(words))")
    case .setting(let setting, _, let words): line(depth, "@\(setting) \(list(words))")
    case .conditional(let branches, let otherwise):
      for branch in branches {
        line(depth, "if \(condition(branch.condition))")
        write(branch.statements, depth: depth + 1)
      }
      if let otherwise {
        line(depth, "else")
        write(otherwise, depth: depth + 1)
      }
    case .loop(let name, let words, let body):
      line(depth, "for \(string(name)) in \(list(words))")
      write(body, depth: depth + 1)
    case .target(let target):
      line(depth, "target \(list(target.outputs)) : \(list(target.inputs))")
      write(target.recipe, depth: depth + 1)
    case .task(let name, let target):
      line(depth, "task \(word(name)) : \(list(target.inputs))")
      write(target.recipe, depth: depth + 1)
    case .value(let name, let target):
      line(depth, "value \(string(name)) : \(list(target.inputs))")
      write(target.recipe, depth: depth + 1)
    }
  }

  private mutating func write(_ recipe: Recipe?, depth: Int) {
    guard let recipe else { return }
    for attribute in recipe.attributes {
      // What is shown does not tell tabs from blanks.
      let text = attribute.text.map { " " + script($0).replacing("\\t", with: " ") } ?? ""
      line(depth, "\(string(attribute.name)) \(list(attribute.words))\(text)")
    }
    if let script = recipe.script { line(depth, self.script(script.text)) }
  }

  private func script(_ script: Script) -> String {
    tree.segments[script.segmentRange].map { segment in
      switch segment {
      case .literal(let span): quoted(span)
      case .hole(let hole):
        "{{\(expression(hole.expression))}}"
          + (hole.surroundingQuote == 0 ? "" : " in \(hole.surroundingQuote)")
          + (hole.isInsideQuotes ? " inside" : "") + (hole.touchesText ? " touches" : "")
      }
    }.joined(separator: " ")
  }

  private func condition(_ condition: Condition) -> String {
    switch condition {
    case .value(let id): expression(id)
    case .comparison(let left, let op, let right):
      "(\(expression(left)) \(op) \(expression(right)))"
    case .not(let inner): "(not \(self.condition(inner)))"
    case .and(let left, let right): "(\(self.condition(left)) and \(self.condition(right)))"
    case .or(let left, let right): "(\(self.condition(left)) or \(self.condition(right)))"
    }
  }

  private func expression(_ id: ExpressionID) -> String {
    switch tree[id].kind {
    case .name: string(tree[id].span)
    case .call(let name, let arguments):
      "\(string(name))(\(arguments.map(expression).joined(separator: ", ")))"
    case .string(let text): word(text)
    case .index(let base, let index): "\(expression(base))[\(index)]"
    }
  }

  private func list(_ words: WordList) -> String {
    "[" + tree.words(words).map(word).joined(separator: " ") + "]"
  }

  private func word(_ word: Word) -> String {
    "<"
      + tree.parts(of: word).map { part in
        switch part.kind {
        case .literal: "\(part.quoting) \(quoted(part.span))"
        case .byte(let byte): "byte \(byte)"
        case .hole(let id): "\(part.quoting) {{\(expression(id))}}"
        }
      }.joined(separator: " ") + ">"
  }

  private func quoted(_ span: Span) -> String {
    let escaped = string(span).unicodeScalars.map { scalar in
      switch scalar {
      case "\"": #"\""#
      case "\\": #"\\"#
      case "\n": #"\n"#
      case "\r": #"\r"#
      case "\t": #"\t"#
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }

  private func string(_ span: Span) -> String { String(decoding: tree.text(span), as: UTF8.self) }
}
