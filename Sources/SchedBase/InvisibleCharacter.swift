/// A character that looks like a blank, or like nothing, and is part of a word all the same.
public struct InvisibleCharacter: Sendable {
  private let scalar: Unicode.Scalar
  private let name: String
  /// Where it stands in the word, in bytes.
  public let offset: Int

  private init(_ scalar: Unicode.Scalar, _ name: String, offset: Int) {
    (self.scalar, self.name, self.offset) = (scalar, name, offset)
  }

  /// The first one in a word.
  public init?(firstIn word: some Sequence<UInt8>) {
    var offset = 0
    for scalar in String(decoding: Array(word), as: UTF8.self).unicodeScalars {
      if let name = Self.name(of: scalar) {
        self.init(scalar, name, offset: offset)
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

  /// In bytes.
  public var length: Int { UTF8.width(scalar) }

  /// Else it is better removed.
  public var isSpace: Bool { name.hasSuffix("space") && name != "zero-width space" }

  /// `zero-width space (U+200B)`.
  public var description: String { "\(name) (\(code))" }

  /// What is seen of a word.
  static func removed(from word: [UInt8]) -> [UInt8] {
    guard word.contains(where: { $0 >= 0x80 }) else { return word }
    var rest = String.UnicodeScalarView()
    for scalar in String(decoding: word, as: UTF8.self).unicodeScalars where name(of: scalar) == nil
    {
      rest.append(scalar)
    }
    return Array(String(rest).utf8)
  }

  /// A text in which all of them stand as their codes: `<U+200B>`.
  public static func shown(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if let name = name(of: scalar) {
        result += "<\(InvisibleCharacter(scalar, name, offset: 0).code)>"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
