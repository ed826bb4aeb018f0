import CXXHash
import SchedBase

/// A 128-bit XXH3 digest of some bytes.
@frozen
public struct Digest: Hashable, Sendable, BitwiseCopyable {
  public var low: UInt64
  public var high: UInt64

  @inlinable
  public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  public static let zero = Digest(low: 0, high: 0)

  /// The digest of `bytes`.
  ///
  /// About 13 GB/s for long ones, 4 ns for 32 bytes.
  public init(of bytes: UnsafeRawBufferPointer) {
    let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
    self.init(low: hash.low64, high: hash.high64)
  }

  public init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { Digest(of: $0) }
  }

  /// 32 lower-case hexadecimal digits, the high half first, as `xxhsum -H2` prints them.
  public var hexadecimal: String {
    func digits(_ half: UInt64) -> String {
      let text = String(half, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return digits(high) + digits(low)
  }
}

extension Digest: CustomStringConvertible {
  public var description: String { hexadecimal }
}
