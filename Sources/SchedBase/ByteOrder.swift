extension Collection<UInt8> {
  /// Whether these bytes come before the others in the order of bytes, as names are sorted.
  ///
  /// Eight at a time: sorting names is a good part of reading directories. For collections that lie in one
  /// piece, as arrays and slices do.
  public func precedes(_ other: Self) -> Bool {
    let isBefore = withContiguousStorageIfAvailable { left in
      other.withContiguousStorageIfAvailable { right in
        precede(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
      }
    }
    return (isBefore ?? nil) ?? lexicographicallyPrecedes(other)
  }
}

/// Whether the bytes on the left come before those on the right.
public func precede(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  let shared = min(left.count, right.count)
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

/// Whether the bytes are the same; they are as many, and are compared eight at a time.
@inlinable @inline(__always)
public func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard let a = left.baseAddress, let b = right.baseAddress else { return true }
  let count = left.count
  var offset = 0
  while offset + 8 <= count {
    guard
      a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        == b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    else { return false }
    offset += 8
  }
  while offset < count {
    guard
      a.load(fromByteOffset: offset, as: UInt8.self)
        == b.load(fromByteOffset: offset, as: UInt8.self)
    else { return false }
    offset += 1
  }
  return true
}
