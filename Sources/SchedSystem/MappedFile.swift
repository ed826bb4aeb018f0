import Glibc

/// A file in memory as it lies on disk.
///
/// It can be written to: what is written stays in this process (MAP_PRIVATE), and the file is never
/// changed.
public final class MappedFile: @unchecked Sendable {
  public let bytes: UnsafeMutableRawBufferPointer
  /// As it was when it was opened.
  public let signature: Signature

  /// A file of sched's own; an empty one has no bytes and needs no mapping.
  public convenience init(own path: [UInt8]) throws(SystemError) {
    try self.init(try Descriptor.openOwn(path, .read), path)
  }

  private init(_ file: consuming Descriptor, _ path: [UInt8]) throws(SystemError) {
    signature = try file.ownStatus().signature
    let size = Int(clamping: signature.size)
    guard size > 0 else {
      bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.raw, 0)
    guard start != MAP_FAILED else { throw SystemError.last("map", path) }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
  }

  /// The pages that lie wholly in `range` need not stay in memory: they are read again when they are
  /// next looked at.
  ///
  /// What was written to them is lost.
  public func letGo(_ range: Range<Int>) {
    let size = Int(getpagesize())
    let first = (range.lowerBound + size - 1) / size * size
    let end = range.upperBound == bytes.count ? bytes.count : range.upperBound / size * size
    guard first < end, let start = bytes.baseAddress else { return }
    madvise(start + first, end - first, MADV_DONTNEED)
  }

  deinit { if let start = bytes.baseAddress { munmap(start, bytes.count) } }
}
