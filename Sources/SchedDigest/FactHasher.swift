import CXXHash
import SchedBase

/// Composes labelled, length-prefixed contributions to one digest, so that no two different
/// sequences of contributions are the same bytes.
///
/// Small contributions are gathered in one buffer that is reused: XXH3 in one call costs a tenth
/// of a streaming state.
public struct FactHasher {
  public private(set) var buffer: [UInt8] = []

  public init() {}

  public mutating func reset() { buffer.removeAll(keepingCapacity: true) }

  public mutating func add(_ label: UInt8, _ bytes: UnsafeRawBufferPointer) {
    buffer.append(label)
    appendNumber(UInt64(bytes.count))
    buffer.append(contentsOf: bytes)
  }

  public mutating func add(_ label: UInt8, _ number: UInt64) {
    buffer.append(label)
    appendNumber(number)
  }

  public mutating func add(_ label: UInt8, _ identity: Identity) {
    buffer.append(label)
    buffer.append(identity.tag.rawValue)
    appendNumber(identity.digest.low)
    appendNumber(identity.digest.high)
  }

  public var digest: Digest { Digest(of: buffer) }

  private mutating func appendNumber(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { buffer.append(contentsOf: $0) }
  }
}
