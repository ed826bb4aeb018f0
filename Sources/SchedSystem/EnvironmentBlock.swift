import Glibc

/// An environment as exec wants it, made once.
///
/// A child's changes make a new list of pointers and copy no other string.
public final class EnvironmentBlock: @unchecked Sendable {
  private let base: UnsafeMutablePointer<CChar>
  private var pointers: [UnsafeMutablePointer<CChar>?]
  private let names: [[UInt8]: Int]
  /// Where programs are looked for: the value of PATH.
  public let searchPath: [UInt8]

  public init(_ environment: Environment) {
    let size = environment.entries.reduce(0) { $0 + $1.count + 1 }
    base = .allocate(capacity: max(size, 1))
    pointers = []
    var names: [[UInt8]: Int] = [:]
    var position = 0
    for entry in environment.entries {
      names[Array(entry.prefix { $0 != UInt8(ascii: "=") })] = pointers.count
      pointers.append(base + position)
      for byte in entry {
        base[position] = CChar(bitPattern: byte)
        position += 1
      }
      base[position] = 0
      position += 1
    }
    self.names = names
    searchPath = environment["PATH"] ?? Array("/usr/local/bin:/usr/bin:/bin".utf8)
  }

  deinit { base.deallocate() }

  /// Lends the environment with `changes` (nil takes a variable away) as a null-terminated list.
  public func withPointers<R>(
    changing changes: [(name: [UInt8], value: [UInt8]?)],
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var list = pointers
    var own: [UnsafeMutablePointer<CChar>] = []
    defer { for text in own { text.deallocate() } }
    var removed = false
    for (name, value) in changes {
      guard let value else {
        if let position = names[name] {
          list[position] = nil
          removed = true
        }
        continue
      }
      let text = copyCString(name + [UInt8(ascii: "=")] + value)
      own.append(text)
      if let position = names[name] { list[position] = text } else { list.append(text) }
    }
    if removed { list.removeAll { $0 == nil } }
    list.append(nil)
    return list.withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}

/// A null-terminated copy, to be deallocated by the caller.
func copyCString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
  let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
  bytes.withUnsafeBytes {
    UnsafeMutableRawBufferPointer(start: text, count: bytes.count).copyMemory(from: $0)
  }
  text[bytes.count] = 0
  return text
}
