/// Results and arguments as bytes, as they travel between processes and are kept.
///
/// Not JSON: an array of numbers is as large as it is in memory and is copied whole, a number is what
/// it was to the last bit, and equal sets are equal bytes in every process, by which memoised runs
/// compare arguments.
package enum ResultCoding {
  package static func encode(_ value: some Codable) throws -> [UInt8] {
    try ResultEncoder.encode(value)
  }

  /// nil: it is no value of that type.
  package static func decode<Value: Codable>(_ bytes: [UInt8], as type: Value.Type) -> Value? {
    try? ResultDecoder.decode(bytes[...], as: type)
  }
}
