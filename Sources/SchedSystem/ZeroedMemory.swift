import Glibc

/// Memory of the system's own that is zero at first: a page of it takes room when it is first written
/// to, and all of it is given back at the end.
public final class ZeroedMemory {
  public let bytes: UnsafeMutableRawBufferPointer

  /// `count` bytes, more than none.
  ///
  /// Ends the process where there are none to be had, as any other allocation does.
  public init(count: Int) {
    let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start, start != MAP_FAILED else { fatalError("out of memory") }
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
