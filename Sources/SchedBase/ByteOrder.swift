extension [UInt8] {
  /// Whether these bytes come before the others in the order of bytes, as names are sorted.
  ///
  /// Eight at a time: sorting names is a good part of reading directories.
  public func precedes(_ other: [UInt8]) -> Bool {
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        let shared = Swift.min(left.count, right.count)
        var offset = 0
        while offset + 8 <= shared {
          let a = UInt64(bigEndian: left.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          let b = UInt64(bigEndian: right.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
          if a != b { return a < b }
          offset += 8
        }
        while offset < shared {
          if left[offset] != right[offset] { return left[offset] < right[offset] }
          offset += 1
        }
        return left.count < right.count
      }
    }
  }
}
