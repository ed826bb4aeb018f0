import SchedBase
import SchedSystem

/// What a recipe or a task printed, bounded: the beginning and the end of very much.
public struct CapturedOutput {
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var leftOut = 0

  private static let headLimit = 2 << 20
  private static let tailLimit = 2 << 20

  public init() {}

  public var isEmpty: Bool { head.isEmpty }

  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    let room = max(0, Self.headLimit - head.count)
    head.append(contentsOf: bytes.prefix(room))
    guard bytes.count > room else { return }
    tail.append(contentsOf: bytes.dropFirst(room))
    // Cut rarely, so that each byte is moved about once.
    if tail.count > 2 * Self.tailLimit {
      leftOut += tail.count - Self.tailLimit
      tail.removeFirst(tail.count - Self.tailLimit)
    }
  }

  /// Everything, with a line in the place of what was left out.
  public var bytes: [UInt8] {
    if leftOut == 0 { return head + tail }
    return head + Array("\n[sched left out \(leftOut) bytes here]\n".utf8) + tail
  }
}
