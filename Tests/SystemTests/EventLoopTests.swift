import SchedSystem
import Testing

/// What a loop tells of, and how often.
struct EventLoopTests {
  private func events(_ loop: EventLoop) -> [EventLoop.Event] {
    var events: [EventLoop.Event] = []
    loop.wait(timeout: 0, into: &events)
    return events
  }

  @Test func `what can be read is told of until it is read`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe.make()
    try loop.add(pipe.reader.raw, tag: 7)
    #expect(events(loop) == [])
    [1].withUnsafeBytes { _ = pipe.writer.write($0) }
    #expect(events(loop) == [.readable(7)])
    #expect(events(loop) == [.readable(7)])
    loop.remove(pipe.reader.raw)
    #expect(events(loop) == [])
  }

  @Test func `what is added once is told of once, and again when it is added again`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe.make()
    try loop.addOnce(pipe.reader.raw, tag: 7)
    [1].withUnsafeBytes { _ = pipe.writer.write($0) }
    #expect(events(loop) == [.readable(7)])
    #expect(events(loop) == [])
    try loop.addOnce(pipe.reader.raw, tag: 7)
    #expect(events(loop) == [.readable(7)])
  }

  @Test func `a hundred descriptors are all told of`() throws {
    let loop = try EventLoop()
    var pipes: [Opened] = []
    for tag in 0..<100 {
      let pipe = Opened(try Pipe.make())
      try loop.addOnce(pipe.pipe.reader.raw, tag: UInt64(tag))
      [1].withUnsafeBytes { _ = pipe.pipe.writer.write($0) }
      pipes.append(pipe)
    }
    #expect((events(loop) + events(loop)).count == 100)
    _ = pipes
  }

  private final class Opened {
    let pipe: Pipe
    init(_ pipe: consuming Pipe) { self.pipe = pipe }
  }
}
