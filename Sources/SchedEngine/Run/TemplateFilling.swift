import SchedBase
import SchedGraph

/// Fills the holes of a recipe when it starts.
///
/// Knows no state: it gets the texts of values.
struct TemplateFilling {
  var values: (PathID) -> [UInt8]
  var arguments: [[UInt8]]
  var cpus: Int

  /// The template's text with everything filled in.
  ///
  /// Throws where the words do not fit the place.
  func fill(_ template: Template, in graph: Graph) throws(JudgeError) -> [UInt8] {
    let text = graph.bytes(template.text)
    if template.holeCount == 0 { return Array(text) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + 64)
    var position = text.startIndex
    for hole in graph.holes[template.holeRange] {
      let end = text.startIndex + Int(hole.offset)
      result.append(contentsOf: text[position..<end])
      position = end
      try append(hole, to: &result, of: text)
    }
    result.append(contentsOf: text[position...])
    return result
  }

  private func append(
    _ hole: Hole, to text: inout [UInt8], of script: ArraySlice<UInt8>
  ) throws(JudgeError) {
    let words = try words(of: hole)
    if hole.mustBeOneWord, words.count != 1 {
      throw error(
        "'{{args}}' touches other text here and is \(words.count) words",
        at: hole,
        hint: hole.rendering == .insideQuotes || hole.rendering == .hereDocument
          ? "take one word, as in '{{args[0]}}', or all with '{{raw(args)}}'"
          : "take one word, as in '{{args[0]}}'")
    }
    switch hole.rendering {
    case .raw: text.append(contentsOf: words.joined(separator: [UInt8(ascii: " ")]))
    case .json: appendJSON(words, hole, to: &text)
    case .quoted: appendQuoted(words, surroundedBy: hole.surroundingQuote, to: &text)
    case .alwaysQuoted:
      for (index, word) in words.enumerated() {
        if index > 0 { text.append(UInt8(ascii: " ")) }
        WordText.appendQuoted(word, to: &text)
      }
    case .insideQuotes, .hereDocument:
      if let word = words.first(where: WordText.needsQuoting) {
        throw error(
          "'\(printable(word))' needs quotes of its own inside this quoted text",
          at: hole, hint: "put the whole text into a variable, or insert it with 'raw'")
      }
      if hole.rendering == .hereDocument,
        WordText.mayEndDocument(
          Array(words.joined(separator: [UInt8(ascii: " ")])), behind: text, before: [],
          isWhole: true, in: script)
      {
        throw error(
          "what is inserted here would end this here-document", at: hole,
          hint: "end the here-document with another word")
      }
      text.append(contentsOf: words.joined(separator: [UInt8(ascii: " ")]))
    }
  }

  private func appendJSON(_ words: [[UInt8]], _ hole: Hole, to text: inout [UInt8]) {
    if case .args = hole.source, hole.index == nil {
      WordText.appendJSON(list: words, to: &text)
    } else {
      WordText.appendJSON(words[0], to: &text)
    }
  }

  private func appendQuoted(_ words: [[UInt8]], surroundedBy quote: UInt8, to text: inout [UInt8]) {
    // The quotes that stood around the hole are needless where sched's own take their place.
    let keepsQuotes = quote != 0 && !words.contains(where: WordText.needsQuoting)
    if keepsQuotes { text.append(quote) }
    for (index, word) in words.enumerated() {
      if index > 0 { text.append(UInt8(ascii: " ")) }
      WordText.appendForShell(word, to: &text)
    }
    if keepsQuotes { text.append(quote) }
  }

  private func words(of hole: Hole) throws(JudgeError) -> [[UInt8]] {
    let all: [[UInt8]]
    switch hole.source {
    case .value(let path): all = [values(path)]
    case .args: all = arguments
    case .cpus: all = [Array(String(cpus).utf8)]
    }
    guard let index = hole.index else { return all }
    let position = index < 0 ? all.count + Int(index) : Int(index)
    guard all.indices.contains(position) else {
      throw error(
        "there is no word \(index) among the \(all.count) after '--'", at: hole,
        hint: "give it on the command line: 'sched TASK -- WORD...'")
    }
    return [all[position]]
  }

  private func error(_ message: String, at hole: Hole, hint: String) -> JudgeError {
    JudgeError(.error(message, at: hole.place, hint: hint), scope: .action)
  }
}
