/// A character that looks like a blank, or like nothing, and is part of a word all the same.
struct InvisibleCharacter {
  private var scalar: Unicode.Scalar
  private var name: String
  /// Where it stands in the word, in bytes.
  private var offset: Int

  /// The first one in a word.
  init?(firstIn word: [UInt8]) {
    var offset = 0
    for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
      if let name = Self.name(of: scalar) {
        (self.scalar, self.name, self.offset) = (scalar, name, offset)
        return
      }
      offset += UTF8.width(scalar)
    }
    return nil
  }

  private static func name(of scalar: Unicode.Scalar) -> String? {
    switch scalar.value {
    case 0xA0: "no-break space"
    case 0xAD: "soft hyphen"
    case 0x2000...0x200A: "wide or thin space"
    case 0x200B: "zero-width space"
    case 0x200C: "zero-width non-joiner"
    case 0x200D: "zero-width joiner"
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "mark of a writing direction"
    case 0x2028: "line separator"
    case 0x2029: "paragraph separator"
    case 0x202F: "narrow no-break space"
    case 0x205F: "mathematical space"
    case 0x2060: "word joiner"
    case 0x3000: "ideographic space"
    case 0xFEFF: "byte-order mark"
    default: nil
    }
  }

  private var code: String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private var isSpace: Bool { name.hasSuffix("space") && name != "zero-width space" }

  /// The place, the message and the hint for a line that begins with the word, which is at `span`.
  func text(in word: [UInt8], _ span: Span) -> (Span, String, String?) {
    let shown = String(decoding: word, as: UTF8.self).unicodeScalars.map {
      Self.name(of: $0) == nil
        ? String($0) : "<\(InvisibleCharacter(firstIn: Array(String($0).utf8))!.code)>"
    }.joined()
    let start = Int(span.lower) + offset
    return (
      Span(start, start + UTF8.width(scalar)),
      "'\(shown)' begins no statement: it has a \(name) (\(code))",
      isSpace ? "write a space" : "remove it"
    )
  }
}
