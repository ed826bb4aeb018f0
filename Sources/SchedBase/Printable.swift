/// Bytes as they may stand on one line of a message: what could command a terminal, or turn its text
/// around, and bytes that are no UTF-8, as `\xNN`.
///
/// A tab stays.
public func printable(_ bytes: some Collection<UInt8>) -> String {
  // Mostly there is nothing to look for.
  if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
  var result = ""
  var rest = ArraySlice(Array(bytes))
  while let first = rest.first {
    guard let scalar = decodeFirst(rest) else {
      result += escaped(CollectionOfOne(first))
      rest = rest.dropFirst()
      continue
    }
    let character = rest.prefix(UTF8.width(scalar))
    if scalar != "\t", scalar.isUnprintable {
      result += escaped(character)
    } else {
      result.unicodeScalars.append(scalar)
    }
    rest = rest.dropFirst(character.count)
  }
  return result
}

/// The same of a text.
public func printable(_ text: String) -> String { printable(text.utf8) }

private func decodeFirst(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
  var decoder = UTF8()
  var iterator = bytes.prefix(4).makeIterator()
  guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
  return scalar
}

/// `\xNN` for each byte.
func escaped(_ bytes: some Collection<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    let digits = String(byte, radix: 16, uppercase: true)
    text += "\\x" + (digits.count == 1 ? "0" : "") + digits
  }
}

extension Unicode.Scalar {
  /// Whether it must not reach a terminal: it controls one, ends a line, or changes the direction of
  /// what stands beside it, so that a name is shown as another.
  var isUnprintable: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks, embeddings, overrides and isolates of direction.
    case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    // Separators of lines and paragraphs.
    case 0x2028, 0x2029: true
    // A byte-order mark, annotations, and tags, of which nothing is seen.
    case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
    }
  }
}
