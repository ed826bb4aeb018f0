import CXXHash

/// A 64-bit checksum that finds damage, chained with what came before.
public enum Checksum {
  public static func of(_ bytes: UnsafeRawBufferPointer, after previous: UInt64 = 0) -> UInt64 {
    XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, previous)
  }
}
