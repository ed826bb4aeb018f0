/// A pattern with one `%`, which stands for one or more characters, slashes included.
public struct PercentPattern: Hashable, Sendable {
  public var prefix: [UInt8]
  public var suffix: [UInt8]

  /// nil unless there is exactly one `%`.
  public init?(_ text: [UInt8]) {
    guard let percent = text.firstIndex(of: UInt8(ascii: "%")),
      !text[(percent + 1)...].contains(UInt8(ascii: "%"))
    else { return nil }
    prefix = Array(text[..<percent])
    suffix = Array(text[(percent + 1)...])
  }

  public init(prefix: [UInt8], suffix: [UInt8]) {
    self.prefix = prefix
    self.suffix = suffix
  }

  /// What `%` stands for in `text`, or nil.
  public func stem<Text: RandomAccessCollection<UInt8>>(of text: Text) -> Text.SubSequence?
  where Text.Index == Int {
    let range: Range<Int>?? = text.withContiguousStorageIfAvailable {
      stem(in: UnsafeRawBufferPointer($0), atLeast: 1)
    }
    guard let range = range ?? nil else { return nil }
    return text[text.startIndex + range.lowerBound..<text.startIndex + range.upperBound]
  }

  /// The same, as a range of at least `count` offsets.
  public func stem(in text: UnsafeRawBufferPointer, atLeast count: Int) -> Range<Int>? {
    guard text.count >= prefix.count + suffix.count + count else { return nil }
    let end = text.count - suffix.count
    let isMatch = prefix.withUnsafeBytes { prefix in
      suffix.withUnsafeBytes { suffix in
        areEqual(prefix, UnsafeRawBufferPointer(rebasing: text[..<prefix.count]))
          && areEqual(suffix, UnsafeRawBufferPointer(rebasing: text[end...]))
      }
    }
    return isMatch ? prefix.count..<end : nil
  }

  /// Whether a path whose last component this is can match, as far as its ending tells.
  public func mayEnd(_ name: UnsafeRawBufferPointer) -> Bool {
    for (own, other) in zip(suffix.reversed(), name.reversed()) where own != other { return false }
    return true
  }

  /// How many characters it says itself.
  public var literalCount: Int { prefix.count + suffix.count }
}
