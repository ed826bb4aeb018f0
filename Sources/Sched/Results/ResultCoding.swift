import FoundationEssentials

/// Results as bytes, as they travel between processes and are kept: a byte that says how, then
/// the value.
///
/// JSON, whose numbers come back as they were, NaN and the infinities too. Bytes and texts are taken
/// as they are: in JSON a large result of them would be several times as large.
package enum ResultCoding {
  private enum Form: UInt8 {
    case json = 0
    case bytes = 1
    case text = 2
    case data = 3
  }

  private static let notANumber = ("Infinity", "-Infinity", "NaN")

  package static func encode(_ value: some Codable) throws -> [UInt8] {
    if let bytes = value as? [UInt8] { return [Form.bytes.rawValue] + bytes }
    if let text = value as? String { return [Form.text.rawValue] + Array(text.utf8) }
    if let data = value as? Data { return [Form.data.rawValue] + [UInt8](data) }
    let encoder = JSONEncoder()
    // The same value gives the same bytes: memoised runs compare them.
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: notANumber.0, negativeInfinity: notANumber.1, nan: notANumber.2)
    return [Form.json.rawValue] + [UInt8](try encoder.encode(value))
  }

  /// nil: it is no value of that type.
  package static func decode<Value: Codable>(_ bytes: [UInt8], as type: Value.Type) -> Value? {
    guard let first = bytes.first, let form = Form(rawValue: first) else { return nil }
    let content = bytes.dropFirst()
    switch form {
    case .bytes: return Array(content) as? Value
    case .text: return String(decoding: content, as: UTF8.self) as? Value
    case .data: return Data(content) as? Value
    case .json:
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: notANumber.0, negativeInfinity: notANumber.1, nan: notANumber.2)
      return try? decoder.decode(type, from: Data(content))
    }
  }
}
