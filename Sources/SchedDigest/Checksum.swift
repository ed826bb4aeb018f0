import CXXHash

/// A 64-bit checksum that finds damage, chained with what came before.
public enum Checksum {
  public static func of(_ bytes: UnsafeRawBufferPointer, after previous: UInt64 = 0) -> UInt64 {
    XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, previous)
  }
}

/// A checksum of bytes that come in pieces: the same as `Checksum.of` of all of them together.
public struct ChecksumStream: ~Copyable {
  private let state: OpaquePointer

  public init() {
    state = XXH3_createState()
    XXH3_64bits_reset(state)
  }

  deinit { XXH3_freeState(state) }

  public mutating func add(_ bytes: UnsafeRawBufferPointer) {
    XXH3_64bits_update(state, bytes.baseAddress, bytes.count)
  }

  public consuming func finish() -> UInt64 { XXH3_64bits_digest(state) }
}
