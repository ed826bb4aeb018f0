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

  /// Whether all bytes are plain: by a table, since every word of every recipe is looked at.
  public static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    table.withUnsafeBufferPointer { table in
      for byte in bytes where !table[Int(byte)] { return false }
      return true
    }
  }

  private static let table: [Bool] = (0...UInt8.max).map { isPlain($0) }

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
