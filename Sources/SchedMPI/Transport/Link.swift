import SchedSystem

/// What comes from a rank.
enum Incoming: Equatable {
  case message(Message)
  /// Nothing that this rank says can be trusted any more.
  case nonsense(FrameError)
}

/// Messages in and out of a transport: collects what goes to a rank until it is flushed, so that
/// what is said in one step travels together, and checks all that comes.
struct Link<T: Transport> {
  let transport: T
  /// Zero until the coordinator's first message has told it.
  private(set) var epoch: UInt32
  private var outgoing: [FrameWriter]
  private var toFlush: [Int] = []
  private var assemblies: [FrameAssembly]
  private var waiting: [(source: Int, incoming: Incoming)] = []
  private var nextWaiting = 0

  init(_ transport: T, epoch: UInt32) {
    self.transport = transport
    self.epoch = epoch
    outgoing = Array(repeating: FrameWriter(), count: transport.size)
    assemblies = Array(repeating: FrameAssembly(), count: transport.size)
  }

  /// Takes effect with the next `flush`.
  mutating func send(_ message: Message, to rank: Int) {
    if outgoing[rank].isEmpty { toFlush.append(rank) }
    outgoing[rank].append(message.kind, epoch: epoch, body: message.encodedBody())
    if outgoing[rank].bytes.count > FrameFormat.longestBody {
      transport.send(outgoing[rank].takeBytes(), to: rank)
    }
  }

  mutating func flush() {
    guard !toFlush.isEmpty else { return }
    for rank in toFlush where !outgoing[rank].isEmpty {
      transport.send(outgoing[rank].takeBytes(), to: rank)
    }
    toFlush.removeAll(keepingCapacity: true)
  }

  /// Pushes on what still has to go out; returns whether all has.
  ///
  /// What comes meanwhile is dropped.
  mutating func waitUntilSent(atMost limit: UInt64) -> Bool {
    let deadline = Clock.monotonic() + limit
    while !transport.hasSentAll, Clock.monotonic() < deadline {
      if transport.receive() == nil { Clock.sleep(nanoseconds: Backoff.shortest) }
    }
    return transport.hasSentAll
  }

  mutating func giveUp(_ rank: Int) {
    _ = outgoing[rank].takeBytes()
    transport.giveUp(rank)
  }

  mutating func receive() -> (source: Int, incoming: Incoming)? {
    while true {
      if nextWaiting < waiting.count {
        defer { nextWaiting += 1 }
        return waiting[nextWaiting]
      }
      waiting.removeAll(keepingCapacity: true)
      nextWaiting = 0
      guard let (source, bytes) = transport.receive() else { return nil }
      do throws(FrameError) {
        try takeApart(bytes, from: source)
      } catch {
        waiting.append((source, .nonsense(error)))
      }
    }
  }

  private mutating func takeApart(_ bytes: [UInt8], from source: Int) throws(FrameError) {
    var reader = FrameReader(bytes)
    while let frame = try reader.next() {
      if epoch == 0 { epoch = frame.epoch }
      guard frame.epoch == epoch else { throw .wrongEpoch }
      if let body = try assemblies[source].add(frame) {
        waiting.append((source, .message(try Message(kind: frame.kind, decoding: body))))
      }
    }
  }
}
