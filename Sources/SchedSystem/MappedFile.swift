import Glibc

/// A file in memory as it lies on disk.
///
/// It can be written to: what is written stays in this process (MAP_PRIVATE), and the file is never
/// changed.
public final class MappedFile: @unchecked Sendable {
  public let bytes: UnsafeMutableRawBufferPointer

  /// An empty file has no bytes and needs no mapping.
  public init(_ path: [UInt8]) throws(SystemError) {
    let file = try Descriptor.open(path, .read)
    let size = Int(try file.status().signature.size)
    guard size > 0 else {
      bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.raw, 0)
    guard start != MAP_FAILED else { throw SystemError.last("map", path) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  deinit { if let start = bytes.baseAddress { munmap(start, bytes.count) } }
}
