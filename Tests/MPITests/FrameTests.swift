import Testing

@testable import SchedMPI

/// Both ends of a link over one job of two ranks.
private func links() -> (coordinator: Link<MemoryTransport>, worker: Link<MemoryTransport>) {
  let job = MemoryTransport.Job(size: 2)
  return (Link(job.rank(0), epoch: 77), Link(job.rank(1), epoch: 0))
}

@Suite struct FrameTests {
  @Test(arguments: Samples.messages)
  func `a message arrives as it was sent`(_ message: Message) {
    var (coordinator, worker) = links()
    coordinator.send(message, to: 1)
    coordinator.flush()
    let received = worker.receive()
    #expect(received?.source == 0)
    #expect(received?.incoming == .message(message))
    #expect(worker.receive() == nil)
    #expect(worker.epoch == 77)
  }

  @Test func `what is said in one step travels in one message, in its order`() {
    var (coordinator, worker) = links()
    for message in Samples.messages { coordinator.send(message, to: 1) }
    coordinator.flush()
    #expect(coordinator.transport.job.sentTo[1] == 1)
    for message in Samples.messages {
      #expect(worker.receive()?.incoming == .message(message))
    }
  }

  @Test(arguments: [0, 1, 48 << 10, (48 << 10) + 1, 1_000_000])
  func `a body of any length arrives whole`(_ count: Int) {
    var (coordinator, worker) = links()
    let order = RunOrder(
      attempt: Samples.attempt, cpus: 1, gpus: [],
      payload: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    coordinator.send(.run(order), to: 1)
    coordinator.send(.heartbeat(stamp: 1), to: 1)
    coordinator.flush()
    #expect(worker.receive()?.incoming == .message(.run(order)))
    #expect(worker.receive()?.incoming == .message(.heartbeat(stamp: 1)))
  }

  @Test func `a message of another session is nonsense`() {
    let job = MemoryTransport.Job(size: 2)
    var old = Link(job.rank(1), epoch: 1)
    var coordinator = Link(job.rank(0), epoch: 2)
    old.send(.heartbeat(stamp: 1), to: 0)
    old.flush()
    #expect(coordinator.receive()?.incoming == .nonsense(.wrongEpoch))
  }

  @Test func `a frame of another version is named as such, whatever its checksum`() {
    var writer = FrameWriter()
    writer.append(.heartbeat, epoch: 1, body: [])
    var bytes = writer.takeBytes()
    bytes[16] = 9
    var reader = FrameReader(bytes)
    #expect(throws: FrameError.wrongVersion(9)) { try reader.next() }
  }

  @Test func `a kind that changes between the pieces of a body is refused`() throws {
    var assembly = FrameAssembly()
    let first = FrameReader.Frame(kind: .run, epoch: 1, continues: true, body: [1])
    let second = FrameReader.Frame(kind: .ended, epoch: 1, continues: false, body: [2])
    #expect(try assembly.add(first) == nil)
    #expect(throws: FrameError.mixedPieces) { try assembly.add(second) }
  }
}
