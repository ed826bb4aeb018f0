/// A path, an argument or a text as the system has it: bytes, whether or not they are UTF-8.
struct Bytes: Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
  var bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
  init(_ text: String) { bytes = Array(text.utf8) }
  init(stringLiteral text: String) { self.init(text) }

  /// What is no UTF-8 is replaced.
  var description: String { String(decoding: bytes, as: UTF8.self) }

  static func + (a: Bytes, b: Bytes) -> Bytes { Bytes(a.bytes + b.bytes) }

  /// Lends the bytes with a NUL behind them.
  func withCString<R>(_ body: (UnsafePointer<CChar>) throws -> R) rethrows -> R {
    try (bytes + [0]).withUnsafeBytes { buffer in
      try body(buffer.bindMemory(to: CChar.self).baseAddress!)
    }
  }
}
