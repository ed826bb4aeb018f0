/// A pattern with one `%`, which stands for one or more characters, slashes included.
struct PercentPattern: Hashable {
  var prefix: [UInt8]
  var suffix: [UInt8]

  /// nil unless there is exactly one `%`.
  init?(_ text: [UInt8]) {
    guard let percent = text.firstIndex(of: UInt8(ascii: "%")),
      !text[(percent + 1)...].contains(UInt8(ascii: "%"))
    else { return nil }
    prefix = Array(text[..<percent])
    suffix = Array(text[(percent + 1)...])
  }

  init(prefix: [UInt8], suffix: [UInt8]) {
    self.prefix = prefix
    self.suffix = suffix
  }

  /// What `%` stands for in `text`, or nil.
  func stem(of text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard text.count > prefix.count + suffix.count, text.starts(with: prefix),
      text.suffix(suffix.count).elementsEqual(suffix)
    else { return nil }
    return text.dropFirst(prefix.count).dropLast(suffix.count)
  }

  /// Whether a path whose last component this is can match, as far as its ending tells.
  func mayEnd(_ name: UnsafeRawBufferPointer) -> Bool {
    for (own, other) in zip(suffix.reversed(), name.reversed()) where own != other { return false }
    return true
  }

  /// How many characters it says itself.
  var literalCount: Int { prefix.count + suffix.count }
}
