import CXXHash
import SchedBase

/// Composes labelled, length-prefixed contributions to one digest, so that no two different
/// sequences of contributions are the same bytes.
///
/// Small contributions are gathered in one buffer that is reused: XXH3 in one call costs a tenth
/// of a streaming state.
public struct FactHasher {
  /// Grown and never cut: what counts is its first `count` bytes.
  private var buffer = [UInt8](repeating: 0, count: 256)
  private var count = 0

  public init() {}

  public mutating func reset() { count = 0 }

  public mutating func add(_ label: UInt8, _ bytes: UnsafeRawBufferPointer) {
    append(9 + bytes.count) { target in
      target.storeBytes(of: label, as: UInt8.self)
      target.storeBytes(of: UInt64(bytes.count).littleEndian, toByteOffset: 1, as: UInt64.self)
      guard let source = bytes.baseAddress else { return }
      (target + 9).copyMemory(from: source, byteCount: bytes.count)
    }
  }

  public mutating func add(_ label: UInt8, _ number: UInt64) {
    append(9) { target in
      target.storeBytes(of: label, as: UInt8.self)
      target.storeBytes(of: number.littleEndian, toByteOffset: 1, as: UInt64.self)
    }
  }

  public mutating func add(_ label: UInt8, _ identity: Identity) {
    append(18) { target in
      target.storeBytes(of: label, as: UInt8.self)
      target.storeBytes(of: identity.tag.rawValue, toByteOffset: 1, as: UInt8.self)
      target.storeBytes(of: identity.digest.low.littleEndian, toByteOffset: 2, as: UInt64.self)
      target.storeBytes(of: identity.digest.high.littleEndian, toByteOffset: 10, as: UInt64.self)
    }
  }

  public var digest: Digest {
    buffer.withUnsafeBytes { Digest(of: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  /// Lends the place of the next `length` bytes.
  @inline(__always)
  private mutating func append(_ length: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
    if count + length > buffer.count {
      buffer.append(contentsOf: repeatElement(0, count: count + length))
    }
    buffer.withUnsafeMutableBytes { write($0.baseAddress! + count) }
    count += length
  }
}
