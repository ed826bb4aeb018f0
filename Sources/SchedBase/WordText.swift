/// How words are written into a script or a JSON text, when a Schedfile is evaluated and when a
/// recipe starts alike.
public enum WordText {
  /// Whether the shell would take the word apart or change it if it stood there bare.
  @inlinable
  public static func needsQuoting(_ word: some Collection<UInt8>) -> Bool {
    let answer = word.withContiguousStorageIfAvailable { bytes in
      bytes.isEmpty || !isPlain(UnsafeRawBufferPointer(bytes))
    }
    return answer ?? (word.isEmpty || !word.allSatisfy(isPlain))
  }

  /// Whether all bytes are plain.
  ///
  /// Eight at a time, since every word of every recipe is looked at.
  public static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress else { return true }
    guard bytes.count >= 8 else {
      for byte in bytes where !isPlain(byte) { return false }
      return true
    }
    // The last eight, some of which may be among those before.
    let last = bytes.count - 8
    if !isPlain(start.loadUnaligned(fromByteOffset: last, as: UInt64.self)) { return false }
    var offset = 0
    while offset < last {
      let eight = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if !isPlain(eight) { return false }
      offset += 8
    }
    return true
  }

  /// The same of eight bytes.
  ///
  /// Arithmetic in each byte by itself, whose high bit tells: below 128 nothing is carried into the next.
  @inline(__always)
  private static func isPlain(_ bytes: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high = ones << 7
    if bytes & high != 0 { return false }
    /// The high bit of each byte that is at least `low` and at most `last`.
    func among(_ bytes: UInt64, _ low: UInt64, _ last: UInt64) -> UInt64 {
      (bytes &+ ones &* (128 - low)) & ~(bytes &+ ones &* (127 - last))
    }
    // Letters in either case; `+` to `:`; and `%`, `=`, `@`, `_`.
    let plain =
      among(bytes | ones << 5, 0x61, 0x7A) | among(bytes, 0x2B, 0x3A) | among(bytes, 0x25, 0x25)
      | among(bytes, 0x3D, 0x3D) | among(bytes, 0x40, 0x40) | among(bytes, 0x5F, 0x5F)
    return plain & high == high
  }

  /// The bytes `A-Za-z0-9_@%+=:,./-`.
  @inlinable @inline(__always)
  public static func isPlain(_ byte: UInt8) -> Bool {
    // One bit for each of the bytes below 64, and for each of those below 128.
    let set: UInt64 = byte & 64 == 0 ? 0x27FF_F820_0000_0000 : 0x07FF_FFFE_87FF_FFFF
    return byte < 128 && set >> UInt64(byte & 63) & 1 != 0
  }

  /// Appends the word in single quotes, those in it written `'\''`.
  public static func appendQuoted(_ word: some Collection<UInt8>, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "'"))
    for byte in word {
      if byte == UInt8(ascii: "'") {
        text.append(contentsOf: #"'\''"#.utf8)
      } else {
        text.append(byte)
      }
    }
    text.append(UInt8(ascii: "'"))
  }

  /// Appends the word for the shell: bare where it can be.
  @inlinable
  public static func appendForShell(_ word: some Collection<UInt8>, to text: inout [UInt8]) {
    if needsQuoting(word) {
      appendQuoted(word, to: &text)
    } else {
      text.append(contentsOf: word)
    }
  }

  /// Appends the word in quotes for a place in backquotes, where some backslashes are read twice.
  ///
  /// `areQuoted`: the backquotes stand in double quotes.
  public static func appendForBackquotes(
    _ word: some Collection<UInt8>, areQuoted: Bool, to text: inout [UInt8]
  ) {
    var quoted: [UInt8] = []
    appendQuoted(word, to: &quoted)
    for byte in quoted {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "`"), UInt8(ascii: "$"):
        text.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "\"") where areQuoted: text.append(UInt8(ascii: "\\"))
      default: break
      }
      text.append(byte)
    }
  }

  /// Whether text that is inserted in a here-document, behind what is written of the script, could make
  /// the line that ends it: one that stands in the script.
  ///
  /// `rest` is what follows on the line; `isWhole`: up to its end.
  public static func mayEndDocument(
    _ inserted: some Collection<UInt8>, behind written: some BidirectionalCollection<UInt8>,
    before rest: some Collection<UInt8>, isWhole: Bool, in script: some Collection<UInt8>
  ) -> Bool {
    func isTab(_ byte: UInt8) -> Bool { byte == 0x09 }
    let newline = UInt8(ascii: "\n")
    let begin = written.reversed().prefix { $0 != newline }.reversed().drop(while: isTab)
    let line = Array(begin) + inserted + rest
    return !line.isEmpty
      && script.split(separator: newline).contains { other in
        let other = other.drop(while: isTab)
        return isWhole ? other.elementsEqual(line) : other.starts(with: line)
      }
  }

  /// Appends a JSON string.
  ///
  /// Bytes that are no UTF-8 become U+FFFD: JSON has nothing else for them.
  public static func appendJSON(_ word: some Collection<UInt8>, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"": text.append(contentsOf: #"\""#.utf8)
      case "\\": text.append(contentsOf: #"\\"#.utf8)
      case "\n": text.append(contentsOf: #"\n"#.utf8)
      case "\r": text.append(contentsOf: #"\r"#.utf8)
      case "\t": text.append(contentsOf: #"\t"#.utf8)
      case let control where control.value < 0x20:
        let digits = String(control.value, radix: 16)
        text.append(
          contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
      default: text.append(contentsOf: String(scalar).utf8)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Appends a JSON array of strings.
  public static func appendJSON<List: Sequence>(list words: List, to text: inout [UInt8])
  where List.Element: Collection<UInt8> {
    text.append(UInt8(ascii: "["))
    var isFirst = true
    for word in words {
      if !isFirst { text.append(contentsOf: ", ".utf8) }
      isFirst = false
      appendJSON(word, to: &text)
    }
    text.append(UInt8(ascii: "]"))
  }
}
