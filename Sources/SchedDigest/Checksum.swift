import CXXHash

/// A 64-bit checksum that finds damage, chained with what came before.
public enum Checksum {
  public static func of(_ bytes: UnsafeRawBufferPointer, after previous: UInt64 = 0) -> UInt64 {
    XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, previous)
  }
}

/// Bytes that come in pieces, hashed as if they came together.
public struct HashStream: ~Copyable {
  private let state: OpaquePointer

  public init() {
    state = XXH3_createState()
    XXH3_64bits_reset(state)
  }

  deinit { XXH3_freeState(state) }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    XXH3_64bits_update(state, bytes.baseAddress, bytes.count)
  }

  /// As `Checksum.of`.
  public consuming func checksum() -> UInt64 { XXH3_64bits_digest(state) }

  /// As `Digest(of:)`.
  public consuming func digest() -> Digest {
    // The two variants differ only here: libxxhash has one state for both.
    let hash = XXH3_128bits_digest(state)
    return Digest(low: hash.low64, high: hash.high64)
  }
}
