/// Bytes as they may stand on one line of a message: control characters, and bytes that are no
/// UTF-8, as `\xNN`.
func printable(_ bytes: some Collection<UInt8>) -> String {
  var bytes = Array(bytes)
  // Mostly there is nothing to look for.
  if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
  var result = ""
  while !bytes.isEmpty {
    switch String(validating: bytes, as: UTF8.self) {
    case let text?:
      result += escapingControls(text)
      return result
    case nil:
      let valid = validPrefix(bytes)
      result += escapingControls(String(decoding: bytes[..<valid], as: UTF8.self))
      result += escape(bytes[valid])
      bytes.removeFirst(valid + 1)
    }
  }
  return result
}

private func escapingControls(_ text: String) -> String {
  guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F {
      result += escape(UInt8(scalar.value))
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private func escape(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return "\\x" + (digits.count == 1 ? "0" : "") + digits
}

/// How many bytes before the first one that is no UTF-8.
private func validPrefix(_ bytes: [UInt8]) -> Int {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var length = 0
  while case .scalarValue(let scalar) = decoder.decode(&iterator) {
    length += UTF8.width(scalar)
  }
  return length
}
